import { type ID, RequestContext, VendureEvent } from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import type { HookStage } from '../../sdk/definition/hooks';

/** A hook with the action EMIT was called. Published in the process that executes the run, outside of any transaction. */
export class DataHubHookEvent extends VendureEvent {
    constructor(
        readonly ctx: RequestContext,
        /** The `event` of the hook. */
        readonly name: string,
        readonly runId: ID,
        readonly stage: HookStage,
        /** Key of the step; undefined for stages of the whole run. */
        readonly step: string | undefined,
        readonly payload: JsonObject,
    ) {
        super();
    }
}
