import { addMetrics, emptyMetrics } from '../batch/metrics';
import { HandedOn, StageTracker } from '../batch/stage-tracker';
import type { Checkpoint, Clock, RunMetrics } from '../ports';

/** How far every stage of a run has come, and what the settled batches have counted. */
export class RunTracker {
    private readonly stages = new Map<string, StageTracker>();
    private readonly outbox = new Map<string, OutboxEntry>();
    private total: RunMetrics;
    private readonly startedAtMs: number;
    private readonly activeMsBefore: number;
    /** True while something that has settled is in memory only. */
    unsaved = false;

    constructor(
        private readonly run: { batchSize: number; sourceFingerprints: Record<string, string> },
        private readonly clock: Pick<Clock, 'now'>,
        from?: Checkpoint,
    ) {
        for (const [id, progress] of Object.entries(from?.stages ?? {}))
            this.stages.set(id, new StageTracker(progress));
        for (const entry of from?.outbox ?? []) this.outbox.set(nameOf(entry), entry);
        this.total = from ? addMetrics(from.metrics, emptyMetrics()) : emptyMetrics();
        this.startedAtMs = clock.now();
        this.activeMsBefore = from?.metrics.activeMs ?? 0;
    }

    stage(id: string): StageTracker {
        let stage = this.stages.get(id);
        if (!stage) this.stages.set(id, (stage = new StageTracker()));
        return stage;
    }

    get metrics(): RunMetrics {
        return this.withActiveTime(addMetrics(this.total, emptyMetrics()));
    }

    /** Committed batches whose events and jobs are still owed. */
    get owed(): OutboxEntry[] {
        return [...this.outbox.values()];
    }

    delivered(entry: OutboxEntry): void {
        this.outbox.delete(nameOf(entry));
    }

    /** The checkpoint as it would stand once `batch` has settled; nothing changes yet. */
    checkpointWith(stage: string, batch: number, metrics: RunMetrics, handedOn: HandedOn = {}): Checkpoint {
        const checkpoint = this.describe(addMetrics(this.total, metrics));
        checkpoint.stages[stage] = (this.stages.get(stage) ?? new StageTracker()).progressWith(batch, handedOn);
        if (handedOn.owesDelivery) checkpoint.outbox = [...(checkpoint.outbox ?? []), { stage, batch }];
        return checkpoint;
    }

    checkpoint(): Checkpoint {
        return this.describe(addMetrics(this.total, emptyMetrics()));
    }

    /** To be called only after the batch's transaction has committed. */
    settle(stage: string, batch: number, metrics: RunMetrics, handedOn: HandedOn = {}): void {
        this.stage(stage).settle(batch, handedOn);
        if (handedOn.owesDelivery) this.outbox.set(nameOf({ stage, batch }), { stage, batch });
        this.count(metrics);
    }

    /** For what is counted outside of batches, such as the output of a barrier. */
    count(metrics: RunMetrics): void {
        this.total = addMetrics(this.total, metrics);
    }

    private describe(metrics: RunMetrics): Checkpoint {
        return {
            version: 2,
            stages: Object.fromEntries([...this.stages].map(([id, stage]) => [id, stage.progress()])),
            batchSize: this.run.batchSize,
            sourceFingerprints: { ...this.run.sourceFingerprints },
            ...(this.outbox.size > 0 ? { outbox: this.owed } : {}),
            metrics: this.withActiveTime(metrics),
        };
    }

    private withActiveTime(metrics: RunMetrics): RunMetrics {
        metrics.activeMs = this.activeMsBefore + this.clock.now() - this.startedAtMs;
        return metrics;
    }
}

type OutboxEntry = NonNullable<Checkpoint['outbox']>[number];

function nameOf({ stage, batch }: OutboxEntry): string {
    return `${stage}#${batch}`;
}
