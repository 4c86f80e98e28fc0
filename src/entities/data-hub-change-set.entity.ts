import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { ChangeAction, FieldChange } from '../sdk/change-set';
import { LongJsonColumn } from './long-json';
import { PipelineRun } from './pipeline-run.entity';

/** The ledger: one row for each entity that a run changed, or would change when it is a dry run. */
@Entity('data_hub_change_set')
@Index(['runId', 'id'])
@Index(['entityType', 'entityId'])
// What a plan holds for a record. Nobody asks that of a run that writes, so its rows are not in here (but on MySQL).
@Index('IDX_data_hub_change_set_plan', ['runId', 'recordKey'], { where: '"applied" = FALSE' })
// Holds all that counts of a run need.
@Index(['runId', 'action', 'entityType', 'step', 'planned'])
export class DataHubChangeSet extends VendureEntity {
    constructor(input?: DeepPartial<DataHubChangeSet>) {
        super(input);
    }

    /** Without a foreign key, which each row would pay for: who deletes a run deletes its rows. */
    @ManyToOne(() => PipelineRun, { createForeignKeyConstraints: false, nullable: false })
    run!: Relation<PipelineRun>;

    @EntityId()
    runId!: ID;

    @EntityId()
    pipelineId!: ID;

    @Column({ length: 100 })
    step!: string;

    @Column({ type: 'varchar', length: 500, nullable: true })
    file!: string | null;

    @Column({ type: 'int', nullable: true })
    line!: number | null;

    /** Position among all records of the EXTRACT step, from zero. */
    @Column({ type: 'int' })
    recordIndex!: number;

    /** Stage of the run and batch in it, see planStages; what follows a commit finds its changes by them after a crash. */
    @Column({ length: 120, default: '' })
    stage!: string;

    @Column({ type: 'int', default: -1 })
    batch!: number;

    /** Natural key of the record, which may have changed several entities. */
    @Column({ length: 500 })
    recordKey!: string;

    @Column({ type: 'varchar', length: 20 })
    action!: ChangeAction;

    @Column({ length: 100 })
    entityType!: string;

    /** Database id as text; null for an entity that a plan would create. */
    @Column({ type: 'varchar', length: 100, nullable: true })
    entityId!: string | null;

    /** Natural key of the entity: slug, SKU, code. */
    @Column({ length: 500 })
    entityKey!: string;

    @LongJsonColumn()
    fields!: FieldChange[];

    /** Only what is applied was written: false in a dry run, and where `planned` is true. */
    @Column({ default: true })
    applied!: boolean;

    /** Made for those who decide at a gate. Once the gate is passed, what was really written stands in rows of its own. */
    @Column({ default: false })
    planned!: boolean;
}
