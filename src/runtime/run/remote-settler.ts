import { KeyGate } from '../batch/key-gate';
import type { RemoteSettlement } from '../ports';
import { encodeBatch } from './batch-codec';
import type { BatchSettler } from './batch-settler';
import type { RunControl } from './run-control';
import type { RunParts } from './run-parts';
import type { Place } from './settlement-writer';
import type { PreparedBatch } from './stage-flow';
import type { Settler } from './stage-machine';
import type { StageWrites } from './stage-writes';
import { STORE_EVERY_MS, storeProgress } from './store-progress';

/**
 * Lets other workers write the batches of one stage. The batch waits on the spool; what is sent about is its name. A worker
 * commits it together with a mark of its own, and this process counts it into the checkpoint afterwards: so the mark is the
 * proof that a batch happened, until a stored checkpoint says so too.
 */
export class RemoteSettler<Scope> implements Settler {
    private readonly gate = new KeyGate();
    private readonly counted: Place[] = [];
    private storedAtMs: number;

    constructor(
        private readonly id: string,
        private readonly writes: StageWrites<Scope>,
        private readonly local: BatchSettler<Scope>,
        private readonly run: RunParts<Scope>,
        private readonly control: RunControl,
    ) {
        this.storedAtMs = run.ports.clock.now();
    }

    async settle(batch: PreparedBatch): Promise<void> {
        // What loads nothing is not worth the way.
        if (batch.loads.size === 0) return this.local.settle(batch);
        const { passed, leave } = this.gate.enter(batch.keys);
        const place = { stage: this.id, batch: batch.number };
        let settled: RemoteSettlement;
        try {
            await passed;
            this.control.signal.throwIfAborted();
            const sent = await this.writes.send(batch);
            await this.run.ports.spool.put(workChannel(this.id), batch.number, [encodeBatch(batch, sent)]);
            settled = await this.run.ports.remote!.settle(place, this.control.signal);
            await count(this.run, settled);
        } finally {
            leave();
        }
        this.counted.push(place);
        if (settled.owesDelivery) {
            const changeSets = await this.run.ports.journal.changeSetsOf(place.stage, place.batch);
            await this.run.afterCommit.deliver(place, changeSets);
        }
        this.run.ports.journal.progress(this.run.tracker.metrics);
        // Its records have arrived; the chunk only tells that there was one.
        await this.run.ports.spool.put(workChannel(this.id), batch.number, []);
        if (this.run.ports.clock.now() - this.storedAtMs >= STORE_EVERY_MS) await this.store();
    }

    restore(batch: PreparedBatch): Promise<void> {
        return this.local.restore(batch);
    }

    async close(): Promise<void> {
        if (this.counted.length > 0) await this.store();
    }

    private async store(): Promise<void> {
        this.storedAtMs = this.run.ports.clock.now();
        const places = this.counted.splice(0);
        await storeProgress(this.run, this.control, scope => this.run.ports.remote!.forget(scope, places));
    }
}

/** Where prepared batches of a stage wait for a worker. */
export function workChannel(stage: string): string {
    return `${stage}>workers`;
}

/** Counts what workers have written for an earlier owner of the run, who died before he could. */
export async function countWhatWorkersWrote<Scope>(run: RunParts<Scope>, control: RunControl): Promise<void> {
    const { remote } = run.ports;
    if (!remote) return;
    const settled = await remote.settledBefore();
    if (settled.length === 0) return;
    for (const settlement of settled) {
        const { stage, batch } = settlement;
        if (!run.tracker.stage(stage).isSettled(batch)) await count(run, settlement);
    }
    await storeProgress(run, control, scope => remote.forget(scope, settled));
}

function count<Scope>(
    run: RunParts<Scope>,
    { stage, batch, metrics, sent, owesDelivery }: RemoteSettlement,
): Promise<void> {
    return run.journal.settleInMemory({ stage, batch }, metrics, { sent, owesDelivery });
}
