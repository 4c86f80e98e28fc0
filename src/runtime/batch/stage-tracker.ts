import type { JsonValue } from '../../../shared/json';
import type { ChannelCounts, StageProgress } from '../ports';

/** One batch that waits long for a lock must not let the checkpoint grow with the rest of the run. */
const MAX_AHEAD = 500;

/** What a batch leaves for other stages and for exports. */
export interface HandedOn {
    /** Where the output of EXPORT steps ends now, by step key. */
    exported?: Record<string, JsonValue>;
    /** By channel. */
    sent?: Record<string, ChannelCounts>;
    /** Whether something is to be done once the batch is committed. */
    owesDelivery?: boolean;
}

/** What of it a stage keeps. */
type Kept = Required<Pick<HandedOn, 'exported' | 'sent'>>;

/**
 * Which batches of one stage have settled. Settlements arrive in any order: the watermark is the lowest number before
 * which every batch has settled; storing a later one would lose records at a crash.
 */
export class StageTracker {
    private watermark: number;
    private readonly ahead: Set<number>;
    private readonly handedOn: Kept;
    private completed: boolean;
    private failure: string | undefined;

    constructor(from?: StageProgress) {
        this.watermark = from?.settledBatches ?? 0;
        this.ahead = new Set(from?.settledAhead);
        this.handedOn = { exported: { ...from?.exported }, sent: { ...from?.sent } };
        this.completed = from?.complete ?? false;
        this.failure = from?.failed;
    }

    get isComplete(): boolean {
        return this.completed;
    }

    /** Why it gave up, where the run went on without the rest of it. */
    get failed(): string | undefined {
        return this.failure;
    }

    get exported(): Readonly<Record<string, JsonValue>> {
        return this.handedOn.exported;
    }

    /** What the settled batches put into a channel. */
    sentTo(channel: string): ChannelCounts {
        return this.handedOn.sent[channel] ?? { chunks: 0, records: 0 };
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

    /** As it would stand once `batch` has settled; nothing changes yet. */
    progressWith(batch: number, more: HandedOn): StageProgress {
        return this.describe(advance(this.watermark, this.ahead, batch), this.with(more));
    }

    progress(): StageProgress {
        return this.describe({ watermark: this.watermark, ahead: this.ahead }, this.handedOn);
    }

    /** To be called only after the batch's transaction has committed. */
    settle(batch: number, more: HandedOn): void {
        const next = advance(this.watermark, this.ahead, batch);
        this.watermark = next.watermark;
        this.ahead.clear();
        for (const number of next.ahead) this.ahead.add(number);
        this.handOn(more);
    }

    /** For what is handed on outside of batches, such as the output of a barrier. */
    handOn(more: HandedOn): void {
        Object.assign(this.handedOn, this.with(more));
    }

    /** Nothing of the stage is left to do. `failure`: it gave up, and the run goes on without the rest of it. */
    complete(failure?: string): void {
        this.completed = true;
        this.failure = failure;
    }

    private with({ exported, sent = {} }: HandedOn): Kept {
        const total = { ...this.handedOn.sent };
        for (const [channel, { chunks, records }] of Object.entries(sent)) {
            const before = this.sentTo(channel);
            total[channel] = { chunks: before.chunks + chunks, records: before.records + records };
        }
        return { exported: { ...this.handedOn.exported, ...exported }, sent: total };
    }

    private describe({ watermark, ahead }: Watermark, { exported, sent }: Kept): StageProgress {
        const progress: StageProgress = {
            settledBatches: watermark,
            settledAhead: [...ahead].sort((a, b) => a - b),
        };
        if (Object.keys(sent).length > 0) progress.sent = { ...sent };
        if (Object.keys(exported).length > 0) progress.exported = { ...exported };
        if (this.completed) progress.complete = true;
        if (this.failure !== undefined) progress.failed = this.failure;
        return progress;
    }
}

export function isSettledIn(progress: StageProgress | undefined, batch: number): boolean {
    if (!progress) return false;
    return batch < progress.settledBatches || progress.settledAhead.includes(batch);
}

interface Watermark {
    watermark: number;
    ahead: ReadonlySet<number>;
}

function advance(watermark: number, settledAhead: ReadonlySet<number>, batch: number): Watermark {
    const ahead = new Set(settledAhead);
    ahead.add(batch);
    while (ahead.delete(watermark)) watermark++;
    return { watermark, ahead };
}
