import type { CurrencyCode, DeepPartial, ID, LanguageCode } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { LiveNumbers, RunMetrics } from '../../shared/run';
import type { PipelineDefinition } from '../sdk/definition/definition';
import { epochMs } from './epoch-ms';
import { LongJsonColumn } from './long-json';
import { Pipeline } from './pipeline.entity';

export type RunStatus =
    'PENDING' | 'RUNNING' | 'PAUSED' | 'COMPLETED' | 'COMPLETED_WITH_ERRORS' | 'FAILED' | 'CANCELLED' | 'TIMEOUT';

/** PIPELINE: the pipeline as it is defined. REPLAY: refused records once more. UNDO: the inverse of another run. */
export type RunKind = 'PIPELINE' | 'REPLAY' | 'UNDO';

/** What a run does while others of its pipeline wait or run. */
export type RunConcurrency = 'QUEUE' | 'SKIP' | 'PARALLEL';

export const ENDED_RUN_STATUSES = [
    'COMPLETED',
    'COMPLETED_WITH_ERRORS',
    'FAILED',
    'CANCELLED',
    'TIMEOUT',
] as const satisfies readonly RunStatus[];

/** One execution of a pipeline: what it runs, for whom, how far it is, and who owns it. */
@Entity('data_hub_pipeline_run')
@Index(['pipelineId', 'createdAt'])
@Index(['pipelineId', 'status', 'createdAt'])
@Index(['createdAt', 'id'])
@Index(['ofRunId'])
@Index(['status', 'leaseUntilMs'])
@Index(['finishedAt'])
export class PipelineRun extends VendureEntity {
    constructor(input?: DeepPartial<PipelineRun>) {
        super(input);
    }

    @ManyToOne(() => Pipeline, { onDelete: 'CASCADE', nullable: false })
    pipeline!: Relation<Pipeline>;

    @EntityId()
    pipelineId!: ID;

    @Column({ type: 'int' })
    revision!: number;

    /** What runs, as it was when the run was asked for. Not selected in lists: ask for it by name. */
    @LongJsonColumn({ select: false })
    definition!: PipelineDefinition;

    @Column({ type: 'varchar', length: 30 })
    status!: RunStatus;

    @Column({ type: 'varchar', length: 20, default: 'PIPELINE' })
    kind!: RunKind;

    /** The run that an UNDO takes back, or the plan that a PIPELINE run applies. A REPLAY may read records of several: see their replayRunId. Without a foreign key: that run may be cleared away earlier. */
    @EntityId({ nullable: true })
    ofRunId!: ID | null;

    /** Stops at the change set: the ledger rows are the plan, nothing is written. */
    @Column({ default: false })
    dryRun!: boolean;

    /** What asked for the run, for people: `manual`, `api`, an administrator … */
    @Column({ length: 100 })
    triggeredBy!: string;

    /** The run acts in this channel and language and for this user. */
    @EntityId()
    channelId!: ID;

    @Column({ type: 'varchar', length: 20 })
    languageCode!: LanguageCode;

    @Column({ type: 'varchar', length: 10 })
    currencyCode!: CurrencyCode;

    @EntityId({ nullable: true })
    userId!: ID | null;

    @LongJsonColumn({ nullable: true })
    metrics!: RunMetrics | null;

    /** While it executes; null before and after. */
    @LongJsonColumn({ nullable: true })
    live!: LiveNumbers | null;

    /** Records read by all EXTRACT steps, malformed ones included. */
    @Column({ type: 'int', default: 0 })
    read!: number;

    @Column({ type: 'int', default: 0 })
    created!: number;

    @Column({ type: 'int', default: 0 })
    updated!: number;

    @Column({ type: 'int', default: 0 })
    unchanged!: number;

    @Column({ type: 'int', default: 0 })
    deleted!: number;

    @Column({ type: 'int', default: 0 })
    rejected!: number;

    /** Why the run as a whole ended badly, and what to do next. */
    @Column({ type: 'text', nullable: true })
    error!: string | null;

    @Column({ type: 'text', nullable: true })
    hint!: string | null;

    @Column({ type: Date, precision: 3, nullable: true })
    startedAt!: Date | null;

    @Column({ type: Date, precision: 3, nullable: true })
    finishedAt!: Date | null;

    @Column({ default: false })
    cancelRequested!: boolean;

    /** QUEUE and SKIP wait for the runs ahead of them, PARALLEL for none. From the definition, where SQL cannot see it. */
    @Column({ type: 'varchar', length: 20, default: 'QUEUE' })
    concurrency!: RunConcurrency;

    /** A gate was decided while the run was still executing: it waits for its turn instead of pausing. */
    @Column({ default: false })
    requeueRequested!: boolean;

    @Column({ type: 'varchar', length: 100, nullable: true })
    leaseOwner!: string | null;

    /** Fencing number: grows with every claim; writes of an earlier owner miss. */
    @Column({ type: 'int', default: 0 })
    leaseToken!: number;

    /** By the database's clock, so that the clocks of workers need not agree. */
    @Column({ type: 'bigint', nullable: true, transformer: epochMs })
    leaseUntilMs!: number | null;

    /** Claims since the last settled batch. A run that keeps killing its workers is given up. */
    @Column({ type: 'int', default: 0 })
    claimsWithoutProgress!: number;

    /** When a job for this run was last put on the queue, by the database's clock; null when it has none. */
    @Column({ type: 'bigint', nullable: true, transformer: epochMs })
    queuedAtMs!: number | null;

    /** How often a job has been put on the queue since the last claim. */
    @Column({ type: 'int', default: 0 })
    timesQueued!: number;
}
