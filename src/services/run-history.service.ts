import { Injectable } from '@nestjs/common';
import {
    ID,
    ListQueryBuilder,
    ListQueryOptions,
    PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import { DataHubChangeSet, DataHubDrift, PipelineRun } from '../entities';
import type { PipelineDefinition } from '../sdk/definition/definition';
import { listQuery } from './list-query';
import { startedIn } from './run-channel';

/** What runs did, for people. */
@Injectable()
export class RunHistoryService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
    ) {}

    /** Newest first; each run with its pipeline. */
    async findAll(ctx: RequestContext, options?: ListQueryOptions<PipelineRun>): Promise<PaginatedList<PipelineRun>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, PipelineRun, options, {
            ctx,
            where: startedIn(ctx),
            relations: ['pipeline'],
            orderBy: { createdAt: 'DESC', id: 'DESC' },
            customPropertyMap: { pipelineCode: 'pipeline.code', pipelineName: 'pipeline.name' },
        }).getManyAndCount();
        return { items, totalItems };
    }

    async findOne(ctx: RequestContext, id: ID): Promise<PipelineRun | null> {
        return this.connection
            .getRepository(ctx, PipelineRun)
            .findOne({ where: { id, ...startedIn(ctx) }, relations: { pipeline: true } });
    }

    /** As it was when the run was asked for. */
    async definitionOf(ctx: RequestContext, id: ID): Promise<PipelineDefinition | null> {
        const run = await this.connection
            .getRepository(ctx, PipelineRun)
            .findOne({ where: { id, ...startedIn(ctx) }, select: { id: true, definition: true } });
        return run?.definition ?? null;
    }

    /** Without what was planned at gates: once they are passed, it stands there a second time, as it was written. */
    async findChangeSets(
        ctx: RequestContext,
        runId: ID,
        options?: ListQueryOptions<DataHubChangeSet>,
    ): Promise<PaginatedList<DataHubChangeSet>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, DataHubChangeSet, options, {
            ctx,
            where: { runId, planned: false, run: startedIn(ctx) },
            orderBy: { id: 'ASC' },
        }).getManyAndCount();
        return { items, totalItems };
    }

    /** In the order in which the run met them. */
    async findDrifts(
        ctx: RequestContext,
        runId: ID,
        options?: ListQueryOptions<DataHubDrift>,
    ): Promise<PaginatedList<DataHubDrift>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, DataHubDrift, options, {
            ctx,
            where: { runId, run: startedIn(ctx) },
            orderBy: { id: 'ASC' },
        }).getManyAndCount();
        return { items, totalItems };
    }

    async countDrifts(ctx: RequestContext, runId: ID): Promise<{ kept: number; overwritten: number }> {
        const drifts = this.connection.getRepository(ctx, DataHubDrift);
        const [kept, overwritten] = await Promise.all([
            drifts.countBy({ runId, kept: true }),
            drifts.countBy({ runId, kept: false }),
        ]);
        return { kept, overwritten };
    }
}
