import type { PipelineRecord } from '../../sdk/record';
import { guardCountsOf } from '../guards/guard-counts';
import { Tally } from '../batch/tally';
import { reportSkips } from '../errors/report-skips';
import { WriteTime } from '../errors/write-time';
import type { ExportExecutor } from '../executors/export-executor';
import type { LoadExecutor } from '../executors/load-executor';
import { nameOf } from '../executors/record-name';
import type { Stage } from '../graph/stages';
import type { ChannelCounts } from '../ports';
import type { RunControl } from './run-control';
import type { RunParts } from './run-parts';
import type { Writing } from './settlement-writer';
import { spoolLost } from './spool-channel';
import type { LoadInput, PreparedBatch } from './stage-flow';

/**
 * RUN writes. DRY_RUN stops at the change sets, and they are the result. PLAN does so too, for people who decide at a gate:
 * the records wait, so nothing of them is counted, refused or handed on yet.
 */
export type StageMode = 'RUN' | 'DRY_RUN' | 'PLAN';

/** What a stage makes of a prepared batch, apart from when and how it is committed. */
export class StageWrites<Scope> {
    /** Channels that LOAD steps feed, by step key. */
    private readonly behindLoads = new Map<string, string[]>();
    /** Channels that the other steps feed. */
    private readonly direct: string[];

    constructor(
        private readonly stage: Stage,
        private readonly mode: StageMode,
        /** In topological order. */
        private readonly loads: readonly LoadExecutor<Scope>[],
        private readonly exports: readonly ExportExecutor[],
        private readonly run: RunParts<Scope>,
        private readonly control: RunControl,
        /** LOAD step whose guards a PLAN is for. */
        private readonly guarded?: string,
    ) {
        for (const { step, outputs } of stage.loads) {
            const channels = outputs.map(link => stage.channels.get(link)).filter(name => name !== undefined);
            if (channels.length > 0) this.behindLoads.set(step.key, channels);
        }
        const behind = new Set([...this.behindLoads.values()].flat());
        this.direct = [...stage.channels.values()].filter(channel => !behind.has(channel));
    }

    get isReal(): boolean {
        return this.mode === 'RUN';
    }

    /** What the batch has counted before its loads. */
    tallyOf(batch: PreparedBatch): Tally {
        return this.mode === 'PLAN' ? new Tally() : batch.tally;
    }

    /** Puts what has passed no LOAD into its channels: before the batch settles, so that nothing settled is missing there. */
    async send({ number, outputs }: PreparedBatch): Promise<Record<string, ChannelCounts>> {
        const sent: Record<string, ChannelCounts> = {};
        if (this.mode === 'PLAN') return sent;
        for (const channel of this.direct) {
            const records = outputs.get(channel) ?? [];
            // Another system may have answered otherwise to a worker that came to its end before the batch settled.
            if (records.length === 0 && !(await this.run.spool.known(channel)).has(number)) continue;
            await this.run.ports.spool.put(channel, number, records);
            sent[channel] = { chunks: 1, records: records.length };
        }
        return sent;
    }

    /** Puts what has passed a LOAD into its channels; as the last act of the batch's transaction, where there is one. */
    async sendLoaded(batch: number, { behindLoads }: Writing, scope?: Scope): Promise<void> {
        for (const [channel, records] of behindLoads) await this.run.ports.spool.put(channel, batch, records, scope);
    }

