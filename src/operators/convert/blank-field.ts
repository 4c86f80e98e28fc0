import { JsonObject, JsonValue } from '../../../shared/json';
import { field } from '../../sdk/field';
import { FieldReader, FieldWriter, readerOf, removerOf, writerOf } from '../field-access';

/** Config field that all operators share which turn text into something that has no empty form. */
export const onBlank = field
    .choice('Blank text', 'What a blank text becomes, since it is no value of the wanted kind.', {
        REMOVE: 'Nothing: the field is removed and the shop keeps what it has.',
        NULL: 'Null, which clears the field in the shop.',
    })
    .default('REMOVE');

/** Reads the value that is to be converted and writes what became of it. */
interface Conversion {
    read: FieldReader;
    write: FieldWriter;
    /** True when there was nothing to convert: absent, null or blank; the record is then as it shall be. */
    settle: (record: JsonObject, value: JsonValue | undefined) => value is undefined | null;
}

export function conversion(path: string, target: string, blank: 'REMOVE' | 'NULL'): Conversion {
    const read = readerOf(path);
    const write = writerOf(target);
    const remove = removerOf(target);
    return {
        read,
        write,
        settle(record, value): value is undefined | null {
            if (value === undefined) return true;
            const isBlank = typeof value === 'string' && value.trim() === '';
            if (value !== null && !isBlank) return false;
            if (isBlank && blank === 'REMOVE') remove(record);
            else write(record, null);
            return true;
        },
    };
}
