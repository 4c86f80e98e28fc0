import { Inject, Injectable } from '@nestjs/common';
import {
    type ID,
    ListQueryBuilder,
    type ListQueryOptions,
    type PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import type { Repository } from 'typeorm';
import type { LogLevel } from '../../shared/run';
import { inOwnTransaction } from '../catalog/sql/single-connection';
import { PipelineLog } from '../entities';
import { DATA_HUB_OPTIONS, type ResolvedDataHubOptions } from './data-hub-options';
import { listQuery } from './list-query';
import { startedIn } from './run-channel';
import { type RunLogLine, RunLogWriter } from './run-log-writer';
import { fitText } from './stored-text';

/** The log of runs that people read. */
@Injectable()
export class PipelineLogService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
        @Inject(DATA_HUB_OPTIONS)
        private readonly options: Pick<ResolvedDataHubOptions, 'logs'> = { logs: { minLevel: 'DEBUG' } },
    ) {}

    async findForRun(
        ctx: RequestContext,
        runId: ID,
        options?: ListQueryOptions<PipelineLog>,
    ): Promise<PaginatedList<PipelineLog>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, PipelineLog, options, {
            ctx,
            where: { runId, run: startedIn(ctx) },
            orderBy: { index: 'ASC', id: 'ASC' },
        }).getManyAndCount();
        return { items, totalItems };
    }

    /** One line about a run that is not executing, in the transaction of `ctx`. */
    async append(ctx: RequestContext, runId: ID, level: LogLevel, message: string): Promise<void> {
        const lines = this.connection.getRepository(ctx, PipelineLog);
        const index = await nextIndex(lines, runId);
        await lines.insert({ runId, index, level, step: null, message: fitText(message, 10_000) });
    }

    /** For a run that is executing; goes on after the lines that an earlier owner has written. */
    async openWriter(runId: ID): Promise<RunLogWriter> {
        const stored = this.connection.rawConnection.getRepository(PipelineLog);
        const { minLevel } = this.options.logs;
        return new RunLogWriter(await nextIndex(stored, runId), lines => this.insert(runId, lines), minLevel);
    }

    private async insert(runId: ID, lines: readonly RunLogLine[]): Promise<void> {
        const database = this.connection.rawConnection;
        const insert = database
            .createQueryBuilder()
            .insert()
            .into(PipelineLog)
            .values(lines.map(line => ({ ...line, runId })))
            .updateEntity(false);
        await inOwnTransaction(database, () => insert.execute());
    }
}

async function nextIndex(lines: Repository<PipelineLog>, runId: ID): Promise<number> {
    const last = await lines.maximum('index', { runId });
    return last === null ? 0 : Number(last) + 1;
}
