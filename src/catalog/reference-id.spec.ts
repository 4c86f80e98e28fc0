import { expect, it } from 'vitest';
import { referenceId, shownReferenceId } from './reference-id';

it('leaves plain ids as they are', () => {
    expect(referenceId('product:slug:desk-lamp')).toBe('product:slug:desk-lamp');
});

it('tells ids apart that databases take for one', () => {
    const ids = ['abc', 'ABC', 'Abc', 'äbc', 'abc ', 'abc'.repeat(100), 'abc'.repeat(101)];
    const stored = ids.map(referenceId);
    expect(new Set(stored.map(id => id.toLowerCase())).size).toBe(ids.length);
    expect(stored.every(id => id.length <= 190)).toBe(true);
    expect(referenceId(stored[1]!)).not.toBe(stored[1]);
});

it('keeps what people need to read', () => {
    expect(shownReferenceId(referenceId('P-17 Ü'))).toBe('P-17 Ü');
});
