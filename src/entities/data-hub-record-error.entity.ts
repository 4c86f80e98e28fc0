import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { JsonObject } from '../../shared/json';
import type { ErrorKind } from '../sdk/errors';
import { LongJsonColumn } from './long-json';
import { PipelineRun } from './pipeline-run.entity';

export type RecordErrorState = 'OPEN' | 'REPLAYED' | 'RESOLVED' | 'IGNORED';

/** A record in quarantine: what was refused, why, and where it came from. */
@Entity('data_hub_record_error')
// All end on the id: bulk operations and files go through their rows in pages by id.
@Index(['runId', 'id'])
@Index(['runId', 'cause', 'id'])
@Index(['pipelineId', 'id'])
@Index(['pipelineId', 'cause', 'id'])
@Index(['replayId', 'step', 'id'])
@Index(['replayRunId', 'id'])
@Index(['waitsFor', 'state'])
@Index(['state', 'pipelineId', 'cause', 'id'])
export class DataHubRecordError extends VendureEntity {
    constructor(input?: DeepPartial<DataHubRecordError>) {
        super(input);
    }

    @ManyToOne(() => PipelineRun, { onDelete: 'CASCADE', nullable: false })
    run!: Relation<PipelineRun>;

    @EntityId()
    runId!: ID;

    @EntityId()
    pipelineId!: ID;

    /** Of the pipeline, when the record was refused. */
    @Column({ type: 'int' })
    revision!: number;

    /** What became of it: still to be looked at, sent again, corrected, or left as it is on purpose. */
    @Column({ type: 'varchar', length: 10, default: 'OPEN' })
    state!: RecordErrorState;

    @Column({ length: 100 })
    step!: string;

    /** Id of the stage of the run, see planStages. */
    @Column({ type: 'varchar', length: 200, nullable: true })
    stage!: string | null;

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

    @Column({ type: 'varchar', length: 500, nullable: true })
    recordKey!: string | null;

    /** Code of the error; equal causes are one group. */
    @Column({ length: 100 })
    cause!: string;

    @Column({ type: 'varchar', length: 10 })
    kind!: ErrorKind;

    @Column({ type: 'text' })
    message!: string;

    @Column({ type: 'text', nullable: true })
    hint!: string | null;

    /** Field or configuration path the error speaks of. */
    @Column({ type: 'varchar', length: 500, nullable: true })
    field!: string | null;

    /** What has to exist first, as `<entity type>:<natural key>`; the record is sent again when it has been created. */
    @Column({ type: 'varchar', length: 500, nullable: true })
    waitsFor!: string | null;

    /** How often it, or the records that it comes from, have been sent again because what they waited for was there. */
    @Column({ type: 'int', default: 0 })
    autoReplays!: number;

    /** Names the rows that one replay run reads. Stays when the row is opened again, so that the run can be resumed. */
    @Column({ type: 'varchar', length: 36, nullable: true })
    replayId!: string | null;

    /** The run that the record was sent into last. Without a foreign key: that run may be cleared away earlier. */
    @EntityId({ nullable: true })
    replayRunId!: ID | null;

    /** The row that was sent again and refused again as this one, where that can be told. */
    @EntityId({ nullable: true })
    replayOf!: ID | null;

    /** As it entered the step, with the edits since. Not selected in lists: ask for it by name. Null when nothing could be parsed, or when it is too large to keep (then `raw` says so). */
    @LongJsonColumn({ nullable: true, select: false })
    record!: JsonObject | null;

    /** Beginning of the text that could not be parsed. */
    @Column({ type: 'text', nullable: true })
    raw!: string | null;
}
