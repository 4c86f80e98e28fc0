import type { JsonObject } from '../../../shared/json';
import type { UserError } from '../../sdk/errors';
import type { RecordCheck } from '../product/record-check';
import type { VariantUpdate } from './variant-update';

interface ReadUpdate {
    /** Empty when the record is refused. */
    update: VariantUpdate;
    problem?: UserError;
}

/** Checks a record and brings it into one form; once, although its keys and its content are asked for at different times. */
export class UpdateReader {
    private readonly known = new WeakMap<JsonObject, ReadUpdate>();

    constructor(
        private readonly check: RecordCheck,
        private readonly shape: (record: never) => VariantUpdate,
    ) {}

    read(record: JsonObject): ReadUpdate {
        let read = this.known.get(record);
        if (!read) {
            const problem = this.check.problemOf(record);
            // A record without a problem is what the schema says.
            read = problem ? { update: {}, problem } : { update: this.shape(record as never) };
            this.known.set(record, read);
        }
        return read;
    }
}
