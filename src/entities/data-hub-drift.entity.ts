import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { JsonValue } from '../../shared/json';
import { LongJsonColumn } from './long-json';
import { PipelineRun } from './pipeline-run.entity';

/** A value that somebody edited in the shop while the source still gives what it gave before, as a run met it. */
@Entity('data_hub_drift')
@Index(['runId', 'id'])
export class DataHubDrift extends VendureEntity {
    constructor(input?: DeepPartial<DataHubDrift>) {
        super(input);
    }

    @ManyToOne(() => PipelineRun, { onDelete: 'CASCADE', nullable: false })
    run!: Relation<PipelineRun>;

    @EntityId()
    runId!: ID;

    /** EXTRACT step that read the record. */
    @Column({ length: 100 })
    sourceStep!: string;

    @Column({ type: 'varchar', length: 500, nullable: true })
    file!: string | null;

    @Column({ type: 'int', nullable: true })
    line!: number | null;

    /** Position among all records of the EXTRACT step, from zero. */
    @Column({ type: 'int' })
    recordIndex!: number;

    @Column({ length: 100 })
    entityType!: string;

    /** Database id as text; null for what was deleted in the shop. */
    @Column({ type: 'varchar', length: 100, nullable: true })
    entityId!: string | null;

    @Column({ length: 500 })
    entityKey!: string;

    /** As change sets name the field; empty when the entity as a whole was deleted or came back. */
    @Column({ length: 500 })
    path!: string;

    /** `shop` and `source`; what is absent did not exist there. */
    @LongJsonColumn()
    values!: { shop?: JsonValue; source?: JsonValue };

    /** Whether the value of the shop stays. */
    @Column()
    kept!: boolean;
}
