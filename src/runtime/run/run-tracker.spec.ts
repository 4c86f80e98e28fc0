import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyCounts } from '../batch/metrics';
import type { Checkpoint } from '../ports';
import { RunTracker } from './run-tracker';

const RUN = { batchSize: 10, sourceFingerprints: { read: 'v1' } };
const clock = { now: () => 0 };
const trackerOf = (from?: Checkpoint) => new RunTracker(RUN, clock, from);
const one = () => ({ steps: { write: { ...emptyCounts(), created: 1 } } });

describe('RunTracker', () => {
    it('never moves its watermark past a batch that has not settled, in whatever order they settle', () => {
        const order = fc
            .nat(30)
            .chain(count => fc.shuffledSubarray(Array.from({ length: count + 1 }, (_, batch) => batch)));
        fc.assert(
            fc.property(order, fc.nat(30), (batches, restartAfter) => {
                let tracker = trackerOf();
                const settled = new Set<number>();
                batches.forEach((batch, at) => {
                    if (at === restartAfter) tracker = trackerOf(tracker.checkpoint());
                    const foreseen = tracker.checkpointWith('read', batch, one());
                    expect(tracker.stage('read').isSettled(batch)).toBe(false);
                    tracker.settle('read', batch, one());
                    settled.add(batch);
                    const { stages, metrics } = tracker.checkpoint();
                    const { settledBatches, settledAhead } = stages.read!;
                    expect(tracker.checkpoint()).toEqual(foreseen);
                    expect(settled.has(settledBatches)).toBe(false);
                    for (let below = 0; below < settledBatches; below++) expect(settled.has(below)).toBe(true);
                    expect(settledBatches + settledAhead.length).toBe(settled.size);
                    expect(settledAhead.every(ahead => settled.has(ahead) && ahead > settledBatches)).toBe(true);
                    expect(metrics.steps.write!.created).toBe(settled.size);
                    expect(tracker.stage('read').lastSettled).toBe(Math.max(...settled));
                });
            }),
        );
    });

    it('changes nothing when a checkpoint is only foreseen', () => {
        const tracker = trackerOf();
        const before = tracker.checkpoint();
        tracker.checkpointWith('read', 0, one());
        expect(tracker.checkpoint()).toEqual(before);
    });

    it('keeps stages apart and remembers what is owed until it is delivered', () => {
        const tracker = trackerOf();
        tracker.settle('read', 0, one(), { owesDelivery: true, sent: { 'read>sort': { chunks: 1, records: 3 } } });
        tracker.settle('read', 1, one(), { sent: { 'read>sort': { chunks: 1, records: 2 } } });
        tracker.stage('read').complete();
        tracker.settle('sort', 0, one(), { exported: { out: 17 } });
        const restored = trackerOf(tracker.checkpoint());
        expect(restored.owed).toEqual([{ stage: 'read', batch: 0 }]);
        expect(restored.stage('read').sentTo('read>sort')).toEqual({ chunks: 2, records: 5 });
        expect(restored.stage('read').isComplete).toBe(true);
        expect(restored.stage('sort')).toMatchObject({ isComplete: false, exported: { out: 17 } });
        restored.delivered({ stage: 'read', batch: 0 });
        expect(restored.checkpoint().outbox).toBeUndefined();
    });

    it('adds up the time of all owners', () => {
        let now = 1_000;
        const first = new RunTracker(RUN, { now: () => now });
        now += 250;
        const second = new RunTracker(RUN, { now: () => now }, first.checkpoint());
        now += 50;
        expect(second.metrics.activeMs).toBe(300);
    });
});
