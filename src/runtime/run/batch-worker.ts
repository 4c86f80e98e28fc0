import { UserError } from '../../sdk/errors';
import { reportSkips } from '../errors/report-skips';
import type { LoadExecutor } from '../executors/load-executor';
import { normaliseGraph } from '../graph/graph';
import { planStages } from '../graph/stages';
import type { JournaledChangeSet, RejectedRecord, RemoteSettlement } from '../ports';
import { DEFAULT_RETRY } from '../retry/transaction-retry';
import type { RunSetup } from '../run-pipeline';
import { decodeBatch } from './batch-codec';
import { retryCommit } from './batch-settler';
import { workChannel } from './remote-settler';
import { RunControl } from './run-control';
import { makeRunParts } from './make-run-parts';
import type { RunParts } from './run-parts';
import { RunTracker } from './run-tracker';
import { Writing } from './settlement-writer';
import { spoolLost } from './spool-channel';
import { buildLoad } from './stage-machine';
import { StageWrites } from './stage-writes';

/** All that a batch leaves behind, for the host to store in the batch's own transaction. */
export interface WorkerSettlement extends RemoteSettlement {
    changeSets: JournaledChangeSet[];
    rejects: RejectedRecord[];
}

/** Writes batches of one stage that another process has prepared. */
export class BatchWorker<Scope> {
    private constructor(
        private readonly stage: string,
        private readonly writes: StageWrites<Scope>,
        private readonly run: RunParts<Scope>,
        private readonly control: RunControl,
    ) {}

    /** Builds the loaders of the stage; what a process writes for a run it should write with one worker. */
    static async open<Scope>(setup: RunSetup<Scope>, stageId: string): Promise<BatchWorker<Scope>> {
        const plan = planStages(normaliseGraph(setup.definition, setup.registry), setup.definition);
        const stage = plan.find(unit => unit.id === stageId);
        if (stage?.kind !== 'STAGE') throw noSuchStage(stageId);
        const control = new RunControl(setup.signal ?? new AbortController().signal);
        const loads = new Map<string, LoadExecutor<Scope>>();
        const { throughput } = setup.definition.context;
        const tracker = new RunTracker({ batchSize: throughput.batchSize, sourceFingerprints: {} }, setup.ports.clock);
        const run = makeRunParts(setup, control, {
            tracker,
            loads,
            retry: { ...DEFAULT_RETRY, ...setup.retry },
            batchSize: throughput.batchSize,
            concurrency: 1,
            dryRun: false,
        });
        for (const { step } of stage.loads) {
            loads.set(step.key, await buildLoad(step, 'RUN', { setup, run, control }));
        }
        const writes = new StageWrites(stage, 'RUN', [...loads.values()], [], run, control);
        return new BatchWorker(stageId, writes, run, control);
    }

    /**
     * One transaction, whose last act is `store`; it throws when somebody else has the batch by now, and nothing is written
     * then. Rejects when the batch cannot be written, although it was tried again.
     */
    async settle(number: number, store: (scope: Scope, settlement: WorkerSettlement) => Promise<void>): Promise<void> {
        const [record] = await this.run.ports.spool.read(workChannel(this.stage), number);
        if (!record) throw spoolLost(workChannel(this.stage));
        const { batch, sent } = decodeBatch(number, record, this.run.errors);
        const tally = await retryCommit(this.run, this.control, number, () => {
            const writing = new Writing(batch.tally);
            writing.handedOn.sent = sent;
            return this.run.ports.units.transaction(async scope => {
                await this.writes.load(batch, writing, scope);
                await store(scope, this.settlement(number, writing));
                await this.writes.sendLoaded(number, writing, scope);
                return writing.tally;
            });
        });
        reportSkips(tally, this.run.ports.journal);
        await this.run.events.settled(tally);
    }

    private settlement(batch: number, { tally, changeSets, handedOn }: Writing): WorkerSettlement {
        return {
            stage: this.stage,
            batch,
            metrics: tally.metrics,
            sent: handedOn.sent ?? {},
            owesDelivery: handedOn.owesDelivery ?? false,
            changeSets,
            rejects: tally.rejects,
        };
    }
}

function noSuchStage(id: string): UserError {
    return new UserError(
        'unknown-stage',
        `This DataHub does not see the stage "${id}" in the definition of the run.`,
        'Run the same version of DataHub, with the same adapters, on all workers.',
    );
}
