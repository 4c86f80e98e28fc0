import type { LiveNumbers, StepCounts } from '../../../shared/run';
import type { ObservedWork, RunMetrics, RunObserver } from '../../runtime/ports';
import type { RunResult } from '../../runtime/run/run-result';
import { LiveRates } from './live-numbers';
import type { SpanParent, Telemetry } from './telemetry';

export interface ObservedRun {
    id: string;
    pipeline: string;
    dryRun: boolean;
    /** Keys of the EXTRACT steps. */
    extracting: ReadonlySet<string>;
}

const SPANS: Record<ObservedWork['kind'], string> = {
    STAGE: 'data_hub.stage',
    PREPARE: 'data_hub.batch.prepare',
    COMMIT: 'data_hub.batch.commit',
};
const OUTCOMES = [
    'in',
    'out',
    'dropped',
    'rejected',
    'created',
    'updated',
    'unchanged',
    'deleted',
] as const satisfies (keyof StepCounts)[];

/** Watches one run in this process: spans, counters, and the live numbers that people see. */
export class RunObservation implements RunObserver {
    private readonly rates = new LiveRates();
    private readonly inFlight = new Map<string, number>();
    private readonly stageSpans = new Map<string, SpanParent | undefined>();
    private runSpan: SpanParent | undefined;
    private counted: RunMetrics = { steps: {} };

    constructor(
        private readonly telemetry: Telemetry,
        private readonly run: ObservedRun,
    ) {}

    /** The whole of what this process does for the run; `countedBefore` by earlier owners of it. */
    execute(countedBefore: RunMetrics | undefined, work: () => Promise<RunResult>): Promise<RunResult> {
        this.counted = countedBefore ?? this.counted;
        this.rates.add(this.counted);
        const { id, pipeline, dryRun } = this.run;
        const attributes = {
            'data_hub.run.id': id,
            'data_hub.pipeline.code': pipeline,
            'data_hub.run.dry_run': dryRun,
        };
        return this.telemetry.span('data_hub.run', attributes, async span => {
            this.runSpan = span.parent;
            const result = await work();
            span.set({ 'data_hub.run.status': result.status });
            this.progressed(result.metrics);
            return result;
        });
    }

    /** For runs that have come to their end, and not only to that of this process. */
    ended(status: RunResult['status']): void {
        this.telemetry.instruments?.runs.add(1, { ...this.pipeline, 'data_hub.run.status': status });
    }

    async observe<T>(piece: ObservedWork, work: () => Promise<T>): Promise<T> {
        const { kind, stage, batch, records } = piece;
        const attributes = {
            ...this.pipeline,
            'data_hub.run.id': this.run.id,
            'data_hub.stage': stage,
            ...(batch === undefined ? {} : { 'data_hub.batch': batch }),
            ...(records === undefined ? {} : { 'data_hub.batch.records': records }),
        };
        const parent = kind === 'STAGE' ? this.runSpan : (this.stageSpans.get(stage) ?? this.runSpan);
        return this.telemetry.span(
            SPANS[kind],
            attributes,
            span => {
                if (kind !== 'STAGE') return this.batchWork(piece, work);
                this.stageSpans.set(stage, span.parent);
                return work();
            },
            parent,
        );
    }

    retried({ step, code }: { step?: string; code: string }): void {
        const attributes = {
            ...this.pipeline,
            'data_hub.error.code': code,
            ...(step ? { 'data_hub.step': step } : {}),
        };
        this.telemetry.instruments?.retries.add(1, attributes);
    }

    /** Told after each batch what the run has counted so far. */
    progressed(metrics: RunMetrics): void {
        this.rates.add(metrics);
        const instruments = this.telemetry.instruments;
        if (!instruments) return;
        for (const [step, counts] of Object.entries(metrics.steps)) {
            for (const outcome of OUTCOMES) {
                const more = counts[outcome] - (this.counted.steps[step]?.[outcome] ?? 0);
                if (more <= 0) continue;
                const attributes = { ...this.pipeline, 'data_hub.step': step, 'data_hub.outcome': outcome };
                instruments.records.add(more, attributes);
            }
        }
        this.counted = metrics;
    }

    live(metrics: RunMetrics): LiveNumbers {
        let recordsInFlight = 0;
        for (const records of this.inFlight.values()) recordsInFlight += records;
        return {
            atMs: Date.now(),
            batchesInFlight: this.inFlight.size,
            recordsInFlight,
            ...this.rates.rates(metrics, this.run.extracting),
        };
    }

    private async batchWork<T>({ kind, stage, batch, records = 0 }: ObservedWork, work: () => Promise<T>): Promise<T> {
        const key = `${kind} ${stage} ${batch}`;
        const instruments = this.telemetry.instruments;
        const beganMs = performance.now();
        this.inFlight.set(key, records);
        instruments?.batchesInFlight.add(1, this.pipeline);
        try {
            return await work();
        } finally {
            this.inFlight.delete(key);
            instruments?.batchesInFlight.add(-1, this.pipeline);
            const attributes = { ...this.pipeline, 'data_hub.batch.phase': kind === 'PREPARE' ? 'prepare' : 'commit' };
            instruments?.batchDuration.record(performance.now() - beganMs, attributes);
        }
    }

    private get pipeline() {
        return { 'data_hub.pipeline.code': this.run.pipeline };
    }
}
