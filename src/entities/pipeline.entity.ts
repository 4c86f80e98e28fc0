import type { DeepPartial } from '@vendure/core';
import { VendureEntity } from '@vendure/core';
import { Column, Entity, Index } from 'typeorm';
import type { PipelineDefinition } from '../sdk/definition/definition';
import { LongJsonColumn } from './long-json';

/** A pipeline as it stands now; what it was before stands in {@link PipelineRevision}. */
@Entity('data_hub_pipeline')
export class Pipeline extends VendureEntity {
    constructor(input?: DeepPartial<Pipeline>) {
        super(input);
    }

    @Index({ unique: true })
    @Column({ length: 100 })
    code!: string;

    @Column({ length: 255 })
    name!: string;

    @Column({ default: true })
    enabled!: boolean;

    @LongJsonColumn()
    definition!: PipelineDefinition;

    /** Number of the revision that `definition` is. */
    @Column({ type: 'int', default: 1 })
    revision!: number;

    /** Comes from the plugin's options; the API then refuses edits. */
    @Column({ default: false })
    isCodeFirst!: boolean;

    /** Hash of the definition in code at the last start; a new revision is made when it changes. */
    @Column({ type: 'varchar', length: 64, nullable: true })
    codeHash!: string | null;

    /** Was code-first and has been removed from the code: kept for its history, but it does not run. */
    @Column({ default: false })
    disabledByCode!: boolean;
}
