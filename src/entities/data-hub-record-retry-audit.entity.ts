import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import { DataHubRecordError, type RecordErrorState } from './data-hub-record-error.entity';

export type RecordErrorAction = 'RESOLVE' | 'IGNORE' | 'REOPEN';

/** What was done with a refused record, by whom and why. Written in the transaction of the change; never changed afterwards. */
@Entity('data_hub_record_retry_audit')
@Index(['recordErrorId', 'id'])
export class DataHubRecordRetryAudit extends VendureEntity {
    constructor(input?: DeepPartial<DataHubRecordRetryAudit>) {
        super(input);
    }

    @ManyToOne(() => DataHubRecordError, { onDelete: 'CASCADE', nullable: false })
    recordError!: Relation<DataHubRecordError>;

    @EntityId()
    recordErrorId!: ID;

    @Column({ type: 'varchar', length: 30 })
    action!: RecordErrorAction;

    @Column({ type: 'varchar', length: 10 })
    fromState!: RecordErrorState;

    @Column({ type: 'varchar', length: 10 })
    toState!: RecordErrorState;

    @Column({ type: 'varchar', length: 1000, nullable: true })
    note!: string | null;

    /** Without a foreign key: the trail outlives the user. */
    @EntityId({ nullable: true })
    userId!: ID | null;
}
