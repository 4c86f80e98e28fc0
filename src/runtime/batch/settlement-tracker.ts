import type { Checkpoint, RunMetrics } from '../ports';
import { addMetrics, emptyMetrics } from './metrics';

/** One batch that waits long for a lock must not let the checkpoint grow with the rest of the run. */
const MAX_AHEAD = 500;

/**
 * Which batches have settled, and what they counted. Settlements arrive in any order: the watermark is the lowest
 * number before which every batch has settled; storing a later one would lose records at a crash.
 */
export class SettlementTracker {
    private watermark: number;
    private readonly ahead: Set<number>;
    private total: RunMetrics;
    /** True while a settled batch is in memory only. */
    unsaved = false;

    constructor(
        private readonly run: { batchSize: number; sourceFingerprints: Record<string, string> },
        from?: Checkpoint,
    ) {
        this.watermark = from?.settledBatches ?? 0;
        this.ahead = new Set(from?.settledAhead);
        this.total = from ? addMetrics(from.metrics, emptyMetrics()) : emptyMetrics();
    }

    get metrics(): RunMetrics {
        return this.total;
    }

    /** Highest batch that has settled; -1 before the first. */
    get lastSettled(): number {
        return Math.max(this.watermark - 1, ...this.ahead);
    }

    /** Whether `batch` may be written although an earlier one has not settled: checkpoints list what is ahead of it. */
    mayBegin(batch: number): boolean {
        return batch - this.watermark < MAX_AHEAD;
    }

    isSettled(batch: number): boolean {
        return batch < this.watermark || this.ahead.has(batch);
    }

    /** The checkpoint as it would stand once `batch` has settled; nothing changes yet. */
    checkpointWith(batch: number, metrics: RunMetrics): Checkpoint {
        return this.describe(advance(this.watermark, this.ahead, batch), addMetrics(this.total, metrics));
    }

    checkpoint(): Checkpoint {
        return this.describe({ watermark: this.watermark, ahead: this.ahead }, addMetrics(this.total, emptyMetrics()));
    }

    /** To be called only after the batch's transaction has committed. */
    settle(batch: number, metrics: RunMetrics): void {
        const next = advance(this.watermark, this.ahead, batch);
        this.watermark = next.watermark;
        this.ahead.clear();
        for (const number of next.ahead) this.ahead.add(number);
        this.total = addMetrics(this.total, metrics);
    }

    private describe({ watermark, ahead }: Progress, metrics: RunMetrics): Checkpoint {
        return {
            version: 1,
            settledBatches: watermark,
            settledAhead: [...ahead].sort((a, b) => a - b),
            batchSize: this.run.batchSize,
            sourceFingerprints: { ...this.run.sourceFingerprints },
            metrics,
        };
    }
}

export function isSettledIn({ settledBatches, settledAhead }: Checkpoint, batch: number): boolean {
    return batch < settledBatches || settledAhead.includes(batch);
}

interface Progress {
    watermark: number;
    ahead: ReadonlySet<number>;
}

function advance(watermark: number, settledAhead: ReadonlySet<number>, batch: number): Progress {
    const ahead = new Set(settledAhead);
    ahead.add(batch);
    while (ahead.delete(watermark)) watermark++;
    return { watermark, ahead };
}
