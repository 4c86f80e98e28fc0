import { Inject, Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { In, type SelectQueryBuilder } from 'typeorm';
import { hasSingleConnection } from '../../catalog/sql/single-connection';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { DataHubCheckpoint, PipelineRun, type RunStatus } from '../../entities';
import type { SpoolFactory } from '../../spool/spool-factory';
import { removeAbandonedWork } from '../../whole/work-folder';
import { DATA_HUB_OPTIONS, type ResolvedDataHubOptions } from '../data-hub-options';
import { SPOOL_FACTORY } from './spool-provider';

const runsPerPage = 100;
const hourMs = 60 * 60 * 1000;

/** These can be resumed, and then need what they left in the spool. */
const resumable: RunStatus[] = ['FAILED', 'CANCELLED'];
const ended: RunStatus[] = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'TIMEOUT'];

/**
 * Removes what runs left in the spool and nobody needs: of runs that came to their end, that are deleted, or that failed
 * so long ago that nobody will resume them. May run in several processes at once and be stopped anywhere.
 */
@Injectable()
export class SpoolRetentionService {
    constructor(
        private readonly connection: TransactionalConnection,
        @Inject(SPOOL_FACTORY) private readonly spools: SpoolFactory,
        @Inject(DATA_HUB_OPTIONS) private readonly options: ResolvedDataHubOptions,
    ) {}

    /** Gives back how many runs lost their spool. */
    async removeUnneeded(signal: AbortSignal, now = Date.now()): Promise<number> {
        const failedBefore = new Date(now - this.options.spool.keepFailedHours * hourMs);
        let removed = 0;
        for await (const runIds of pagesOf(this.ownRuns())) {
            for (const runId of await this.unneeded(runIds, failedBefore)) {
                if (signal.aborted) return removed;
                if (!(await this.endForGood(runId, failedBefore))) continue;
                await this.spools.removeRun(runId);
                removed++;
            }
        }
        return removed;
    }

    /** Temporary files of operations whose process was killed. */
    async removeAbandonedWork(): Promise<void> {
        await removeAbandonedWork(this.options.whole.tempDirectory);
    }

    /** A folder that cannot belong to a run of this database is left alone, and would upset its typed id column. */
    private async *ownRuns(): AsyncIterable<string> {
        const isUuid = this.connection.rawConnection
            .getMetadata(PipelineRun)
            .primaryColumns.some(({ generationStrategy }) => generationStrategy === 'uuid');
        const pattern = isUuid ? /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ : /^[0-9]{1,9}$/;
        for await (const runId of this.spools.runs()) if (pattern.test(runId)) yield runId;
    }

    private async unneeded(runIds: string[], failedBefore: Date): Promise<string[]> {
        const runs = await this.connection.rawConnection
            .getRepository(PipelineRun)
            .find({ select: { id: true, status: true, finishedAt: true }, where: { id: In(runIds) } });
        const byId = new Map(runs.map(run => [String(run.id), run]));
        return runIds.filter(runId => {
            const run = byId.get(runId);
            return !run || ended.includes(run.status) || isLongAgo(run, failedBefore);
        });
    }

    /**
     * A run that could still be resumed loses the place where it stopped first: it would otherwise go on without the
     * records that waited. False when it has been resumed meanwhile.
     */
    private endForGood(runId: ID, failedBefore: Date): Promise<boolean> {
        return new TypeOrmUnitOfWork(this.connection, RequestContext.empty()).transaction(async ({ ctx }) => {
            const run = await this.locked(this.connection.getRepository(ctx, PipelineRun).createQueryBuilder('run'))
                .select(['run.id', 'run.status', 'run.finishedAt'])
                .where({ id: runId })
                .getOne();
            if (!run || ended.includes(run.status)) return true;
            if (!isLongAgo(run, failedBefore)) return false;
            await this.connection.getRepository(ctx, DataHubCheckpoint).delete({ runId });
            return true;
        });
    }

    private locked(query: SelectQueryBuilder<PipelineRun>): SelectQueryBuilder<PipelineRun> {
        return hasSingleConnection(this.connection.rawConnection) ? query : query.setLock('pessimistic_write');
    }
}

function isLongAgo({ status, finishedAt }: PipelineRun, before: Date): boolean {
    return resumable.includes(status) && finishedAt !== null && finishedAt < before;
}

async function* pagesOf(all: AsyncIterable<string>): AsyncIterable<string[]> {
    let page: string[] = [];
    for await (const one of all) {
        page.push(one);
        if (page.length < runsPerPage) continue;
        yield page;
        page = [];
    }
    if (page.length > 0) yield page;
}
