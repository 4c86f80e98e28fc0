import type { Injector, RequestContext } from '@vendure/core';
import type { ScriptCall } from '../../hooks/script';

/** A function of the option `scripts`. An INTERCEPTOR returns the records that go on; see docs/hooks.md. */
export type HookScript = (call: HookScriptCall) => unknown;

export interface HookScriptCall extends ScriptCall {
    /** Of the run: its channel, its language, its user. Outside of any transaction. */
    ctx: RequestContext;
    /** For Vendure's services and those of plugins. */
    injector: Injector;
}
