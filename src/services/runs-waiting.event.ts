import { type ID, RequestContext, VendureEvent } from '@vendure/core';

/**
 * A run of the pipeline has been asked for or no longer waits: the next one may get its job. Vendure delivers events
 * after the transaction of `ctx` has committed, so no worker looks for a run that is not there yet.
 */
export class RunsWaitingEvent extends VendureEvent {
    constructor(
        readonly ctx: RequestContext,
        readonly pipelineId: ID,
    ) {
        super();
    }
}
