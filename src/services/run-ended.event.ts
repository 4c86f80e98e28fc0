import { type ID, RequestContext, VendureEvent } from '@vendure/core';

/**
 * A run came to an end, whatever its status, or to a pause at a gate. Told by the process that had it, outside of any
 * transaction; a process that dies there tells nobody.
 */
export class RunEndedEvent extends VendureEvent {
    constructor(
        readonly ctx: RequestContext,
        readonly runId: ID,
    ) {
        super();
    }
}
