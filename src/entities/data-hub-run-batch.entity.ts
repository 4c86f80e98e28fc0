import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { RemoteSettlement } from '../../shared/run';
import type { ErrorKind, ErrorPlace } from '../sdk/errors';
import { epochMs } from './epoch-ms';
import { LongJsonColumn } from './long-json';
import { PipelineRun } from './pipeline-run.entity';

/** QUEUED: any worker may take it. TAKEN: one is writing it. SETTLED: committed. FAILED: a worker has given up. */
export type RunBatchState = 'QUEUED' | 'TAKEN' | 'SETTLED' | 'FAILED';

/** Why a worker has given up. */
export interface RunBatchFailure {
    kind: ErrorKind;
    code: string;
    message: string;
    hint?: string;
    place: ErrorPlace;
}

/**
 * A batch of a distributed run on its way through the workers. Its records wait on the spool. A worker that commits the
 * batch marks it here in the same transaction; the mark stays until a stored checkpoint counts the batch.
 */
@Entity('data_hub_run_batch')
@Index(['runId', 'stage', 'batch'], { unique: true })
export class DataHubRunBatch extends VendureEntity {
    constructor(input?: DeepPartial<DataHubRunBatch>) {
        super(input);
    }

    @ManyToOne(() => PipelineRun, { onDelete: 'CASCADE', nullable: false })
    run!: Relation<PipelineRun>;

    @EntityId()
    runId!: ID;

    @Column({ length: 120 })
    stage!: string;

    @Column({ type: 'int' })
    batch!: number;

    @Column({ type: 'varchar', length: 10 })
    state!: RunBatchState;

    /** The lease of the run's owner who asked for the batch; nobody writes it once the run has another owner or has ended. */
    @Column({ type: 'int', default: 0 })
    runToken!: number;

    /** Fencing number: grows whenever a worker takes the batch; one that lost it cannot commit. */
    @Column({ type: 'int', default: 0 })
    token!: number;

    /** By the database's clock. */
    @Column({ type: 'bigint', nullable: true, transformer: epochMs })
    takenUntilMs!: number | null;

    /** When a job was last put on the queue, by the database's clock. */
    @Column({ type: 'bigint', nullable: true, transformer: epochMs })
    queuedAtMs!: number | null;

    @LongJsonColumn({ nullable: true })
    settlement!: RemoteSettlement | null;

    @LongJsonColumn({ nullable: true })
    failure!: RunBatchFailure | null;
}
