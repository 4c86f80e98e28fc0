import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { JsonObject } from '../../shared/json';
import type { PipelineRecord } from '../sdk/record';
import { epochMs } from './epoch-ms';
import { LongJsonColumn } from './long-json';
import { PipelineRun } from './pipeline-run.entity';

export type GateState = 'WAITING' | 'APPROVED' | 'REJECTED';
export type GateKind = 'GATE' | 'GUARD';
/** DUE: not sent yet, or to be sent again. FAILED: given up, see the log of the run. */
export type NotificationState = 'DUE' | 'SENT' | 'FAILED';

/** A place in a run where records wait for somebody's decision, and what was decided. */
@Entity('data_hub_gate_queue')
@Index(['runId', 'stepKey'], { unique: true })
@Index(['state', 'deadlineMs'])
@Index(['notifyAtMs'])
export class DataHubGate extends VendureEntity {
    constructor(input?: DeepPartial<DataHubGate>) {
        super(input);
    }

    @ManyToOne(() => PipelineRun, { onDelete: 'CASCADE', nullable: false })
    run!: Relation<PipelineRun>;

    @EntityId()
    runId!: ID;

    @EntityId()
    pipelineId!: ID;

    /** The GATE step, or the LOAD step whose guards opened the gate. */
    @Column({ length: 100 })
    stepKey!: string;

    @Column({ type: 'varchar', length: 10 })
    kind!: GateKind;

    @Column({ type: 'varchar', length: 10 })
    state!: GateState;

    /** How many records wait. */
    @Column({ type: 'int' })
    waiting!: number;

    /** The first few of them. */
    @LongJsonColumn()
    preview!: JsonObject[];

    /** All of them when they are few, so that they outlive a lost spool. Not selected in lists. */
    @LongJsonColumn({ nullable: true, select: false })
    records!: PipelineRecord[] | null;

    /** Channels of the run's spool in which they wait. */
    @LongJsonColumn({ nullable: true })
    spoolChannels!: string[] | null;

    /** Why somebody has to look, a sentence each. */
    @LongJsonColumn()
    reasons!: string[];

    @Column({ type: Date, precision: 3 })
    openedAt!: Date;

    /** By the database's clock; null for a gate that waits as long as it takes. */
    @Column({ type: 'bigint', nullable: true, transformer: epochMs })
    deadlineMs!: number | null;

    @Column({ type: 'varchar', length: 10, nullable: true })
    onTimeout!: 'APPROVE' | 'REJECT' | null;

    /** Null while nobody has decided, and when the time was up. */
    @EntityId({ nullable: true })
    decidedBy!: ID | null;

    @Column({ type: Date, precision: 3, nullable: true })
    decidedAt!: Date | null;

    @Column({ type: 'varchar', length: 1000, nullable: true })
    note!: string | null;

    @Column({ type: 'text', nullable: true })
    notifyWebhook!: string | null;

    @Column({ type: 'text', nullable: true })
    notifyEmail!: string | null;

    /** Null when no webhook is to be called. */
    @Column({ type: 'varchar', length: 10, nullable: true })
    webhookState!: NotificationState | null;

    /** Null when no e-mail is to be written. */
    @Column({ type: 'varchar', length: 10, nullable: true })
    emailState!: NotificationState | null;

    @Column({ type: 'int', default: 0 })
    notifyAttempts!: number;

    /** When to notify (again), by the database's clock; null when there is nothing (more) to send. */
    @Column({ type: 'bigint', nullable: true, transformer: epochMs })
    notifyAtMs!: number | null;
}
