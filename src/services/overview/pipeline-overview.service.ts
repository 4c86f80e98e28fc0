import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { In, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { DataHubGate, DataHubRecordError, Pipeline, PipelineRun, type RunStatus } from '../../entities';
import { DECIDABLE } from '../gates/gate.service';
import { withinChannel } from '../run-channel';
import { healthOf, type PipelineHealth, TELLING_STATUSES } from './pipeline-health';

export interface PipelineOverview {
    health: PipelineHealth;
    healthReason: string;
    lastRun: PipelineRun | null;
    lastSuccessfulRun: PipelineRun | null;
    currentRun: PipelineRun | null;
    nextRun: PipelineRun | null;
    openRecords: number;
    waitingGates: number;
}

type OverviewedPipeline = Pick<Pipeline, 'id' | 'enabled' | 'disabledByCode'>;
type TellingStatus = (typeof TELLING_STATUSES)[number];
/** Ids of runs; null where there is none. */
type RunsOfPipeline = Record<'last' | 'current' | 'next' | TellingStatus, ID | null>;

/** How pipelines are doing: four statements, however many there are. */
@Injectable()
export class PipelineOverviewService {
    constructor(private readonly connection: TransactionalConnection) {}

    async overviewsOf(ctx: RequestContext, pipelines: readonly Pipeline[]): Promise<Map<Pipeline, PipelineOverview>> {
        const facts = await this.factsOf(ctx, pipelines);
        const overviews = new Map<Pipeline, PipelineOverview>();
        for (const pipeline of pipelines) {
            const { runs, last, openRecords, waitingGates } = facts(pipeline);
            const run = (id: ID | null) => (id === null ? undefined : runs.get(String(id)));
            const shown = (one: PipelineRun | undefined) => (one ? Object.assign(one, { pipeline }) : null);
            const lastEnd = newest(TELLING_STATUSES.map(status => run(last[status])))?.status;
            overviews.set(pipeline, {
                ...healthOf({ ...pipeline, lastEnd, openRecords, waitingGates }),
                lastRun: shown(run(last.last)),
                lastSuccessfulRun: shown(newest([run(last.COMPLETED), run(last.COMPLETED_WITH_ERRORS)])),
                currentRun: shown(run(last.current)),
                nextRun: shown(run(last.next)),
                openRecords,
                waitingGates,
            });
        }
        return overviews;
    }

    /** Ids of all pipelines that are doing so; a shop has some hundred at most. */
    async withHealth(ctx: RequestContext, healths: readonly PipelineHealth[]): Promise<ID[]> {
        const pipelines = await this.connection
            .getRepository(ctx, Pipeline)
            .find({ select: { id: true, enabled: true, disabledByCode: true } });
        const facts = await this.factsOf(ctx, pipelines);
        const fits = (pipeline: OverviewedPipeline): boolean => {
            const { runs, last, openRecords, waitingGates } = facts(pipeline);
            const ends = TELLING_STATUSES.map(status => last[status]).map(id => runs.get(String(id)));
            const { health } = healthOf({ ...pipeline, lastEnd: newest(ends)?.status, openRecords, waitingGates });
            return healths.includes(health);
        };
        return pipelines.filter(fits).map(({ id }) => id);
    }

    private async factsOf(ctx: RequestContext, pipelines: readonly OverviewedPipeline[]) {
        const ids = pipelines.map(({ id }) => id);
        if (ids.length === 0) return noFacts;
        const [runsOf, openRecords, waitingGates] = [
            await this.runsOf(ctx, ids),
            await this.openRecordsOf(ctx, ids),
            await this.waitingGatesOf(ctx, ids),
        ];
        const wanted = [...runsOf.values()].flatMap(Object.values<ID | null>).filter(id => id !== null);
        const runs = new Map<string, PipelineRun>();
        if (wanted.length > 0) {
            const found = await this.connection.getRepository(ctx, PipelineRun).findBy({ id: In(wanted) });
            for (const run of found) runs.set(String(run.id), run);
        }
        return ({ id }: OverviewedPipeline) => ({
            runs,
            last: runsOf.get(String(id)) ?? noRuns,
            openRecords: openRecords.get(String(id)) ?? 0,
            waitingGates: waitingGates.get(String(id)) ?? 0,
        });
    }

    /** Each is the end of an index, so the length of the history does not matter. */
    private async runsOf(ctx: RequestContext, ids: ID[]): Promise<Map<string, RunsOfPipeline>> {
        const query = this.connection
            .getRepository(ctx, Pipeline)
            .createQueryBuilder('pipeline')
            .select('pipeline.id', 'pipelineId')
            .where('pipeline.id IN (:...ids)', { ids });
        const own = `run.kind = 'PIPELINE' AND run.dryRun = :dryRun`;
        query.setParameter('dryRun', false);
        const conditions: Record<keyof RunsOfPipeline, [condition: string, direction: 'ASC' | 'DESC']> = {
            last: [own, 'DESC'],
            current: [statusIs('RUNNING'), 'DESC'],
            next: [statusIs('PENDING'), 'ASC'],
            COMPLETED: [`${statusIs('COMPLETED')} AND ${own}`, 'DESC'],
            COMPLETED_WITH_ERRORS: [`${statusIs('COMPLETED_WITH_ERRORS')} AND ${own}`, 'DESC'],
            FAILED: [`${statusIs('FAILED')} AND ${own}`, 'DESC'],
            TIMEOUT: [`${statusIs('TIMEOUT')} AND ${own}`, 'DESC'],
        };
        for (const [name, [condition, direction]] of Object.entries(conditions)) {
            const run = query
                .subQuery()
                .select('run.id')
                .from(PipelineRun, 'run')
                .where(`run.pipelineId = pipeline.id AND ${condition}`)
                .orderBy('run.createdAt', direction)
                .addOrderBy('run.id', direction)
                .limit(1);
            withinChannel(run, ctx, 'run');
            query.addSelect(run.getQuery(), name).setParameters(run.getParameters());
        }
        const rows = await query.getRawMany<RunsOfPipeline & { pipelineId: ID }>();
        return new Map(rows.map(({ pipelineId, ...runs }) => [String(pipelineId), runs]));
    }

    private async openRecordsOf(ctx: RequestContext, ids: ID[]): Promise<Map<string, number>> {
        const query = this.connection
            .getRepository(ctx, DataHubRecordError)
            .createQueryBuilder('error')
            .select('error.pipelineId', 'pipelineId')
            .addSelect('COUNT(*)', 'count')
            .where(`error.state = 'OPEN' AND error.pipelineId IN (:...ids)`, { ids })
            .groupBy('error.pipelineId');
        return counted(withinChannel(query, ctx, 'error.run'));
    }

    private async waitingGatesOf(ctx: RequestContext, ids: ID[]): Promise<Map<string, number>> {
        const query = this.connection
            .getRepository(ctx, DataHubGate)
            .createQueryBuilder('gate')
            .innerJoin('gate.run', 'run')
            .select('gate.pipelineId', 'pipelineId')
            .addSelect('COUNT(*)', 'count')
            .where(`gate.state = 'WAITING' AND run.status IN (:...decidable)`, { decidable: DECIDABLE })
            .andWhere('gate.pipelineId IN (:...ids)', { ids })
            .groupBy('gate.pipelineId');
        return counted(withinChannel(query, ctx, 'run'));
    }
}

const noRuns: RunsOfPipeline = {
    last: null,
    current: null,
    next: null,
    COMPLETED: null,
    COMPLETED_WITH_ERRORS: null,
    FAILED: null,
    TIMEOUT: null,
};

const noFacts = () => ({ runs: new Map<string, PipelineRun>(), last: noRuns, openRecords: 0, waitingGates: 0 });

function statusIs(status: RunStatus): string {
    return `run.status = '${status}'`;
}

async function counted(query: SelectQueryBuilder<ObjectLiteral>): Promise<Map<string, number>> {
    const rows = await query.getRawMany<{ pipelineId: ID; count: string | number }>();
    return new Map(rows.map(({ pipelineId, count }) => [String(pipelineId), Number(count)]));
}

function newest(runs: readonly (PipelineRun | undefined)[]): PipelineRun | undefined {
    return runs
        .filter(run => run !== undefined)
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
        .at(0);
}
