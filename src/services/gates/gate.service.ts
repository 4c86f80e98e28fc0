import { Injectable } from '@nestjs/common';
import {
    type ID,
    ListQueryBuilder,
    type ListQueryOptions,
    type PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import { type FindOptionsWhere, In } from 'typeorm';
import { hasSingleConnection } from '../../catalog/sql/single-connection';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubChangeSet, DataHubGate, type GateState, PipelineRun, type RunStatus } from '../../entities';
import { planId } from '../../runtime/run/plan-id';
import { UserError } from '../../sdk/errors';
import { type ChangeCounts, countChanges } from '../changes/change-counts';
import { databaseNowMs } from '../database-clock';
import { listQuery } from '../list-query';
import { PipelineLogService } from '../pipeline-log.service';
import { PipelineRunnerService } from '../pipeline-runner.service';
import { startedIn } from '../run-channel';
import { checkNote, decidedAlready, gateUnknown, runEnded } from './gate-errors';
import { loadsBehind } from './loads-behind';

export interface GateSelection {
    runId?: ID | null;
    /** WAITING: only gates that can still be decided, not those of runs that have ended. */
    state?: GateState | null;
}

/** A decision: whose, or that the time was up. */
interface Decision {
    state: Exclude<GateState, 'WAITING'>;
    note: string | null;
    decidedBy: ID | null;
    /** For the log of the run. */
    by: string;
}

type GateWithPlan = Pick<DataHubGate, 'runId' | 'stepKey' | 'kind'>;

/** Gates of runs that have not ended; a resumed run asks again for what it waits for. */
export const DECIDABLE: readonly RunStatus[] = ['PAUSED', 'RUNNING', 'PENDING'];
const gatesPerSweep = 100;

