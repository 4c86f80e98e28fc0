import { JsonObject, JsonValue } from '../../../shared/json';
import { PipelineRecord } from '../../sdk/record';
import { equals, isEmpty } from '../conditions/comparison';
import { FieldReader, readerOf, removerOf, writerOf } from '../field-access';
import type { GroupConfig } from './group.operator';

type Assemble = (rows: readonly PipelineRecord[], withoutItem: ReadonlySet<PipelineRecord>) => PipelineRecord;

/** Compiles how the rows of a group become one record. Rows are never changed. */
export function groupAssembler(config: GroupConfig): Assemble {
    const parentFields = [config.key, ...config.parent.filter(path => path !== config.key)].map(path => ({
        read: readerOf(path),
        write: writerOf(path),
    }));
    const collected = Object.entries(config.collect).map(([target, column]) => ({
        read: readerOf(column),
        write: writerOf(target),
    }));
    const makesChild = childTest(config.skipChildWhenEmpty);
    const childOf = childMaker(config);
    const writeChildren = writerOf(config.children);

    return (rows, withoutItem) => {
        const record: JsonObject = {};
        for (const { read, write } of parentFields) {
            const value = firstValue(rows, read);
            if (value !== undefined) write(record, value);
        }
        for (const { read, write } of collected) {
            const values = distinctValues(rows, read);
            if (values.length > 0) write(record, values);
        }
        const children: JsonObject[] = [];
        for (const row of rows) {
            if (makesChild(row.data) && !withoutItem.has(row)) children.push(childOf(row.data));
        }
        // An empty list would say "this product has no variants"; rows that hold none say nothing about them.
        if (children.length > 0) writeChildren(record, children);
        return { data: record, origin: originOf(rows) };
    };
}

/** The first value that is not empty; when all are empty, what the first row says (null, empty text or nothing). */
function firstValue(rows: readonly PipelineRecord[], read: FieldReader): JsonValue | undefined {
    for (const row of rows) {
        const value = read(row.data);
        if (value !== undefined && !isEmpty(value)) return value;
    }
    return read(rows[0]!.data);
}

function distinctValues(rows: readonly PipelineRecord[], read: FieldReader): JsonValue[] {
    const texts = new Set<string>();
    const values: JsonValue[] = [];
    for (const row of rows) {
        const found = read(row.data);
        for (const value of Array.isArray(found) ? found : [found]) {
            if (value === undefined || isEmpty(value)) continue;
            if (typeof value === 'string') {
                if (texts.has(value)) continue;
                texts.add(value);
            } else if (values.some(present => equals(present, value))) continue;
            values.push(value);
        }
    }
    return values;
}

export function childTest(paths: readonly string[] | undefined): (row: JsonObject) => boolean {
    if (!paths) return () => true;
    const readers = paths.map(readerOf);
    return row => readers.some(read => !isEmpty(read(row)));
}

function childMaker(config: GroupConfig): (row: JsonObject) => JsonObject {
    if (config.child) {
        const fields = config.child.map(path => ({ read: readerOf(path), write: writerOf(path) }));
        return row => {
            const child: JsonObject = {};
            for (const { read, write } of fields) {
                const value = read(row);
                if (value !== undefined) write(child, value);
            }
            return child;
        };
    }
    const removers = [config.key, ...config.parent, ...Object.values(config.collect)].map(removerOf);
    return row => {
        const child = { ...row };
        for (const remove of removers) remove(child);
        return child;
    };
}

function originOf(rows: readonly PipelineRecord[]): PipelineRecord['origin'] {
    const first = rows[0]!.origin;
    const last = rows[rows.length - 1]!.origin;
    const lastLine = last.lastLine ?? last.line;
    return lastLine === undefined || rows.length === 1 ? first : { ...first, lastLine };
}
