import { expect, it } from 'vitest';
import { sentence, textOf } from './sentence';

it('fills the gaps of a sentence, and leaves those that nothing fills', () => {
    expect(textOf(sentence('Run {id} has {count} of {all}.', { id: 'T_1', count: 0 }))).toBe('Run T_1 has 0 of {all}.');
});

it('takes values as they are, also those that look like gaps', () => {
    expect(textOf(sentence('{a} {b}', { a: '{b}', b: '$&' }))).toBe('{b} $&');
});
