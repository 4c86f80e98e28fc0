import { describe, expect, it } from 'vitest';
import { htmlToText, isHtml } from './html-text';
import { diffText, foldSame, type WordPart } from './word-diff';

const written = (parts: readonly { kind: string; text: string }[]) =>
    parts
        .map(({ kind, text }) => ({ same: text, added: `[+${text}]`, removed: `[-${text}]`, folded: '…' })[kind])
        .join('');

describe('HTML', () => {
    it('is read as text: blocks are lines, entities are characters', () => {
        const html = '<p>Fish &amp; chips&nbsp;&#8364;5</p><ul>\n  <li>one</li><li class="x">two &#x263A;</li></ul>';
        expect(htmlToText(html)).toBe('Fish & chips €5\n• one\n• two ☺');
    });

    it('is not seen where there is none', () => {
        expect(isHtml('a < b and c > d')).toBe(false);
        expect(isHtml('5 <6> 7')).toBe(false);
        expect(isHtml('one<br/>two')).toBe(true);
    });

    it('leaves entities alone that nobody knows', () => {
        expect(htmlToText('<b>&unknown; &#99999999;</b> &#x110000;')).toBe('&unknown; &#99999999; &#x110000;');
    });

    it('is quick with hostile input', () => {
        const start = performance.now();
        htmlToText(`<p ${'<p '.repeat(20_000)}`);
        expect(performance.now() - start).toBeLessThan(1_000);
    });
});

describe('a text word by word', () => {
    it('shows what was taken out and put in', () => {
        const { parts, isMarkupOnly } = diffText(
            '<p>Cast Iron Pan, 28 cm</p>',
            '<p>Cast <b>Iron</b> Skillet, 28 cm</p>',
        );
        expect(written(parts)).toBe('Cast Iron [-Pan][+Skillet], 28 cm');
        expect(isMarkupOnly).toBe(false);
    });

    it('shows the tags when only they differ', () => {
        const { parts, isMarkupOnly } = diffText('<p>Cast Iron</p>', '<p><b>Cast Iron</b></p>');
        expect(isMarkupOnly).toBe(true);
        expect(parts.filter(({ kind }) => kind === 'added').map(({ text }) => text)).toEqual(['<b>', '</b>']);
    });

    it('gives up on texts that have nothing in common rather than keep the page waiting', () => {
        const words = (seed: string) => Array.from({ length: 30_000 }, (_, index) => `${seed}${index}`).join(' ');
        const start = performance.now();
        const { parts } = diffText(words('a'), words('b'));
        expect(performance.now() - start).toBeLessThan(5_000);
        expect(parts.at(-1)?.kind).toBe('added');
    });
});

describe('what stays as it is', () => {
    const long = Array.from({ length: 100 }, (_, index) => `word${index}`).join(' ');

    it('is left out except around what changes', () => {
        const parts: WordPart[] = [
            { kind: 'same', text: `${long} ` },
            { kind: 'removed', text: 'old' },
            { kind: 'added', text: 'new' },
            { kind: 'same', text: ` ${long}` },
        ];
        expect(written(foldSame(parts, 16))).toBe('… word98 word99 [-old][+new] word0 word1 …');
        expect(
            foldSame(parts, 16)
                .map(({ kind, text }) => (kind === 'added' ? '' : text))
                .join(''),
        ).toBe(`${long} old ${long}`);
    });

    it('is not folded when that would save nothing', () => {
        const parts: WordPart[] = [
            { kind: 'same', text: 'short text ' },
            { kind: 'added', text: 'new' },
        ];
        expect(foldSame(parts)).toEqual(parts);
    });
});
