import type { DeepPartial } from '@vendure/core';
import { VendureEntity } from '@vendure/core';
import { Column, Entity, Index } from 'typeorm';
import type { JsonObject } from '../../shared/json';
import { LongJsonColumn } from './long-json';

/** How to reach another system. Credentials are named by secret code and never stand in `config` themselves. */
@Entity('data_hub_connection')
export class DataHubConnection extends VendureEntity {
    constructor(input?: DeepPartial<DataHubConnection>) {
        super(input);
    }

    @Index({ unique: true })
    @Column({ length: 100 })
    code!: string;

    @Column({ length: 255 })
    name!: string;

    @Column({ length: 50 })
    type!: string;

    @LongJsonColumn()
    config!: JsonObject;

    /** Comes from the plugin's options; the API then refuses edits. */
    @Column({ default: false })
    isCodeFirst!: boolean;

    /** Was code-first and has been removed from the code: kept, but it no longer resolves. */
    @Column({ default: false })
    disabledByCode!: boolean;
}