    async load(batch: PreparedBatch, writing: Writing, scope: Scope): Promise<void> {
        const refused = new Set<LoadInput>();
        // Counted apart, because a plan counts nothing of the run.
        const tally = this.mode === 'PLAN' ? new Tally() : writing.tally;
        for (const executor of this.loads) {
            const arriving = batch.loads.get(executor.key) ?? [];
            if (arriving.length === 0) continue;
            const inputs = arriving.filter(input => !hasFailed(input, refused));
            if (inputs.length === 0) {
                this.handOn(executor.key, [], writing);
                continue;
            }
            this.control.throwIfLeaseLost();
            tally.of(executor.key).in += inputs.length;
            for (const { record, refusal } of inputs) {
                if (refusal) tally.reject(executor.key, record, refusal, nameOf(executor.loader, record.data));
            }
            const accepted = inputs.filter(input => !input.refusal);
            const loaded = await executor.load(
                accepted.map(input => input.record),
                scope,
                tally,
                `${this.stage.id}#${batch.number}`,
            );
            for (const input of accepted) if (loaded.refused.has(input.record)) refused.add(input);
            const isPlan = this.mode === 'PLAN';
            for (const entry of loaded.changeSets)
                writing.changeSets.push(isPlan ? { ...entry, planned: true } : entry);
            writing.wrote ||= loaded.mustPersist;
            const isWritten = loaded.changeSets.some(({ changeSet }) => changeSet.action !== 'UNCHANGED');
            if (this.isReal && isWritten) writing.handedOn.owesDelivery = true;
            if (this.mode === 'PLAN') this.countForGuards(executor.key, loaded.changeSets, tally, writing);
            const passed = accepted.filter(input => !refused.has(input));
            this.handOn(
                executor.key,
                passed.map(input => input.record),
                writing,
            );
        }
    }

    /** One batch after the other, in order: the position that one ends at is where the next begins. */
    async export(batch: PreparedBatch, writing: Writing): Promise<void> {
        for (const executor of this.exports) {
            const records = batch.exports.get(executor.key) ?? [];
            if (this.mode === 'PLAN' || records.length === 0) continue;
            const before = this.run.tracker.stage(this.stage.id).exported[executor.key];
            const position = await new WriteTime(executor.step, this.control.signal).call(() =>
                executor.write(records, before, writing.tally),
            );
            if (position !== undefined)
                writing.handedOn.exported = { ...writing.handedOn.exported, [executor.key]: position };
        }
    }

    async restoreOutputs({ number, outputs }: PreparedBatch): Promise<void> {
        if (this.mode === 'PLAN') return;
        for (const [channel, records] of outputs) {
            const chunks = await this.run.spool.known(channel);
            if (records.length > 0 && !chunks.has(number)) await this.run.ports.spool.put(channel, number, records);
        }
    }

    /** What of the run must still be on the spool before the stage goes on: loads are not repeated to bring it back. */
    async checkSpool(): Promise<void> {
        for (const channel of [...this.behindLoads.values()].flat()) {
            const { chunks } = this.run.tracker.stage(this.stage.id).sentTo(channel);
            if ((await this.run.spool.known(channel)).size < chunks) throw spoolLost(channel);
        }
    }

    async report({ tally }: Writing): Promise<void> {
        if (this.mode === 'PLAN') return;
        reportSkips(tally, this.run.ports.journal);
        await this.run.events.settled(tally);
    }

    /** Also when nothing is left: an attempt that was rolled back may have put records into the channels. */
    private handOn(step: string, records: PipelineRecord[], writing: Writing): void {
        if (this.mode === 'PLAN') return;
        for (const channel of this.behindLoads.get(step) ?? []) {
            writing.behindLoads.set(channel, records);
            const counts = { chunks: 1, records: records.length };
            writing.handedOn.sent = { ...writing.handedOn.sent, [channel]: counts };
        }
    }

    private countForGuards(
        step: string,
        changeSets: readonly Writing['changeSets'][number][],
        tally: Tally,
        writing: Writing,
    ): void {
        // What waits at another gate is a part of it only.
        if (step !== this.guarded) return;
        const guards = this.stage.loads.find(node => node.step.key === step)?.step.guards;
        if (!guards) return;
        const { in: records, rejected, unchanged } = tally.of(step);
        const counts = guardCountsOf(
            changeSets.map(entry => entry.changeSet).filter(({ action }) => action !== 'UNCHANGED'),
            rejected,
            records,
            guards,
        );
        // Loads hand on what changes; prices of records that stay as they are count as prices that do not jump.
        counts.prices += unchanged;
        writing.tally.metrics.guards = { ...writing.tally.metrics.guards, [step]: counts };
    }
}

/** Refused by any LOAD that the record comes through. */
function hasFailed({ through }: LoadInput, refused: ReadonlySet<LoadInput>): boolean {
    return through !== undefined && (refused.has(through) || hasFailed(through, refused));
}
