import { gateStepSchema } from '../../sdk/definition/gate-step';
import { textOf } from '../batch/adapter-error';
import { countsOf, emptyMetrics } from '../batch/metrics';
import type { Channel, GateUnit } from '../graph/stages';
import { parseSettings } from '../graph/step-settings';
import { noCounts } from '../guards/guard-counts';
import { guardReasons } from '../guards/guard-reasons';
import { MAX_RECORDS_KEPT_AT_GATE, OpenedGate, RunMetrics } from '../ports';
import type { PipelineRecord } from '../../sdk/record';
import type { RunControl } from './run-control';
import type { RunParts } from './run-parts';
import { spoolLost } from './spool-channel';
import { storeProgress } from './store-progress';
import type { UnitEnd, UnitRunner } from './units';

export interface GateOptions {
    isOpen: (channel: Channel) => boolean;
    /** From now on nothing comes through. */
    close: () => void;
    /** By all EXTRACT steps so far. */
    recordsRead: () => number;
    /** Plans what waits, so that people and guards can see what it would change. */
    plan: () => Promise<void>;
}

/** A GATE step, or the guards of a LOAD step: the records wait in their channels until it is decided that they may go on. */
export class GateExecutor<Scope> implements UnitRunner {
    constructor(
        private readonly unit: GateUnit,
        private readonly run: RunParts<Scope>,
        readonly control: RunControl,
        private readonly options: GateOptions,
    ) {}

    async execute(): Promise<UnitEnd> {
        const progress = this.run.tracker.stage(this.unit.id);
        try {
            if (progress.failed !== undefined) {
                this.options.close();
                return 'COMPLETE';
            }
            const decision = await this.run.ports.gates.decision(this.key);
            if (decision === 'REJECTED') {
                this.options.close();
                if (!progress.isComplete) await this.complete({ dropped: this.waiting() });
                return 'COMPLETE';
            }
            if (progress.isComplete) return 'COMPLETE';
            if (decision === 'WAITING') return 'WAITING';
            if (decision === undefined) {
                const gate = await this.examine();
                if (gate) {
                    await storeProgress(this.run, this.control, scope => this.run.ports.gates.open(scope, gate));
                    this.log('INFO', `Waits for a decision at "${this.key}": ${gate.reasons.join(' ')}`);
                    return 'WAITING';
                }
            }
            if (decision === 'APPROVED') await this.restore();
            await this.complete({ out: this.waiting() });
            return 'COMPLETE';
        } catch (thrown) {
            this.control.fail(thrown);
            return this.control.fault ? 'FAILED' : 'STOPPED';
        }
    }

    /** Records behind a gate that failed stay where they are: going on without a decision would be the wrong one. */
    async giveUp(failure: unknown): Promise<void> {
        this.options.close();
        this.run.tracker.stage(this.unit.id).complete(textOf(failure));
        await storeProgress(this.run, this.control);
    }

    private get key(): string {
        return this.unit.node.step.key;
    }

    /** The gate to open; undefined when the records may go on at once. */
    private async examine(): Promise<OpenedGate | undefined> {
        const waiting = this.waiting();
        // Nothing at all is less than last time, and guards may want to know.
        if (waiting === 0 && this.unit.node.kind === 'GATE') return undefined;
        if (this.run.dryRun) {
            this.log('INFO', `A dry run passes "${this.key}" without asking anybody.`);
            return undefined;
        }
        return this.unit.node.kind === 'GUARD' ? this.askGuards(waiting) : this.askGate(waiting);
    }

    private async askGate(waiting: number): Promise<OpenedGate | undefined> {
        const { step } = this.unit.node;
        const settings = parseSettings(gateStepSchema, step.config, step, `The GATE step "${step.key}"`);
        const reasons: string[] = [];
        if (settings.approvalType === 'THRESHOLD') {
            const share = rejectedPercent(this.run.tracker.metrics, this.options.recordsRead());
            const limit = settings.errorThresholdPercent ?? 0;
            if (share <= limit) {
                this.log('INFO', `Passed "${this.key}": ${share.toFixed(2)} % of the records were rejected.`);
                return undefined;
            }
            reasons.push(`${share.toFixed(2)} % of the records were rejected; the gate allows ${limit} %.`);
        } else reasons.push(`${waiting} ${waiting === 1 ? 'record waits' : 'records wait'} for approval.`);
        try {
            await this.options.plan();
        } catch (thrown) {
            this.control.throwIfLeaseLost();
            this.control.signal.throwIfAborted();
            this.log('WARN', `What waits at "${this.key}" could not be planned: ${textOf(thrown)}`);
        }
        const { timeoutSeconds, onTimeout, notifyWebhook, notifyEmail } = settings;
        return {
            step: this.key,
            kind: 'GATE',
            waiting,
            preview: await this.preview(settings.previewCount),
            reasons,
            ...(await this.kept(waiting)),
            ...(settings.approvalType === 'TIMEOUT' ? { timeoutSeconds, onTimeout } : {}),
            notifyWebhook,
            notifyEmail,
        };
    }

