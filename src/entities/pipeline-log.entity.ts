import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { LogLevel } from '../../shared/run';
import { PipelineRun } from './pipeline-run.entity';

/** One line of a run's log, for people. */
@Entity('data_hub_pipeline_log')
@Index(['runId', 'index'])
export class PipelineLog extends VendureEntity {
    constructor(input?: DeepPartial<PipelineLog>) {
        super(input);
    }

    @ManyToOne(() => PipelineRun, { onDelete: 'CASCADE', nullable: false })
    run!: Relation<PipelineRun>;

    @EntityId()
    runId!: ID;

    @Column({ type: 'varchar', length: 10 })
    level!: LogLevel;

    @Column({ type: 'varchar', length: 100, nullable: true })
    step!: string | null;

    @Column({ type: 'text' })
    message!: string;

    /** Order within the run; lines of one millisecond stay apart. */
    @Column({ type: 'int' })
    index!: number;
}
