import { type ID, RequestContext, VendureEvent } from '@vendure/core';
import type { DataHubGate } from '../../entities';

/**
 * Records of a run wait at a gate for somebody's decision. Delivered after the transaction that opened the gate has
 * committed, in the process that executes the run.
 */
export class GateWaitingEvent extends VendureEvent {
    constructor(
        readonly ctx: RequestContext,
        readonly runId: ID,
        readonly pipelineId: ID,
        /** As it was opened. */
        readonly gate: Readonly<DataHubGate>,
    ) {
        super();
    }
}
