import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import type { Checkpoint } from '../../shared/run';
import { hasSingleConnection } from '../catalog/sql/single-connection';
import { DataHubCheckpoint } from '../entities';
import { Defect, UserError } from '../sdk/errors';

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
        return current(stored.data, runId);
    }

    /** One statement, in the transaction of `ctx`. */
    async store(ctx: RequestContext, runId: ID, checkpoint: Checkpoint): Promise<void> {
        // Widened: TypeORM's partial type does not end on the JSON of a checkpoint.
        const row: object = { runId, data: checkpoint };
        await this.connection
            .getRepository(ctx, DataHubCheckpoint)
            .createQueryBuilder()
            .insert()
            .values(row)
            .orUpdate(['data'], ['runId'])
            .updateEntity(false)
            .execute();
    }
}

/** Before there were barriers a run was one stage, and one number told how far it was. */
interface CheckpointBefore {
    version: 1;
    settledBatches: number;
    settledAhead: number[];
}

/** Brings what an earlier version stored to the form of this one. */
function current(stored: Checkpoint | CheckpointBefore, runId: ID): Checkpoint {
    if (stored.version === 2) return stored;
    if (stored.version === 1) {
        throw new UserError(
            'checkpoint-too-old',
            `Run ${runId} was begun by an earlier DataHub and cannot be resumed by this one.`,
            'Start a new run; what is already written will be found unchanged.',
        );
    }
    throw new Defect(
        'unknown-checkpoint-version',
        `The checkpoint of run ${runId} has a version that this DataHub cannot read.`,
        'Finish the run with the DataHub that started it, or start a new run.',
    );
}
