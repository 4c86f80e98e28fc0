import { setImmediate as nextTurn } from 'node:timers/promises';
import { textOf } from '../batch/adapter-error';
import { countsOf, emptyMetrics } from '../batch/metrics';
import type { Channel, WholeUnit } from '../graph/stages';
import type { RecordPages } from '../ports';
import type { RunControl } from './run-control';
import type { RunParts } from './run-parts';
import { storeProgress } from './store-progress';
import type { UnitEnd, UnitRunner } from './units';

/**
 * Runs an operator that needs all its input: from the channels in front of it to the channel behind it. Stopped in the
 * middle it begins again; what it gives is the same.
 */
export class WholeUnitRunner<Scope> implements UnitRunner {
    constructor(
        private readonly unit: WholeUnit,
        private readonly run: RunParts<Scope>,
        readonly control: RunControl,
        private readonly isOpen: (channel: Channel) => boolean,
    ) {}

    async execute(): Promise<UnitEnd> {
        const progress = this.run.tracker.stage(this.unit.id);
        if (progress.isComplete) return 'COMPLETE';
        try {
            if (this.unit.node.isFirst) await this.run.events.stepBegins(this.unit.node.step);
            await this.work();
            await storeProgress(this.run, this.control);
            if (this.unit.node.isLast) {
                const { step } = this.unit.node;
                await this.run.events.stepEnded(step, this.run.tracker.metrics.steps[step.key]);
            }
            return 'COMPLETE';
        } catch (thrown) {
            this.control.fail(thrown);
            return this.control.fault ? 'FAILED' : 'STOPPED';
        }
    }

    async giveUp(failure: unknown): Promise<void> {
        this.run.tracker.stage(this.unit.id).complete(textOf(failure));
        await storeProgress(this.run, this.control);
    }

    private async work(): Promise<void> {
        const { node, inputs, side, output } = this.unit;
        const { spool, whole } = this.run.ports;
        await spool.removeChannel(output);
        const taken = { records: 0 };
        const pages = whole.run(
            node.whole!,
            { main: this.read(inputs, taken), ...(side ? { right: this.read(side) } : {}) },
            { pageSize: this.run.batchSize, signal: this.control.signal },
        );
        const sent = { chunks: 0, records: 0 };
        for await (const page of pages) {
            await nextTurn();
            this.control.signal.throwIfAborted();
            await spool.put(output, sent.chunks++, page);
            sent.records += page.length;
        }
        // At once, so that no checkpoint of another unit holds a part of it.
        const progress = this.run.tracker.stage(this.unit.id);
        progress.handOn({ sent: { [output]: sent } });
        this.count(taken.records, sent.records);
        progress.complete();
    }

    private async *read(channels: readonly Channel[], taken?: { records: number }): RecordPages {
        for (const channel of channels) {
            if (!this.isOpen(channel)) continue;
            const { chunks } = this.run.tracker.stage(channel.filledBy).sentTo(channel.name);
            for await (const records of this.run.spool.read(channel.name, chunks)) {
                this.control.signal.throwIfAborted();
                if (taken) taken.records += records.length;
                yield records;
            }
        }
    }

    private count(taken: number, given: number): void {
        const { isFirst, isLast, step, whole } = this.unit.node;
        const metrics = emptyMetrics();
        const counts = countsOf(metrics, step.key);
        if (isFirst) counts.in += taken;
        if (isLast) counts.out += given;
        if (whole!.kind === 'DISTINCT') counts.dropped += taken - given;
        this.run.tracker.count(metrics);
    }
}
