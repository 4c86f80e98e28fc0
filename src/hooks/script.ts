import type { JsonObject } from '../../shared/json';
import type { HookEvent } from '../runtime/ports';
import type { Hook } from '../sdk/definition/hooks';
import { nearest } from '../sdk/did-you-mean';
import { UserError } from '../sdk/errors';

/** A function that hooks call by name; what it returns counts for INTERCEPTORs only. */
export type Script = (call: ScriptCall) => unknown;

export interface ScriptCall {
    event: HookEvent;
    /** Copies, for an INTERCEPTOR; otherwise none. */
    records: JsonObject[];
    /** Aborted when nobody waits for the answer any more. */
    signal: AbortSignal;
}

/** Finds the functions that the hooks name, so that a misspelt name fails a run before it has read anything. */
export function scriptsOf(hooks: readonly Hook[], known: ReadonlyMap<string, Script>): (name: string) => Script {
    for (const hook of hooks) {
        if ('script' in hook && !known.has(hook.script)) throw unknownScript(hook.script, known);
    }
    return name => known.get(name)!;
}

function unknownScript(name: string, known: ReadonlyMap<string, Script>): UserError {
    const names = [...known.keys()].map(each => `"${each}"`).join(', ') || 'nothing';
    const near = nearest(name, known.keys());
    return new UserError(
        'unknown-script',
        `A hook calls the script "${name}", which the plugin was not given.`,
        `${near === undefined ? '' : `Did you mean "${near}"? `}The option "scripts" of DataHubPlugin.init() holds ${names}.`,
    );
}
