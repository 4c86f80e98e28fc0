import { parseFieldPath, type FieldPath } from './field-path';
import { isHtml } from './html-text';
import { diffLists, type ListDiff } from './list-diff';
import { valueOf, type Value } from './value';
import { diffText, type WordDiff } from './word-diff';

/** As the type DataHubFieldChange of the Admin API. */
export interface FieldChange {
    path: string;
    before: unknown;
    after: unknown;
    existedBefore: boolean;
    existsAfter: boolean;
}

/** How a change is shown. */
export type ShownChange =
    | { kind: 'words'; diff: WordDiff }
    | { kind: 'list'; diff: ListDiff; areReferences: boolean }
    /** It is named because it tells where the entity belongs, and stays as it is. */
    | { kind: 'same'; value: Value }
    /** `share`: by what part of the old number the new one is larger. */
    | { kind: 'values'; before: Value; after: Value; share?: number };

const longTextChars = 50;

export function describeChange(
    change: FieldChange,
    entityCurrencyCode?: string,
): { path: FieldPath; shown: ShownChange } {
    const path = parseFieldPath(change.path);
    const context = { ...path, entityCurrencyCode };
    const before = valueOf(change.before, change.existedBefore, context);
    const after = valueOf(change.after, change.existsAfter, context);
    return { path, shown: shownAs(before, after, change) };
}

/** The currency that sums of the entity are in, where it says so itself. */
export function currencyOf(fields: readonly FieldChange[]): string | undefined {
    const field = fields.find(({ path }) => path === 'currencyCode');
    const code = field?.after ?? field?.before;
    return typeof code === 'string' ? code : undefined;
}

function shownAs(before: Value, after: Value, change: FieldChange): ShownChange {
    if (JSON.stringify(before) === JSON.stringify(after)) return { kind: 'same', value: after };
    if (Array.isArray(change.before) && Array.isArray(change.after)) {
        const areReferences = [before, after].some(value => value.kind === 'list' && value.areReferences);
        return { kind: 'list', diff: diffLists(change.before, change.after), areReferences };
    }
    if (before.kind === 'text' && after.kind === 'text' && (isLong(before.text) || isLong(after.text))) {
        return { kind: 'words', diff: diffText(before.text, after.text) };
    }
    if (before.kind === 'structure' && after.kind === 'structure') {
        return { kind: 'words', diff: diffText(before.json, after.json) };
    }
    return { kind: 'values', before, after, share: shareOf(before, after) };
}

function shareOf(before: Value, after: Value): number | undefined {
    if (before.kind !== 'money' || after.kind !== 'money' || before.amount === 0) return undefined;
    return (after.amount - before.amount) / Math.abs(before.amount);
}

const isLong = (text: string): boolean => text.length > longTextChars || text.includes('\n') || isHtml(text);
