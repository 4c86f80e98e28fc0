import type { JsonObject } from '../../../shared/json';
import type { NetChange } from './net-change';

/**
 * One record of an undo: what a run did to one thing that stands or falls as a whole. That is a product together with its
 * variants, or a single entity of another type.
 */
export interface UndoRecord {
    /** `Product`, also where only variants of the product were changed. */
    entityType: string;
    id: string;
    /** For people. */
    key: string;
    changes: NetChange[];
}

export function asData(record: UndoRecord): JsonObject {
    return record as unknown as JsonObject;
}

/** Only the ledger extractor makes these records, so their form is known. */
export function asUndoRecord(data: JsonObject): UndoRecord {
    return data as unknown as UndoRecord;
}
