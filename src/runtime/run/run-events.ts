import type { JsonObject } from '../../../shared/json';
import type { StepDefinition } from '../../sdk/definition/definition';
import { DATA_STEPS, HookStage } from '../../sdk/definition/hooks';
import type { DataHubError } from '../../sdk/errors';
import type { Tally } from '../batch/tally';
import { RunErrors } from '../errors/run-errors';
import { SecretFields } from '../errors/secret-fields';
import type { RunSetup } from '../run-pipeline';
import type { RunHooks, RunMetrics, RunObserver, StepCounts } from '../ports';
import { emptyCounts } from '../batch/metrics';

/** Tells hooks and whoever watches what happens in a run. Costs nothing where no hook listens. */
export class RunEvents {
    private readonly begun = new Set<string>();

    constructor(
        private readonly hooks: RunHooks | undefined,
        private readonly run: { dryRun: boolean },
        private readonly observer?: RunObserver,
    ) {}

    pipelineStarted(isResumed: boolean): Promise<void> {
        return this.fire('PIPELINE_STARTED', undefined, () => ({ isResumed }));
    }

    async pipelineEnded(status: string, metrics: RunMetrics, error: DataHubError | undefined): Promise<void> {
        if (error) await this.fire('ON_ERROR', error.place.step, () => ({ ...summary([{ error }]), endsRun: true }));
        const stage = status === 'FAILED' || status === 'TIMEOUT' ? 'PIPELINE_FAILED' : 'PIPELINE_COMPLETED';
        await this.fire(stage, undefined, () => ({
            status,
            steps: metrics.steps as unknown as JsonObject,
            error: error ? describe(error) : null,
        }));
    }

    /** Told once for each step and process, before its first batch. */
    async stepBegins(step: StepDefinition): Promise<void> {
        const stage = stageOf('BEFORE', step);
        if (!stage || this.begun.has(step.key)) return;
        this.begun.add(step.key);
        await this.fire(stage, step.key, () => ({}));
    }

    async stepEnded(step: StepDefinition, counts: StepCounts | undefined): Promise<void> {
        const stage = stageOf('AFTER', step);
        if (stage) await this.fire(stage, step.key, () => ({ counts: { ...(counts ?? emptyCounts()) } }));
    }

    /** A batch is committed; some of its records wait in quarantine or were left out. */
    async settled({ rejects, skipped }: Pick<Tally, 'rejects' | 'skipped'>): Promise<void> {
        for (const [step, failed] of byStep([...rejects, ...skipped])) {
            await this.fire('ON_ERROR', step, () => ({ ...summary(failed), endsRun: false }));
        }
        for (const [step, refused] of byStep(rejects)) {
            const records = (): JsonObject => ({ records: refused.slice(0, 10).map(({ record }) => record) });
            await this.fire('ON_DEAD_LETTER', step, () => ({ ...summary(refused), ...records() }));
        }
    }

    /** Not awaited: a retry must not wait for whoever listens. */
    retried(what: {
        step?: string;
        batch?: number;
        index?: number;
        code: string;
        message: string;
        attempt: number;
    }): void {
        this.observer?.retried(what);
        const { step, ...payload } = what;
        void this.fire('ON_RETRY', step, () => ({ ...payload }));
    }

    private async fire(stage: HookStage, step: string | undefined, payload: () => JsonObject): Promise<void> {
        if (!this.hooks?.listensTo(stage, step)) return;
        const event = { stage, payload: { stage, step: step ?? null, dryRun: this.run.dryRun, ...payload() } };
        await this.hooks.fire(step === undefined ? event : { ...event, step });
    }
}

/** What becomes of failures in a run; its hooks hear of retries. */
export function runErrors<Scope>({ definition, registry, ports }: RunSetup<Scope>, events: RunEvents): RunErrors {
    return new RunErrors(definition, {
        ...ports,
        secrets: () => new SecretFields(definition, code => registry.loader(code)),
        onRetry: (step, { origin }, { code, message }, attempt) =>
            events.retried({ step, index: origin.index, code, message, attempt }),
    });
}

function stageOf(when: 'BEFORE' | 'AFTER', { type }: StepDefinition): HookStage | undefined {
    const dataStep = DATA_STEPS.find(name => name === type);
    return dataStep && `${when}_${dataStep}`;
}

function describe({ code, message, hint, kind, place }: DataHubError): JsonObject {
    const { step, file, line, index, key, field } = place;
    const where = Object.fromEntries(
        Object.entries({ step, file, line, index, key, field }).filter(([, value]) => value !== undefined),
    ) as JsonObject;
    return { code, message, hint: hint ?? null, kind, place: where };
}

function summary(failed: readonly { error: DataHubError }[]): JsonObject {
    return { count: failed.length, errors: failed.slice(0, 10).map(({ error }) => describe(error)) };
}

function byStep<R extends { step: string }>(records: readonly R[]): Map<string, R[]> {
    const groups = new Map<string, R[]>();
    for (const record of records) {
        const group = groups.get(record.step);
        if (group) group.push(record);
        else groups.set(record.step, [record]);
    }
    return groups;
}
