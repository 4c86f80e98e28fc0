import type { JsonObject } from '../../shared/json';
import type { LogLevel } from '../../shared/run';
import { compileCondition } from '../operators/conditions/condition';
import { compileTemplate } from '../operators/text/placeholders';
import { untilAborted } from '../resilience/until-aborted';
import type { HookEvent, RunHooks } from '../runtime/ports';
import type { Hook, HookStage } from '../sdk/definition/hooks';
import { HookQueue } from './hook-queue';
import { intercept } from './interception';
import { Script, scriptsOf } from './script';
import { postWebhook, WebhookParts } from './webhook';

/** What hooks need of the world. */
export interface HookParts extends WebhookParts {
    run: {
        /** As the Admin API wants it. */
        id: string;
        pipeline: { code: string; name: string };
        /** `PIPELINE`, or `REPLAY` for refused records that are sent again. */
        kind: string;
        dryRun: boolean;
        /** Another one for each worker that has to do with the run. */
        attempt: string;
    };
    log: (level: LogLevel, message: string, place?: { step?: string }) => void;
    /** Publishes the event that EMIT names. */
    emit: (name: string, event: HookEvent) => Promise<void>;
    /** Asks for a run of the pipeline with that code; resolves with what the log is told. */
    trigger: (pipelineCode: string) => Promise<string>;
    /** By name. */
    scripts: ReadonlyMap<string, Script>;
    /** Of the run: aborted when it stops. */
    signal: AbortSignal;
    /** Whether the run stops here only, because another worker goes on with it. */
    goesOnElsewhere?: () => boolean;
    /** Stands in for the times below in tests. */
    scriptTimeoutMs?: number;
}

const CALLS_AT_ONCE = 4;
const MAX_WAITING_CALLS = 1_000;
/** A SCRIPT may hold up the step it is called at for so long. */
const SCRIPT_TIMEOUT_MS = 30_000;

/** Told by whoever brings the run to its end. */
const ENDS: readonly HookStage[] = ['PIPELINE_COMPLETED', 'PIPELINE_FAILED'];

type Action = (event: HookEvent, payload: JsonObject) => Promise<void> | void;
interface Listener {
    hook: Hook;
    applies: (payload: JsonObject) => boolean;
    act: Action;
}

/**
 * The hooks of one run. Throws a UserError for what can be seen to fail before the run begins: an unknown script, a
 * condition or a text that cannot be read.
 */
export function createRunHooks(hooks: readonly Hook[], parts: HookParts): DefinedHooks {
    return new DefinedHooks(hooks, parts);
}

export class DefinedHooks implements RunHooks {
    private readonly listeners: Listener[];
    private readonly queue: HookQueue;
    private readonly scriptOf: (name: string) => Script;
    private calls = 0;

    constructor(
        hooks: readonly Hook[],
        private readonly parts: HookParts,
    ) {
        const limits = { concurrency: CALLS_AT_ONCE, maxWaiting: MAX_WAITING_CALLS };
        this.queue = new HookQueue(limits, message => parts.log('WARN', message));
        this.scriptOf = scriptsOf(hooks, parts.scripts);
        this.listeners = hooks.map(hook => ({
            hook,
            applies: hook.when ? compileCondition(hook.when) : () => true,
            act: this.actionOf(hook),
        }));
    }

    listensTo(stage: HookStage, step?: string): boolean {
        return this.at(stage, step).some(({ hook }) => hook.action !== 'INTERCEPTOR');
    }

    async fire(event: HookEvent): Promise<void> {
        if (ENDS.includes(event.stage) && this.parts.goesOnElsewhere?.()) return;
        const payload = this.payloadOf(event);
        for (const { hook, applies, act } of this.at(event.stage, event.step)) {
            if (hook.action === 'INTERCEPTOR') continue;
            try {
                if (applies(payload)) await act({ ...event, payload }, payload);
            } catch (thrown) {
                this.failed(hook, event, thrown);
            }
        }
    }

    intercepts(stage: HookStage, step: string): boolean {
        return this.at(stage, step).some(({ hook }) => hook.action === 'INTERCEPTOR');
    }

