import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { JsonValue } from '../../shared/json';
import { DataHubRecordError, type RecordErrorState } from './data-hub-record-error.entity';
import { LongJsonColumn } from './long-json';

export type RecordErrorAction = 'RESOLVE' | 'IGNORE' | 'REOPEN' | 'EDIT' | 'REPLAY';

/** A field of the record that an edit changed; absent means that there was none, or that there is none any more. */
export interface RecordEdit {
    path: string;
    before?: JsonValue;
    after?: JsonValue;
}

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

    /** Of an EDIT: only the fields that changed, long values cut. */
    @LongJsonColumn({ nullable: true })
    edits!: RecordEdit[] | null;

    @Column({ type: 'varchar', length: 1000, nullable: true })
    note!: string | null;

    /** Without a foreign key: the trail outlives the user. */
    @EntityId({ nullable: true })
    userId!: ID | null;
}
