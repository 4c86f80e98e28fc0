import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyCounts } from './metrics';
import { SettlementTracker } from './settlement-tracker';

const RUN = { batchSize: 10, sourceFingerprints: { read: 'v1' } };
const one = () => ({ steps: { write: { ...emptyCounts(), created: 1 } } });

describe('SettlementTracker', () => {
    it('never moves its watermark past a batch that has not settled, in whatever order they settle', () => {
        const order = fc
            .nat(30)
            .chain(count => fc.shuffledSubarray(Array.from({ length: count + 1 }, (_, batch) => batch)));
        fc.assert(
            fc.property(order, fc.nat(30), (batches, restartAfter) => {
                let tracker = new SettlementTracker(RUN);
                const settled = new Set<number>();
                batches.forEach((batch, at) => {
                    if (at === restartAfter) tracker = new SettlementTracker(RUN, tracker.checkpoint());
                    const foreseen = tracker.checkpointWith(batch, one());
                    expect(tracker.isSettled(batch)).toBe(false);
                    tracker.settle(batch, one());
                    settled.add(batch);
                    const { settledBatches, settledAhead, metrics } = tracker.checkpoint();
                    expect(tracker.checkpoint()).toEqual(foreseen);
                    expect(settled.has(settledBatches)).toBe(false);
                    for (let below = 0; below < settledBatches; below++) expect(settled.has(below)).toBe(true);
                    expect(settledBatches + settledAhead.length).toBe(settled.size);
                    expect(settledAhead.every(ahead => settled.has(ahead) && ahead > settledBatches)).toBe(true);
                    expect(metrics.steps.write!.created).toBe(settled.size);
                    expect(tracker.lastSettled).toBe(Math.max(...settled));
                });
            }),
        );
    });

    it('changes nothing when a checkpoint is only foreseen', () => {
        const tracker = new SettlementTracker(RUN);
        const before = tracker.checkpoint();
        tracker.checkpointWith(0, one());
        expect(tracker.checkpoint()).toEqual(before);
    });
});