    /** Guards must see the plan, so a plan that fails is a fault. */
    private async askGuards(waiting: number): Promise<OpenedGate | undefined> {
        await this.options.plan();
        const counts = this.run.tracker.metrics.guards?.[this.key] ?? noCounts();
        const guards = this.unit.node.step.guards!;
        const reasons = guardReasons(counts, guards, await this.run.ports.gates.previousCounts(this.key));
        if (reasons.length === 0) return undefined;
        const { notifyWebhook, notifyEmail } = guards;
        const preview = await this.preview(10);
        const kept = await this.kept(waiting);
        return { step: this.key, kind: 'GUARD', waiting, preview, reasons, ...kept, notifyWebhook, notifyEmail };
    }

    private async preview(count: number): Promise<OpenedGate['preview']> {
        return (await this.first(count)).map(({ data }) => data);
    }

    /** Where the records wait; few are kept with the gate itself, and it outlives a spool that is lost. */
    private async kept(waiting: number): Promise<Pick<OpenedGate, 'channels' | 'records'>> {
        const channels = this.unit.inputs.filter(this.options.isOpen).map(({ name }) => name);
        if (waiting > MAX_RECORDS_KEPT_AT_GATE || channels.length > 1) return { channels };
        return { channels, records: await this.first(waiting) };
    }

    /** Brings records that were kept with the gate back to a spool that has lost them. */
    private async restore(): Promise<void> {
        const [channel, ...others] = this.unit.inputs.filter(this.options.isOpen);
        if (!channel || others.length > 0) return;
        const { chunks } = this.run.tracker.stage(channel.filledBy).sentTo(channel.name);
        const { gates, spool } = this.run.ports;
        if ((await spool.chunks(channel.name)).length >= chunks) return;
        const records = await gates.records?.(this.key);
        if (!records) throw spoolLost(channel.name);
        await spool.removeChannel(channel.name);
        // As many chunks as there were, so that readers find the channel complete.
        for (let chunk = 0; chunk < chunks; chunk++) await spool.put(channel.name, chunk, chunk === 0 ? records : []);
    }

    private async first(count: number): Promise<PipelineRecord[]> {
        const records: PipelineRecord[] = [];
        if (count === 0) return records;
        for (const channel of this.unit.inputs.filter(this.options.isOpen)) {
            const { chunks } = this.run.tracker.stage(channel.filledBy).sentTo(channel.name);
            for await (const page of this.run.spool.read(channel.name, chunks)) {
                for (const record of page) {
                    records.push(record);
                    if (records.length >= count) return records;
                }
            }
        }
        return records;
    }

    private waiting(): number {
        return this.unit.inputs
            .filter(this.options.isOpen)
            .reduce((sum, { name, filledBy }) => sum + this.run.tracker.stage(filledBy).sentTo(name).records, 0);
    }

    private async complete({ out = 0, dropped = 0 }: { out?: number; dropped?: number }): Promise<void> {
        // Records that wait at guards have not entered their LOAD step yet.
        const metrics = emptyMetrics();
        if (this.unit.node.kind === 'GATE' || dropped > 0) {
            const counts = countsOf(metrics, this.key);
            counts.in += out + dropped;
            counts.out += out;
            counts.dropped += dropped;
        }
        this.run.tracker.count(metrics);
        this.run.tracker.stage(this.unit.id).complete();
        if (dropped > 0) this.log('INFO', `"${this.key}" was rejected: ${dropped} records end here.`);
        await storeProgress(this.run, this.control);
    }

    private log(level: 'INFO' | 'WARN', message: string): void {
        this.run.ports.journal.log(level, message, { step: this.key });
    }
}

/** Of all records that were read, those that were refused anywhere. */
function rejectedPercent({ steps }: RunMetrics, read: number): number {
    const rejected = Object.values(steps).reduce((sum, counts) => sum + counts.rejected, 0);
    return (rejected / Math.max(read, 1)) * 100;
}
