import type { JsonObject } from '../../../shared/json';
import type { HookStage } from '../../sdk/definition/hooks';
import { DataHubError } from '../../sdk/errors';
import { isDirect } from '../../sdk/loader';
import type { Origin, PipelineRecord } from '../../sdk/record';
import { adapterError } from '../batch/adapter-error';
import type { SourceBatch } from '../batch/batcher';
import { KeyClaims } from '../batch/key-claims';
import { type Refusals, Tally } from '../batch/tally';
import { withinStepTime } from '../errors/step-time';
import type { LoadExecutor } from '../executors/load-executor';
import type { RouteExecutor, Routed } from '../executors/route-executor';
import type { TransformExecutor } from '../executors/transform-executor';
import type { GraphNode, Link } from '../graph/graph';
import type { Channel, Stage } from '../graph/stages';
import type { RunHooks } from '../ports';

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
    /** By EXPORT step key. */
    exports: Map<string, PipelineRecord[]>;
    /** By channel: what goes to other stages without passing a LOAD of this one. */
    outputs: Map<string, PipelineRecord[]>;
    /** Keys that the batch writes, for the order among batches in flight. */
    keys: Set<string>;
}

/** True when a batch leaves nothing behind, not even a count. */
export function isEmpty({ loads, exports, outputs, tally }: PreparedBatch): boolean {
    const counts = Object.values(tally.metrics.steps);
    const passesNothing = loads.size === 0 && exports.size === 0 && outputs.size === 0;
    return passesNothing && counts.every(step => Object.values(step).every(count => count === 0));
}

export interface FlowParts<Scope> {
    stage: Stage;
    /** By node id. */
    transforms: ReadonlyMap<string, TransformExecutor>;
    routes: ReadonlyMap<string, RouteExecutor>;
    /** By LOAD step key. */
    loads: ReadonlyMap<string, LoadExecutor<Scope>>;
    refusals: Refusals;
    hooks?: RunHooks;
    /** False for channels behind a gate that was rejected. */
    isOpen: (channel: Channel) => boolean;
    /** Ends a batch that is under way, with its reason. */
    signal?: AbortSignal;
}

/**
 * Takes batches through the fused steps, strictly in source order. Deterministic: what a batch becomes depends only on
 * the source, which is why a resumed run may replay it.
 */
export class StageFlow<Scope> {
    private readonly claims = new KeyClaims();
    /** What records were when they entered a step; only for steps behind which an INTERCEPTOR stands, by their keys. */
    private readonly entered = new Map<string, WeakMap<Origin, JsonObject>>();
    private readonly nodes: ReadonlyMap<string, GraphNode>;
    /** Receivers by name of the input: EXTRACT steps and channels. */
    private readonly inputs = new Map<string, { extract?: GraphNode; ways: Way[] }>();

    constructor(private readonly parts: FlowParts<Scope>) {
        const { stage } = parts;
        const members = [...stage.flow, ...stage.loads, ...stage.exports];
        for (const input of stage.inputs) {
            if ('extract' in input) {
                members.push(input.extract);
                this.inputs.set(input.extract.step.key, { extract: input.extract, ways: [] });
            } else {
                const present = this.inputs.get(input.channel.name)?.ways ?? [];
                this.inputs.set(input.channel.name, { ways: [...present, input] });
            }
        }
        this.nodes = new Map(members.map(node => [node.id, node]));
    }

    async prepare(batch: SourceBatch): Promise<PreparedBatch> {
        const tally = new Tally(undefined, this.parts.refusals);
        if (batch.bytesRead !== undefined) tally.metrics.bytesRead = batch.bytesRead;
        if (batch.bytesTotal !== undefined) tally.metrics.bytesTotal = batch.bytesTotal;
        const passage = new Passage(this.parts.stage.channels);
        if (batch.step !== undefined) await this.admit(batch, batch.step, tally, passage);
        for (const node of this.parts.stage.flow) {
            const records = passage.take(node.id);
            if (records.length === 0 && !batch.final) continue;
            await this.pass(node, records, batch.final, tally, passage);
        }
        const exports = new Map<string, PipelineRecord[]>();
        for (const { id, step } of this.parts.stage.exports) {
            const records = await this.intercepted('BEFORE', step, passage.take(id), tally);
            if (records.length > 0) exports.set(step.key, records);
        }
        return {
            number: batch.number,
            tally,
            exports,
            ...(await this.claim(passage, tally)),
            outputs: passage.outputs,
        };
    }

    private async admit(batch: SourceBatch, name: string, tally: Tally, passage: Passage): Promise<void> {
        const { extract, ways } = this.inputs.get(name)!;
        if (!extract) {
            const records = batch.items.filter((item): item is PipelineRecord => 'data' in item);
            const open = ways.filter(({ channel }) => this.parts.isOpen(channel));
            const targets = open.flatMap(way => way.targets);
            targets.forEach((target, i) => passage.arrive(target, records, i > 0));
            return;
        }
        const records = readable(batch, extract.step.key, tally);
        passage.send(extract.outputs, await this.intercepted('AFTER', extract.step, records, tally));
    }

    private async pass(
        node: GraphNode,
        records: PipelineRecord[],
        last: boolean,
        tally: Tally,
        passage: Passage,
    ): Promise<void> {
        const { step } = node;
        if (node.isFirst && this.interceptsAt('AFTER', step)) this.remember(step.key, records);
        const entering = node.isFirst ? await this.intercepted('BEFORE', step, records, tally) : records;
        const route = this.parts.routes.get(node.id);
        if (route) {
            const routed = new Map<string | undefined, PipelineRecord[]>();
            for (const [branch, taken] of route.route(entering, tally)) {
                routed.set(branch, await this.intercepted('AFTER', step, taken, tally));
            }
            return passage.distribute(node.outputs, routed);
        }
        const left = await this.parts.transforms.get(node.id)!.run(entering, last, tally);
        passage.send(node.outputs, node.isLast ? await this.intercepted('AFTER', step, left, tally) : left);
    }

