import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { Checkpoint } from '../../shared/run';
import { LongJsonColumn } from './long-json';
import { PipelineRun } from './pipeline-run.entity';

/** Where a run goes on after a crash. Written in the transaction of the batch that it counts as settled. */
@Entity('data_hub_checkpoint')
export class DataHubCheckpoint extends VendureEntity {
    constructor(input?: DeepPartial<DataHubCheckpoint>) {
        super(input);
    }

    @ManyToOne(() => PipelineRun, { onDelete: 'CASCADE', nullable: false })
    run!: Relation<PipelineRun>;

    @Index({ unique: true })
    @EntityId()
    runId!: ID;

    @LongJsonColumn()
    data!: Checkpoint;
}
