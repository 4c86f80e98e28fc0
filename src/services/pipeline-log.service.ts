import { Injectable } from '@nestjs/common';
import {
    type ID,
    ListQueryBuilder,
    type ListQueryOptions,
    type PaginatedList,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import type { LogLevel } from '../../shared/run';
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

    /** A single line outside of execution, such as "cancelled while waiting". */
    async write(runId: ID, level: LogLevel, message: string): Promise<void> {
        const writer = await this.openWriter(runId);
        writer.write(level, message);
        await writer.close();
    }

    private async nextIndex(runId: ID): Promise<number> {
        const last = await this.connection.rawConnection.getRepository(PipelineLog).maximum('index', { runId });
        return last === null ? 0 : Number(last) + 1;
    }

    private async insert(runId: ID, lines: readonly RunLogLine[]): Promise<void> {
        await this.connection.rawConnection
            .getRepository(PipelineLog)
            .createQueryBuilder()
            .insert()
            .values(lines.map(line => ({ ...line, runId })))
            .updateEntity(false)
            .execute();
    }
}
