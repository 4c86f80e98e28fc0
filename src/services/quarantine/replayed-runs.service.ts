import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { DataHubRecordError, PipelineRun } from '../../entities';
import { startedIn } from '../run-channel';

/** Which replays have to do with which runs: the refused records name both. */
@Injectable()
export class ReplayedRunsService {
    constructor(private readonly connection: TransactionalConnection) {}

    /** Runs that refused what the replay reads, newest first. */
    replayedIn(ctx: RequestContext, replayRunId: ID): Promise<PipelineRun[]> {
        return this.related(ctx, 'runId', 'replayRunId', replayRunId);
    }

    /** Replays of what the run refused, newest first. */
    replaysOf(ctx: RequestContext, runId: ID): Promise<PipelineRun[]> {
        return this.related(ctx, 'replayRunId', 'runId', runId);
    }

    private related(
        ctx: RequestContext,
        wanted: 'runId' | 'replayRunId',
        known: 'runId' | 'replayRunId',
        id: ID,
    ): Promise<PipelineRun[]> {
        const runs = this.connection.getRepository(ctx, PipelineRun).createQueryBuilder('run');
        const ids = runs
            .subQuery()
            .select(`error.${wanted}`)
            .from(DataHubRecordError, 'error')
            .where(`error.${known} = :id AND error.${wanted} IS NOT NULL`);
        return runs
            .innerJoinAndSelect('run.pipeline', 'pipeline')
            .where(`run.id IN ${ids.getQuery()}`, { id })
            .andWhere(startedIn(ctx))
            .orderBy({ 'run.createdAt': 'DESC', 'run.id': 'DESC' })
            .getMany();
    }
}