/** What waits at gates, and what people decide. */
@Injectable()
export class GateService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
        private readonly runner: PipelineRunnerService,
        private readonly logs: PipelineLogService,
    ) {}

    /** Latest first; each gate with its run and pipeline. */
    async findAll(
        ctx: RequestContext,
        { runId, state }: GateSelection = {},
        options?: ListQueryOptions<DataHubGate>,
    ): Promise<PaginatedList<DataHubGate>> {
        const where: FindOptionsWhere<DataHubGate> = { run: startedIn(ctx) };
        if (runId !== undefined && runId !== null) where.runId = runId;
        if (state) where.state = state;
        if (state === 'WAITING') where.run = { ...startedIn(ctx), status: In([...DECIDABLE]) };
        const [items, totalItems] = await listQuery(this.listQueryBuilder, DataHubGate, options, {
            ctx,
            where,
            relations: ['run', 'run.pipeline'],
            orderBy: { openedAt: 'DESC', id: 'DESC' },
            customPropertyMap: {
                runStatus: 'run.status',
                pipelineCode: 'run.pipeline.code',
                pipelineName: 'run.pipeline.name',
            },
        }).getManyAndCount();
        return { items, totalItems };
    }

    async findOne(ctx: RequestContext, runId: ID, stepKey: string): Promise<DataHubGate | null> {
        return this.connection.getRepository(ctx, DataHubGate).findOne({
            where: { runId, stepKey, run: startedIn(ctx) },
            relations: { run: { pipeline: true } },
        });
    }

    /** What would be written behind the gate: planned change sets of the LOAD steps that its records reach. */
    async findPlan(
        ctx: RequestContext,
        gate: GateWithPlan,
        options?: ListQueryOptions<DataHubChangeSet>,
    ): Promise<PaginatedList<DataHubChangeSet>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, DataHubChangeSet, options, {
            ctx,
            where: await this.planOf(ctx, gate),
            orderBy: { id: 'ASC' },
        }).getManyAndCount();
        return { items, totalItems };
    }

    /** How long that plan is, by step, entity and action. */
    async countPlan(ctx: RequestContext, gate: GateWithPlan): Promise<ChangeCounts> {
        const plan = this.connection
            .getRepository(ctx, DataHubChangeSet)
            .createQueryBuilder('change')
            .setFindOptions({ where: await this.planOf(ctx, gate) });
        return countChanges(plan);
    }

    private async planOf(ctx: RequestContext, gate: GateWithPlan): Promise<FindOptionsWhere<DataHubChangeSet>> {
        const steps = gate.kind === 'GUARD' ? [gate.stepKey] : await this.loadsBehind(ctx, gate);
        // No more stages than LOAD steps; another gate in front of one of them has a plan of its own.
        const plans = steps.map((_, at) => planId(gate.stepKey, at));
        return { runId: gate.runId, planned: true, stage: In(plans), step: In(steps), run: startedIn(ctx) };
    }

    /** The records go on. `ctx` must be outside of any transaction. */
    approveGate(ctx: RequestContext, runId: ID, stepKey: string, note?: string | null): Promise<DataHubGate> {
        return this.decideFor(ctx, runId, stepKey, 'APPROVED', note);
    }

    /** The branch behind the gate does not run. `ctx` must be outside of any transaction. */
    rejectGate(ctx: RequestContext, runId: ID, stepKey: string, note?: string | null): Promise<DataHubGate> {
        return this.decideFor(ctx, runId, stepKey, 'REJECTED', note);
    }

    /**
     * Decides gates whose time is up, as their step says. Any number of processes may do so at once.
     * Resolves with how many this one decided.
     */
    async decideOverdue(): Promise<number> {
        const overdue = await this.connection.rawConnection
            .getRepository(DataHubGate)
            .createQueryBuilder('gate')
            .innerJoin('gate.run', 'run')
            .where(`gate.state = 'WAITING'`)
            .andWhere(`gate.deadlineMs <= ${databaseNowMs(this.connection.rawConnection)}`)
            .andWhere('run.status IN (:...statuses)', { statuses: DECIDABLE })
            .orderBy('gate.deadlineMs')
            .limit(gatesPerSweep)
            .getMany();
        let decided = 0;
        for (const { runId, stepKey, onTimeout } of overdue) {
            const isOurs = await this.decide(RequestContext.empty(), { id: runId }, stepKey, {
                state: onTimeout === 'APPROVE' ? 'APPROVED' : 'REJECTED',
                note: 'Nobody decided in time.',
                decidedBy: null,
                by: 'the clock',
            }).then(() => true, decidedByOther);
            if (isOurs) decided++;
        }
        return decided;
    }

    private async decideFor(
        ctx: RequestContext,
        runId: ID,
        stepKey: string,
        state: Decision['state'],
        note: string | null | undefined,
    ): Promise<DataHubGate> {
        checkNote(note);
        await this.decide(ctx, { id: runId, ...startedIn(ctx) }, stepKey, {
            state,
            note: note ?? null,
            decidedBy: ctx.activeUserId ?? null,
            by: ctx.session?.user?.identifier ?? 'api',
        });
        const gate = await this.findOne(ctx, runId, stepKey);
        if (!gate) throw gateUnknown();
        return gate;
    }

    /**
     * Takes the run before the gate, so that nobody ends it in between. Also a run that is still executing is told: it may
     * have asked for the decision just before and be about to pause.
     */
    private decide(
        outer: RequestContext,
        whichRun: FindOptionsWhere<PipelineRun>,
        stepKey: string,
        { state, note, decidedBy, by }: Decision,
    ): Promise<void> {
        return new TypeOrmUnitOfWork(this.connection, outer).transaction(async ({ ctx }) => {
            const run = await this.lockedRun(ctx, whichRun);
            const gates = this.connection.getRepository(ctx, DataHubGate);
            const gate = run && (await gates.findOneBy({ runId: run.id, stepKey }));
            if (!gate) throw gateUnknown();
            if (gate.state === 'WAITING' && !DECIDABLE.includes(run.status)) throw runEnded(run);
            const { affected } = await gates.update(
                { id: gate.id, state: 'WAITING' },
                { state, note, decidedBy, decidedAt: new Date(), notifyAtMs: null },
            );
            if (affected !== 1) throw decidedAlready(await gates.findOneByOrFail({ id: gate.id }));
            await this.logs.append(ctx, run.id, 'INFO', lineOf(gate, state, by, note));
            await this.runner.requeue(ctx, run.id);
        });
    }

    private lockedRun(ctx: RequestContext, which: FindOptionsWhere<PipelineRun>): Promise<PipelineRun | null> {
        const query = this.connection.getRepository(ctx, PipelineRun).createQueryBuilder('run').where(which);
        return (
            hasSingleConnection(this.connection.rawConnection) ? query : query.setLock('pessimistic_write')
        ).getOne();
    }

    private async loadsBehind(ctx: RequestContext, { runId, stepKey }: Pick<DataHubGate, 'runId' | 'stepKey'>) {
        const run = await this.connection
            .getRepository(ctx, PipelineRun)
            .createQueryBuilder('run')
            .select('run.id')
            .addSelect('run.definition')
            .where('run.id = :runId', { runId })
            .getOne();
        return run ? loadsBehind(run.definition, stepKey) : [];
    }
}

/** Another process was quicker, or the run is gone. */
function decidedByOther(error: unknown): false {
    if (error instanceof UserError) return false;
    throw error;
}

function lineOf(gate: DataHubGate, state: Decision['state'], by: string, note: string | null): string {
    const what = gate.kind === 'GUARD' ? `What the guards of "${gate.stepKey}" stopped` : `The gate "${gate.stepKey}"`;
    const why = note === null || note === '' ? '.' : `: ${note}`;
    return `${what} was ${state === 'APPROVED' ? 'approved' : 'rejected'} by ${by}${why}`;
}
