import { JsonObject, JsonValue } from '../../../shared/json';
import { RecordOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';

/** Applies a pure text function to fields: to text and to texts in a list; every other value stays as it is. */
export function onTexts(paths: readonly string[], change: (text: string) => string): RecordOperator {
    const fields = paths.map(path => ({ read: readerOf(path), write: writerOf(path) }));
    return record => {
        for (const { read, write } of fields) {
            const value = read(record);
            const changed = changeText(value, change);
            if (changed !== value && changed !== undefined) write(record, changed);
        }
        return record;
    };
}

/** Like {@link onTexts}, for every top-level field. */
export function onAllTexts(change: (text: string) => string): RecordOperator {
    return (record: JsonObject) => {
        for (const name of Object.keys(record)) {
            const value = record[name];
            if (typeof value === 'string') record[name] = change(value);
        }
        return record;
    };
}

function changeText(value: JsonValue | undefined, change: (text: string) => string): JsonValue | undefined {
    if (typeof value === 'string') return change(value);
    if (!Array.isArray(value)) return value;
    return value.map(item => (typeof item === 'string' ? change(item) : item));
}
