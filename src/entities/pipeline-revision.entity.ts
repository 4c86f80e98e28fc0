import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { PipelineDefinition } from '../sdk/definition/definition';
import { LongJsonColumn } from './long-json';
import { Pipeline } from './pipeline.entity';

/** A definition as it was saved once. Never changed afterwards. */
@Entity('data_hub_pipeline_revision')
@Index(['pipelineId', 'number'], { unique: true })
export class PipelineRevision extends VendureEntity {
    constructor(input?: DeepPartial<PipelineRevision>) {
        super(input);
    }

    @ManyToOne(() => Pipeline, { onDelete: 'CASCADE', nullable: false })
    pipeline!: Relation<Pipeline>;

    @EntityId()
    pipelineId!: ID;

    /** Counts from 1 within its pipeline. */
    @Column({ type: 'int' })
    number!: number;

    @LongJsonColumn()
    definition!: PipelineDefinition;

    @Column({ type: 'varchar', length: 1000, nullable: true })
    note!: string | null;

    /** Identifier of the administrator, or `code` for a revision that came from the plugin's options. */
    @Column({ type: 'varchar', length: 190, nullable: true })
    createdBy!: string | null;
}
