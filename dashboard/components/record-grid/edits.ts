import type { JsonObject, JsonValue } from '../../../shared/json';
import { isSame, type CellValue } from './cell-value';
import { getPath } from './paths';

/** What has been typed and not been saved: by record, then by path. Undefined removes the field. */
export type Edits = ReadonlyMap<string, ReadonlyMap<string, CellValue>>;

export type PatchEntry = { path: string; op: 'SET'; value: JsonValue } | { path: string; op: 'REMOVE' };

export const noEdits: Edits = new Map();

/** Putting back what was there is no edit. */
export function withEdit(
    edits: Edits,
    row: { id: string; record: JsonObject | null },
    path: string,
    value: CellValue,
): Edits {
    const ofRow = new Map(edits.get(row.id));
    if (isSame(getPath(row.record, path), value)) ofRow.delete(path);
    else ofRow.set(path, value);
    const next = new Map(edits);
    if (ofRow.size > 0) next.set(row.id, ofRow);
    else next.delete(row.id);
    return next;
}

export const without = (edits: Edits, ids: readonly string[]): Edits =>
    new Map([...edits].filter(([id]) => !ids.includes(id)));

export const countEdits = (edits: Edits): number => [...edits.values()].reduce((sum, { size }) => sum + size, 0);

/** One patch for all records that are changed in the same way. */
export function patchesOf(edits: Edits): { ids: string[]; patch: PatchEntry[] }[] {
    const patches = new Map<string, { ids: string[]; patch: PatchEntry[] }>();
    for (const [id, ofRow] of edits) {
        const patch = patchOf(ofRow);
        const key = JSON.stringify(patch);
        const same = patches.get(key);
        if (same) same.ids.push(id);
        else patches.set(key, { ids: [id], patch });
    }
    return [...patches.values()];
}

/** First what is set, then what is removed, lists from their end: places in a list move up when one is taken out. */
function patchOf(edits: ReadonlyMap<string, CellValue>): PatchEntry[] {
    const set: PatchEntry[] = [];
    const removed: PatchEntry[] = [];
    for (const [path, value] of [...edits].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))) {
        if (value === undefined) removed.unshift({ path, op: 'REMOVE' });
        else set.push({ path, op: 'SET', value });
    }
    return [...set, ...removed];
}
