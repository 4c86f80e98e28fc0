import { isTooDeep, type JsonObject, type JsonValue, MAX_JSON_DEPTH } from '../../../shared/json';
import { getPath, removePath, setPath } from '../../../shared/path';
import type { RecordEdit } from '../../entities';
import { UserError } from '../../sdk/errors';

/** One change of a record. Null, empty and absent are three things: SET takes null and '', REMOVE makes absent. */
export type PatchEntry = { path: string; op: 'SET'; value: JsonValue } | { path: string; op: 'REMOVE' };

export interface PatchEntryInput {
    path: string;
    op: 'SET' | 'REMOVE';
    value?: unknown;
}

const maxEntries = 200;
const maxPathLength = 500;
/** Of a value in the audit trail; the record itself keeps all of it. */
const maxAuditedLength = 1_000;

/** Checks what came from outside; the problem names the entry. */
export function parsePatch(input: readonly PatchEntryInput[]): PatchEntry[] {
    if (input.length === 0 || input.length > maxEntries) {
        throw invalid(`The patch has ${input.length} entries.`, `Give at least one and at most ${maxEntries} of them.`);
    }
    return input.map(({ path, op, value }, i) => {
        const name = `patch[${i}]`;
        if (path === '' || path.length > maxPathLength) {
            throw invalid(`${name}.path has ${path.length} characters.`, `Give a field path of 1 to ${maxPathLength}.`);
        }
        checkPath(path);
        if (op === 'REMOVE') {
            if (value === undefined || value === null) return { path, op };
            throw invalid(`${name} removes "${path}" and has a value.`, 'Leave the value out, or use SET.');
        }
        if (value === undefined) {
            throw invalid(`${name} sets "${path}" and has no value.`, 'Give a value (null too is one), or use REMOVE.');
        }
        if (isTooDeep(value as JsonValue)) throw invalid(`${name}.value is nested too deeply.`, 'Flatten it.');
        return { path, op, value: value as JsonValue };
    });
}

export interface Patched {
    record: JsonObject | null;
    /** Fields that differ now; empty when the record was so already. */
    edits: RecordEdit[];
}

/** The record after the patch; the given one stays as it is. A record that could not be read begins empty. */
export function applyPatch(record: JsonObject | null, patch: readonly PatchEntry[]): Patched {
    const after: JsonObject = { ...record };
    const edits: RecordEdit[] = [];
    for (const entry of patch) {
        const before = getPath(after, entry.path);
        if (entry.op === 'REMOVE') {
            if (before === undefined) continue;
            removePath(after, entry.path);
            edits.push({ path: entry.path, before: forAudit(before) });
            continue;
        }
        if (before !== undefined && isSame(before, entry.value)) continue;
        put(after, entry.path, entry.value);
        const had = before === undefined ? {} : { before: forAudit(before) };
        edits.push({ path: entry.path, ...had, after: forAudit(entry.value) });
    }
    if (edits.length === 0) return { record, edits };
    // A path and a value, each deep enough, are too deep together.
    if (isTooDeep(after)) throw invalid('The record would be nested too deeply.', 'Set values that are less deep.');
    return { record: after, edits };
}

/** Some names never stand in a path, whatever the record holds. */
export function checkPath(path: string): void {
    const levels = path.split('.').length;
    if (levels > MAX_JSON_DEPTH) {
        throw invalid(`The path "${path.slice(0, 50)}…" has ${levels} levels.`, `Give at most ${MAX_JSON_DEPTH}.`);
    }
    put({}, path, null);
}

function put(record: JsonObject, path: string, value: JsonValue): void {
    try {
        // Without holes: many columns of a sheet, each a thousand places further, would make a list of millions.
        setPath(record, path, value, 1);
    } catch (thrown) {
        if (!(thrown instanceof RangeError)) throw thrown;
        throw invalid(`The path "${path}" does not fit the record: ${thrown.message}`, 'Correct the path.');
    }
}

function isSame(a: JsonValue, b: JsonValue): boolean {
    return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function forAudit(value: JsonValue): JsonValue {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length <= maxAuditedLength ? value : `${text.slice(0, maxAuditedLength - 1)}…`;
}

function invalid(message: string, hint: string): UserError {
    return new UserError('record-patch-invalid', message, hint);
}
