import { Injectable } from '@nestjs/common';
import {
    type ID,
    ListQueryBuilder,
    type ListQueryOptions,
    type PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import { onFreeConnection } from '../catalog/sql/single-connection';
import { PipelineLog } from '../entities';
import { type RunLogLine, RunLogWriter } from './run-log-writer';

/** The log of runs that people read. */
@Injectable()
export class PipelineLogService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
    ) {}

    async findForRun(
        ctx: RequestContext,
        runId: ID,
        options?: ListQueryOptions<PipelineLog>,
    ): Promise<PaginatedList<PipelineLog>> {
        const [items, totalItems] = await this.listQueryBuilder
            .build(PipelineLog, options, { ctx, where: { runId }, orderBy: { index: 'ASC' } })
            .getManyAndCount();
        return { items, totalItems };
    }

    /** For a run that is executing; goes on after the lines that an earlier owner has written. */
    async openWriter(runId: ID): Promise<RunLogWriter> {
        return new RunLogWriter(await this.nextIndex(runId), lines => this.insert(runId, lines));
    }

    private async nextIndex(runId: ID): Promise<number> {
        const last = await this.connection.rawConnection.getRepository(PipelineLog).maximum('index', { runId });
        return last === null ? 0 : Number(last) + 1;
    }

    private async insert(runId: ID, lines: readonly RunLogLine[]): Promise<void> {
        const database = this.connection.rawConnection;
        const insert = database
            .createQueryBuilder()
            .insert()
            .into(PipelineLog)
            .values(lines.map(line => ({ ...line, runId })))
            .updateEntity(false);
        await onFreeConnection(database, () => insert.execute());
    }
}
