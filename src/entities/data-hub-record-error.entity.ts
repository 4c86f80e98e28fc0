import type { DeepPartial, ID } from '@vendure/core';
import { EntityId, VendureEntity } from '@vendure/core';
import { Column, Entity, Index, ManyToOne, type Relation } from 'typeorm';
import type { JsonObject } from '../../shared/json';
import type { ErrorKind } from '../sdk/errors';
import { LongJsonColumn } from './long-json';
import { PipelineRun } from './pipeline-run.entity';

export type RecordErrorState = 'OPEN' | 'RESOLVED' | 'IGNORED';

/** A record in quarantine: what was refused, why, and where it came from. */
@Entity('data_hub_record_error')
@Index(['runId', 'cause'])
@Index(['pipelineId', 'cause'])
@Index(['runId', 'state'])
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

    /** What became of it: still to be looked at, corrected, or left as it is on purpose. */
    @Column({ type: 'varchar', length: 10, default: 'OPEN' })
    state!: RecordErrorState;

    @Column({ length: 100 })
    step!: string;

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

    /** As it entered the step. Null when nothing could be parsed, or when it is too large to keep (then `raw` says so). */
    @LongJsonColumn({ nullable: true })
    record!: JsonObject | null;

    /** Beginning of the text that could not be parsed. */
    @Column({ type: 'text', nullable: true })
    raw!: string | null;
}