    async intercept(...[stage, step, records]: Parameters<RunHooks['intercept']>): ReturnType<RunHooks['intercept']> {
        const { dryRun } = this.parts.run;
        const event: HookEvent = { stage, step, payload: { stage, step, dryRun, count: records.length } };
        const payload = this.payloadOf(event);
        const interceptors = this.at(stage, step).flatMap(({ hook, applies }) =>
            hook.action === 'INTERCEPTOR' && applies(payload)
                ? [{ name: hook.script, script: this.scriptOf(hook.script) }]
                : [],
        );
        return intercept(interceptors, { ...event, payload }, records, this.parts.signal);
    }

    /** Resolves when what was begun has been done, or when `patienceMs` are over; what is left is given up and logged. */
    settle(patienceMs: number): Promise<void> {
        return this.queue.settle(patienceMs);
    }

    private at(stage: HookStage, step: string | undefined): Listener[] {
        return this.listeners.filter(({ hook }) => hook.stage === stage && [undefined, step].includes(hook.step));
    }

    private payloadOf({ payload }: HookEvent): JsonObject {
        const { id, pipeline, kind } = this.parts.run;
        return { runId: id, kind, pipeline: { ...pipeline }, ...payload };
    }

    private actionOf(hook: Hook): Action {
        const { emit, trigger, log } = this.parts;
        switch (hook.action) {
            case 'LOG': {
                const template = compileTemplate(hook.message);
                return ({ step }, payload) => log(hook.level, template.render(payload), step ? { step } : {});
            }
            case 'WEBHOOK':
                return this.outside(hook, ({ payload }, key, signal) =>
                    postWebhook(hook, payload, key, this.parts, signal),
                );
            case 'EMIT':
                return this.outside(hook, event => emit(hook.event, event));
            case 'TRIGGER_PIPELINE':
                return this.outside(hook, async () => log('INFO', await trigger(hook.pipelineCode)));
            case 'SCRIPT':
                return event => this.callScript(this.scriptOf(hook.script), event);
            case 'INTERCEPTOR':
                return () => undefined;
        }
    }

    /** For what others see: a dry run says once what it would do, and does not do it. */
    private outside(
        hook: Hook,
        work: (event: HookEvent, idempotencyKey: string, signal: AbortSignal) => Promise<void>,
    ): Action {
        let isTold = false;
        return event => {
            if (!this.parts.run.dryRun) {
                const key = this.nextKey(event);
                this.queue.add(nameOf(hook, event), signal => work(event, key, signal));
            } else if (!isTold) {
                isTold = true;
                this.parts.log('INFO', `${nameOf(hook, event)} does nothing in a dry run.`, placeOf(event));
            }
        };
    }

    /** The same for all attempts of one call, and another one for each call: also of a worker that goes on with the run. */
    private nextKey({ stage, step = '' }: HookEvent): string {
        const { id, attempt } = this.parts.run;
        return `${id}:${stage}:${step}:${attempt}.${this.calls++}`;
    }

    private async callScript(script: Script, event: HookEvent): Promise<void> {
        const timeoutMs = this.parts.scriptTimeoutMs ?? SCRIPT_TIMEOUT_MS;
        const outOfTime = new AbortController();
        const timer = setTimeout(() => {
            outOfTime.abort(new Error(`It took longer than ${timeoutMs} ms.`));
        }, timeoutMs);
        try {
            const { signal } = outOfTime;
            await untilAborted(Promise.resolve(script({ event, records: [], signal })), signal);
        } finally {
            clearTimeout(timer);
        }
    }

    private failed(hook: Hook, event: HookEvent, thrown: unknown): void {
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        this.parts.log('WARN', `${nameOf(hook, event)} failed: ${why}`, placeOf(event));
    }
}

function nameOf({ action }: Hook, { stage, step }: HookEvent): string {
    return `The hook ${action} at ${stage}${step === undefined ? '' : ` of "${step}"`}`;
}

function placeOf({ step }: HookEvent): { step?: string } {
    return step === undefined ? {} : { step };
}
