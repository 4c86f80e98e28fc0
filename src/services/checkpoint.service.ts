import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import type { Checkpoint } from '../../shared/run';
import { hasSingleConnection } from '../catalog/sql/single-connection';
import { DataHubCheckpoint } from '../entities';
import { Defect } from '../sdk/errors';

/** Where runs go on after a crash. */
@Injectable()
export class CheckpointService {
    constructor(private readonly connection: TransactionalConnection) {}

    /** In the transaction of `ctx`, which then sees the latest commit and keeps the checkpoint as it is; else by itself. */
    async load(runId: ID, ctx?: RequestContext): Promise<Checkpoint | undefined> {
        const { rawConnection } = this.connection;
        const checkpoints = ctx
            ? this.connection.getRepository(ctx, DataHubCheckpoint)
            : rawConnection.getRepository(DataHubCheckpoint);
        const lock = ctx && !hasSingleConnection(rawConnection) ? ({ mode: 'pessimistic_write' } as const) : undefined;
        const stored = await checkpoints.findOne({ where: { runId }, lock });
        if (!stored) return undefined;
        if (stored.data.version !== 1) {
            throw new Defect(
                'unknown-checkpoint-version',
                `The checkpoint of run ${runId} has version ${String(stored.data.version)}, which this DataHub cannot read.`,
                'Finish the run with the DataHub that started it, or start a new run.',
            );
        }
        return stored.data;
    }

    /** One statement, in the transaction of `ctx`. */
    async store(ctx: RequestContext, runId: ID, checkpoint: Checkpoint): Promise<void> {
        await this.connection
            .getRepository(ctx, DataHubCheckpoint)
            .createQueryBuilder()
            .insert()
            .values({ runId, data: checkpoint })
            .orUpdate(['data'], ['runId'])
            .updateEntity(false)
            .execute();
    }
}
