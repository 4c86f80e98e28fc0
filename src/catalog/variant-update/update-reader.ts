import type { JsonObject } from '../../../shared/json';
import type { Match } from '../product/batch-state';
import type { RecordCheck } from '../product/record-check';
import type { VariantUpdate } from './variant-update';

/** A record as it was read; its variant is found later. Empty and with a problem when it is refused. */
type ReadUpdate = Match<VariantUpdate>;

/** More than any usual batches in flight have; records that never come to be resolved must not pile up. */
const MAX_REMEMBERED = 20_000;

/**
 * Checks a record and brings it into one form; usually once, although its keys and its content are asked for at different
 * times. A Map, because each entry of a WeakMap is work for every collection of garbage.
 */
export class UpdateReader {
    private readonly known = new Map<JsonObject, ReadUpdate>();

    constructor(
        private readonly check: RecordCheck,
        private readonly shape: (record: never) => VariantUpdate,
    ) {}

    read(record: JsonObject): ReadUpdate {
        let read = this.known.get(record);
        if (!read) {
            const problem = this.check.problemOf(record);
            // A record without a problem is what the schema says.
            read = { record: problem ? {} : this.shape(record as never), problem };
            if (this.known.size >= MAX_REMEMBERED) this.known.clear();
            this.known.set(record, read);
        }
        return read;
    }

    /** The same for the last time: the record is forgotten. */
    take(record: JsonObject): ReadUpdate {
        const read = this.read(record);
        this.known.delete(record);
        return read;
    }
}
