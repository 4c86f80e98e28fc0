import { diffArrays, diffWordsWithSpace, type ChangeObject } from 'diff';
import { htmlToText, isHtml } from './html-text';

export interface WordPart {
    kind: 'same' | 'added' | 'removed';
    text: string;
}

export interface WordDiff {
    parts: WordPart[];
    /** It reads as before; what differs are its tags, which the parts then show. */
    isMarkupOnly: boolean;
}

/** Milliseconds. Comparing texts that have nothing in common costs their product: then they are shown one after the other. */
const timeout = 200;

/** What was taken out of a text and what was put in, word by word. Of HTML the text that is read. */
export function diffText(before: string, after: string): WordDiff {
    const read = isHtml(before) || isHtml(after) ? htmlToText : (text: string) => text;
    const [old, now] = [read(before), read(after)];
    if (old !== now)
        return { parts: partsOf(old, now, diffWordsWithSpace(old, now, { timeout })), isMarkupOnly: false };
    const changes = diffArrays(tagsAndWords(before), tagsAndWords(after), { timeout });
    const joined = changes?.map(change => ({ ...change, value: change.value.join('') }));
    return { parts: partsOf(before, after, joined), isMarkupOnly: true };
}

function partsOf(before: string, after: string, changes: ChangeObject<string>[] | undefined): WordPart[] {
    if (!changes) {
        return [
            { kind: 'removed', text: before },
            { kind: 'added', text: after },
        ];
    }
    return changes.map(({ added, removed, value }) => ({
        kind: added ? 'added' : removed ? 'removed' : 'same',
        text: value,
    }));
}

const tagsAndWords = (html: string): string[] => html.match(/<[^<>]*>|\s+|[^<\s]+|</g) ?? [];

export interface FoldedPart {
    kind: 'folded';
    /** What is not shown. */
    text: string;
}

/** Leaves out what stays as it is, except around what changes, so that a change in a long text is seen at once. */
export function foldSame(parts: readonly WordPart[], contextChars = 60): (WordPart | FoldedPart)[] {
    return parts.flatMap((part, index): (WordPart | FoldedPart)[] => {
        if (part.kind !== 'same') return [part];
        const head = index === 0 ? '' : beginning(part.text, contextChars);
        const tail = index === parts.length - 1 ? '' : ending(part.text, contextChars);
        const folded = part.text.slice(head.length, part.text.length - tail.length);
        if (head.length + tail.length >= part.text.length || folded.length < contextChars) return [part];
        return [same(head), { kind: 'folded' as const, text: folded }, same(tail)].filter(({ text }) => text !== '');
    });
}

const same = (text: string): WordPart => ({ kind: 'same', text });

/** Up to `chars`, to the end of a word. */
function beginning(text: string, chars: number): string {
    if (text.length <= chars) return text;
    const end = text.slice(0, chars).search(/\s\S*$/);
    return text.slice(0, end < 0 ? chars : end + 1);
}

function ending(text: string, chars: number): string {
    if (text.length <= chars) return text;
    const start = text.slice(-chars).search(/\s/);
    return text.slice(text.length - chars + Math.max(0, start));
}