    /** Records as INTERCEPTORs hand them on. What they take away or add belongs to the counts of the step they stand at. */
    private async intercepted(
        when: 'BEFORE' | 'AFTER',
        step: GraphNode['step'],
        records: PipelineRecord[],
        tally: Tally,
    ): Promise<PipelineRecord[]> {
        if (records.length === 0 || !this.interceptsAt(when, step)) return records;
        const stage = `${when}_${step.type}` as HookStage;
        const { hooks, signal } = this.parts;
        const result = await withinStepTime(step, signal, () => hooks!.intercept(stage, step.key, records));
        const counts = tally.of(step.key);
        // The step counts what enters it behind the one and what leaves it before the other.
        if (when === 'BEFORE') counts.in += records.length - result.records.length;
        else counts.out += result.records.length - records.length;
        counts.dropped += result.dropped;
        for (const { record, error } of result.rejected) {
            const data =
                when === 'AFTER' ? (this.entered.get(step.key)?.get(record.origin) ?? record.data) : record.data;
            tally.reject(step.key, { data, origin: record.origin }, error);
        }
        return result.records;
    }

    /** Operators may hold records back, so what they were is asked for in later batches too. */
    private remember(step: string, records: readonly PipelineRecord[]): void {
        const known = this.entered.get(step) ?? new WeakMap<Origin, JsonObject>();
        this.entered.set(step, known);
        for (const { data, origin } of records) known.set(origin, data);
    }

    private interceptsAt(when: 'BEFORE' | 'AFTER', { type, key }: GraphNode['step']): boolean {
        return this.parts.hooks?.intercepts(`${when}_${type}` as HookStage, key) ?? false;
    }

    private async claim(passage: Passage, tally: Tally): Promise<Pick<PreparedBatch, 'loads' | 'keys'>> {
        const loads = new Map<string, LoadInput[]>();
        const keys = new Set<string>();
        for (const [space, { id, step, outputs }] of this.parts.stage.loads.entries()) {
            const inputs = loads.get(step.key) ?? [];
            for (const record of await this.intercepted('BEFORE', step, passage.take(id), tally))
                inputs.push({ record });
            if (inputs.length === 0) continue;
            // Behind its senders, which whoever writes the batch down relies on.
            loads.delete(step.key);
            loads.set(step.key, inputs);
            for (const input of inputs) this.claimKeys(input, step.key, space, keys);
            const accepted = inputs.filter(input => !input.refusal);
            if (accepted.length === 0) continue;
            outputs
                .filter(link => !this.parts.stage.channels.has(link))
                .forEach((link, branch) => {
                    const passing = accepted.map(through => ({
                        record: branch === 0 ? through.record : copy(through.record),
                        through,
                    }));
                    const child = this.nodes.get(link.to)!.step.key;
                    loads.set(child, [...(loads.get(child) ?? []), ...passing]);
                });
        }
        return { loads, keys };
    }

    private claimKeys(input: LoadInput, step: string, space: number, batchKeys: Set<string>): void {
        const { loader, code } = this.parts.loads.get(step)!;
        try {
            if (!isDirect(loader)) {
                const keys = loader.keysOf(input.record.data);
                input.refusal = this.claims.claim(input.record, keys, space);
                if (input.refusal) return;
                for (const key of keys) batchKeys.add(key);
            }
            for (const key of loader.orderOf?.(input.record.data) ?? []) batchKeys.add(key);
        } catch (thrown) {
            input.refusal = adapterError('loader', code, thrown);
        }
    }
}

/** One channel may lead into a stage directly and past gates. */
type Way = Extract<Stage['inputs'][number], { channel: Channel }>;

/** Records of one batch between the steps of its stage. */
class Passage {
    private readonly arrivals = new Map<string, PipelineRecord[]>();
    readonly outputs = new Map<string, PipelineRecord[]>();

    constructor(private readonly channels: ReadonlyMap<Link, string>) {}

    take(node: string): PipelineRecord[] {
        const records = this.arrivals.get(node) ?? [];
        this.arrivals.delete(node);
        return records;
    }

    /** Every receiver after the first gets records of its own, so that no two share a mutable top level. */
    send(links: readonly Link[], records: PipelineRecord[]): void {
        links.forEach((link, i) => this.follow(link, records, i > 0));
    }

    distribute(links: readonly Link[], routed: Routed): void {
        for (const [branch, records] of routed) {
            this.send(
                links.filter(link => link.branch === branch),
                records,
            );
        }
    }

    arrive(target: string, records: PipelineRecord[], isCopy: boolean): void {
        append(this.arrivals, target, isCopy ? records.map(copy) : records);
    }

    private follow(link: Link, records: PipelineRecord[], isCopy: boolean): void {
        if (records.length === 0) return;
        const channel = this.channels.get(link);
        // What goes into a channel is written down before anybody can change it.
        if (channel !== undefined) append(this.outputs, channel, records);
        else this.arrive(link.to, records, isCopy);
    }
}

function append(to: Map<string, PipelineRecord[]>, key: string, records: PipelineRecord[]): void {
    const present = to.get(key);
    if (present) for (const record of records) present.push(record);
    else to.set(key, [...records]);
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
