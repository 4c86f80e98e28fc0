import { JsonObject } from '../../shared/json';

/**
 * What an operator asks of all its input at once. It only describes; the engine carries it out, in memory while the data
 * is small and out of core when it is not. Field names are dotted paths. Output is in a fixed order, so that a resumed run
 * gets the same records in the same places.
 */
export type WholeOperation = SortOperation | GroupOperation | DistinctOperation | JoinOperation;

export interface SortOperation {
    kind: 'SORT';
    /** Numbers (and text that reads as one) before other text; absent and null last; equal records keep their order. */
    by: { field: string; direction: 'ASC' | 'DESC' }[];
}

export interface GroupOperation {
    kind: 'GROUP';
    by: string[];
    /** One output record for each group: the `by` fields and these, in order of the first record of each group. */
    aggregates: { into: string; of?: string; with: Aggregate }[];
}

/** SUM and AVG are exact for decimal text. COLLECT makes a list, in input order. */
export type Aggregate = 'COUNT' | 'SUM' | 'AVG' | 'MIN' | 'MAX' | 'FIRST' | 'LAST' | 'COLLECT' | 'COUNT_DISTINCT';

export interface DistinctOperation {
    kind: 'DISTINCT';
    by: string[];
    /** Which record of equal ones goes on; it stands where it stood in the input. */
    keep: 'FIRST' | 'LAST';
}

export interface JoinOperation {
    kind: 'JOIN';
    type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
    leftKey: string;
    rightKey: string;
    /** The other data set: records as they stand, or the output of another step of the pipeline. */
    right: { records: JsonObject[] } | { step: string };
    /** Prefix for fields of the right side. */
    prefix: string;
    /** Fields of the right side that are taken; absent: all. */
    select?: string[];
}
