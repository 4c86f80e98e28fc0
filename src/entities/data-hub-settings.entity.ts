import type { DeepPartial } from '@vendure/core';
import { VendureEntity } from '@vendure/core';
import { Column, Entity, Index } from 'typeorm';
import { LongJsonColumn } from './long-json';

/** One setting that somebody has changed; the others have their defaults and no row. */
@Entity('data_hub_settings')
export class DataHubSettings extends VendureEntity {
    constructor(input?: DeepPartial<DataHubSettings>) {
        super(input);
    }

    @Index({ unique: true })
    @Column({ length: 100 })
    key!: string;

    /** JSON, checked by the schema of the settings whenever it is read. */
    @LongJsonColumn({ nullable: true })
    value!: unknown;
}
