import { JsonObject } from '../../shared/json';

/** Where a record came from. Travels with the record to the ledger, to quarantine and into every message. */
export interface Origin {
    /** Key of the EXTRACT step. */
    step: string;
    /** Zero-based position among all records of that step, malformed ones included. */
    index: number;
    /** File name as the user knows it, never a server path. */
    file?: string;
    /** One-based first line (text formats) or row (spreadsheets). */
    line?: number;
    /** One-based last line, when several rows became one record. */
    lastLine?: number;
}

/** A record on its way. `data` may be replaced at top level by whoever holds it; nested values are never mutated. */
export interface PipelineRecord {
    data: JsonObject;
    origin: Origin;
}
