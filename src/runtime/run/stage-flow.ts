import { DataHubError } from '../../sdk/errors';
import { isDirect } from '../../sdk/loader';
import type { PipelineRecord } from '../../sdk/record';
import { adapterError } from '../batch/adapter-error';
import type { SourceBatch } from '../batch/batcher';
import { KeyClaims } from '../batch/key-claims';
import { Tally } from '../batch/tally';
import type { LoadExecutor } from '../executors/load-executor';
import type { TransformExecutor } from '../executors/transform-executor';
import type { GraphNode } from '../graph/graph';
import type { Stage } from '../graph/stages';

/** A record on its way into a LOAD step. */
export interface LoadInput {
    record: PipelineRecord;
    /** The same record in the LOAD step it comes through; refused there, it does not arrive here. */
    through?: LoadInput;
    /** Set when the record will be refused on arrival. */
    refusal?: DataHubError;
}

/** A batch that has passed the steps before the loads and is ready to be written. */
export interface PreparedBatch {
    number: number;
    tally: Tally;
    /** By LOAD step key. */
    loads: Map<string, LoadInput[]>;
    /** Keys that the batch writes, for the order among batches in flight. */
    keys: Set<string>;
}

/** True when a batch leaves nothing behind, not even a count. */
export function isEmpty({ loads, tally }: PreparedBatch): boolean {
    const counts = Object.values(tally.metrics.steps);
    return loads.size === 0 && counts.every(step => Object.values(step).every(count => count === 0));
}

/**
 * Takes batches through the fused steps, strictly in source order. Deterministic: what a batch becomes depends only on
 * the source, which is why a resumed run may replay it.
 */
export class StageFlow<Scope> {
    private readonly claims = new KeyClaims();
    private readonly children: Map<string, GraphNode[]>;

    constructor(
        private readonly stage: Stage,
        private readonly transforms: ReadonlyMap<string, TransformExecutor>,
        private readonly loaders: ReadonlyMap<string, LoadExecutor<Scope>>,
    ) {
        const nodes = [...stage.sources, ...stage.flow, ...stage.loads];
        const byKey = new Map(nodes.map(node => [node.step.key, node]));
        this.children = new Map(nodes.map(node => [node.step.key, node.children.map(key => byKey.get(key)!)]));
    }

    async prepare(batch: SourceBatch): Promise<PreparedBatch> {
        const tally = new Tally();
        if (batch.bytesRead !== undefined) tally.metrics.bytesRead = batch.bytesRead;
        if (batch.bytesTotal !== undefined) tally.metrics.bytesTotal = batch.bytesTotal;
        const arrivals = new Map<string, PipelineRecord[]>();
        if (batch.step !== undefined) this.send(batch.step, readable(batch, batch.step, tally), arrivals);
        for (const { step } of this.stage.flow) {
            const records = arrivals.get(step.key) ?? [];
            arrivals.delete(step.key);
            if (records.length === 0 && !batch.final) continue;
            this.send(step.key, await this.transforms.get(step.key)!.run(records, batch.final, tally), arrivals);
        }
        return { number: batch.number, tally, ...this.claim(arrivals) };
    }

    /** Every branch after the first gets records of its own, so that no two share a mutable top level. */
    private send(from: string, records: PipelineRecord[], arrivals: Map<string, PipelineRecord[]>): void {
        this.children.get(from)!.forEach(({ step }, branch) => {
            const sent = branch === 0 ? records : records.map(copy);
            const present = arrivals.get(step.key);
            if (present) for (const record of sent) present.push(record);
            else arrivals.set(step.key, branch === 0 ? [...sent] : sent);
        });
    }

    private claim(arrivals: ReadonlyMap<string, PipelineRecord[]>): Pick<PreparedBatch, 'loads' | 'keys'> {
        const loads = new Map<string, LoadInput[]>();
        const keys = new Set<string>();
        this.stage.loads.forEach(({ step }, space) => {
            const inputs = loads.get(step.key) ?? [];
            for (const record of arrivals.get(step.key) ?? []) inputs.push({ record });
            if (inputs.length === 0) return;
            loads.set(step.key, inputs);
            for (const input of inputs) this.claimKeys(input, step.key, space, keys);
            const accepted = inputs.filter(input => !input.refusal);
            if (accepted.length === 0) return;
            this.children.get(step.key)!.forEach((child, branch) => {
                const passing = accepted.map(through => ({
                    record: branch === 0 ? through.record : copy(through.record),
                    through,
                }));
                loads.set(child.step.key, [...(loads.get(child.step.key) ?? []), ...passing]);
            });
        });
        return { loads, keys };
    }

    private claimKeys(input: LoadInput, step: string, space: number, batchKeys: Set<string>): void {
        const { loader, code } = this.loaders.get(step)!;
        if (isDirect(loader)) return;
        try {
            const keys = loader.keysOf(input.record.data);
            input.refusal = this.claims.claim(input.record, keys, space);
            if (!input.refusal) for (const key of keys) batchKeys.add(key);
        } catch (thrown) {
            input.refusal = adapterError('loader', code, thrown);
        }
    }
}

/** Records of the batch; malformed items become its rejects. */
function readable(batch: SourceBatch, step: string, tally: Tally): PipelineRecord[] {
    const records: PipelineRecord[] = [];
    for (const item of batch.items) {
        if ('error' in item) tally.reject(step, { data: null, origin: item.origin, raw: item.raw }, item.error);
        else records.push(item);
    }
    const counts = tally.of(step);
    counts.in += batch.items.length;
    counts.out += records.length;
    return records;
}

function copy({ data, origin }: PipelineRecord): PipelineRecord {
    return { data: { ...data }, origin };
}
