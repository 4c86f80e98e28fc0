import type { DeepPartial } from '@vendure/common/lib/shared-types';
import { VendureEntity } from '@vendure/core';
import { Column, Entity, Index } from 'typeorm';
import type { JsonObject } from '../../shared/json';
import { LongJsonColumn } from './long-json';

/**
 * What an entity is called elsewhere: `(source, entityType, externalId)` → `entityId`. Vendure has no unique key for most
 * of the catalog, so this table is what makes a second import find what the first one created.
 */
@Entity('data_hub_reference')
@Index(['source', 'entityType', 'externalId'], { unique: true })
@Index(['entityType', 'entityId'])
@Index(['source', 'entityType', 'lastSeenRun', 'id'])
export class DataHubReference extends VendureEntity {
    constructor(input?: DeepPartial<DataHubReference>) {
        super(input);
    }

    /**
     * Who uses the external id: `asset` for files of imports, `claim` for natural keys that are being created, else the
     * name of the source system.
     */
    @Column({ length: 100 })
    source!: string;

    @Column({ length: 100 })
    entityType!: string;

    /** As the source writes it, or with a hash; see `referenceId`. */
    @Column({ length: 190 })
    externalId!: string;

    /** Database id as text. */
    @Column({ length: 100 })
    entityId!: string;

    /** Of the record that the source gave last: with the same one, a difference was made in the shop. */
    @Column({ type: 'varchar', length: 80, nullable: true })
    contentHash!: string | null;

    /** That record itself, where settings want to tell who changed which field. */
    @LongJsonColumn({ nullable: true })
    record!: JsonObject | null;

    /** The run whose source had it last, as text. */
    @Column({ type: 'varchar', length: 100, nullable: true })
    lastSeenRun!: string | null;
}
