import { JsonObject } from '../../shared/json';
import { DataHubError } from './errors';

/** What became of a record at a step, when it did not simply go on. Returning a plain object means "kept". */
export type Outcome = Dropped | Rejected | Expanded;

/** Left out on purpose (a filter); counted, not an error. */
export class Dropped {
    constructor(readonly reason: string) {}
}

/** Refused; goes to quarantine with its cause, the rest of the batch goes on. */
export class Rejected {
    constructor(readonly error: DataHubError) {}
}

/** Became several records, in this order. */
export class Expanded {
    constructor(readonly records: JsonObject[]) {}
}

export const drop = (reason: string): Dropped => new Dropped(reason);
export const reject = (error: DataHubError): Rejected => new Rejected(error);
export const expand = (records: JsonObject[]): Expanded => new Expanded(records);
