import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { In, MoreThan } from 'typeorm';
import { hasSingleConnection } from '../../catalog/sql/single-connection';
import { TypeOrmUnitOfWork } from '../../catalog/sql/unit-of-work';
import { PipelineRun, type RunStatus } from '../../entities';
import { CheckpointService } from '../checkpoint.service';
import { DataHubRegistryService } from '../data-hub-registry.service';
import { progressOf, reopenUnsettled } from './replay-ends';

const endedEarly: RunStatus[] = ['FAILED', 'CANCELLED', 'TIMEOUT'];
/** A run that ended longer ago has been looked at by some process. */
const lookBackMs = 24 * 60 * 60 * 1000;

/** Gives records back to the quarantine that a replay run took and did not come to. */
@Injectable()
export class ReplayReopeningService {
    /** Ends that have been looked at, as run id and time; the next look may spare them. */
    private readonly done = new Set<string>();

    constructor(
        private readonly connection: TransactionalConnection,
        private readonly checkpoints: CheckpointService,
        private readonly adapters: DataHubRegistryService,
    ) {}

    /** Does nothing for other runs. Holds the run meanwhile, so that it is resumed before or after, not in between. */
    async reopen(runId: ID): Promise<number> {
        const isDue = { id: runId, kind: 'REPLAY', status: In(endedEarly) } as const;
        if (!(await this.connection.rawConnection.getRepository(PipelineRun).existsBy(isDue))) return 0;
        return new TypeOrmUnitOfWork(this.connection, RequestContext.empty()).transaction(async scope => {
            const query = this.connection
                .getRepository(scope.ctx, PipelineRun)
                .createQueryBuilder('run')
                .addSelect('run.definition')
                .where(isDue);
            if (!hasSingleConnection(this.connection.rawConnection)) query.setLock('pessimistic_write');
            const run = await query.getOne();
            if (!run) return 0;
            const checkpoint = await this.checkpoints.load(runId, scope.ctx);
            const opened = await reopenUnsettled(
                scope,
                runId,
                progressOf(run.definition, checkpoint, this.adapters.registry),
            );
            this.done.add(endOf(run));
            return opened;
        });
    }

    /** For runs whose end nobody was told of: their process died, or they were cancelled before they began. */
    async reopenAll(): Promise<number> {
        const since = new Date(Date.now() - lookBackMs);
        const runs = await this.connection.rawConnection.getRepository(PipelineRun).find({
            where: { kind: 'REPLAY', status: In(endedEarly), finishedAt: MoreThan(since) },
            order: { id: 'ASC' },
        });
        let opened = 0;
        for (const run of runs) if (!this.done.has(endOf(run))) opened += await this.reopen(run.id);
        for (const end of this.done) if (!runs.some(run => endOf(run) === end)) this.done.delete(end);
        return opened;
    }
}

function endOf({ id, finishedAt }: PipelineRun): string {
    return `${id} ${finishedAt?.getTime() ?? 0}`;
}
