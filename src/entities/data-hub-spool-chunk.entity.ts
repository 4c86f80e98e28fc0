import type { DeepPartial } from '@vendure/core';
import { VendureEntity } from '@vendure/core';
import { Column, Entity, Index } from 'typeorm';
import { LongJsonColumn } from './long-json';

/** Records of a run that wait between two stages, when the spool is kept in the database. */
@Entity('data_hub_spool_chunk')
@Index(['run', 'channelKey', 'chunk'], { unique: true })
export class DataHubSpoolChunk extends VendureEntity {
    constructor(input?: DeepPartial<DataHubSpoolChunk>) {
        super(input);
    }

    /** Id of the run as text. No foreign key: rows are many and large, so they are cleared away bit by bit. */
    @Column({ length: 100 })
    run!: string;

    /** Hash of the channel's name, since collations take different names for the same. */
    @Column({ length: 40 })
    channelKey!: string;

    @Column({ type: 'bigint', transformer: { to: (chunk: unknown) => chunk, from: Number } })
    chunk!: number;

    /** Gzipped, in base64: a text column means the same on every database. */
    @LongJsonColumn()
    records!: string;
}
