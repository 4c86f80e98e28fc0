import type { DeepPartial } from '@vendure/common/lib/shared-types';
import { VendureEntity } from '@vendure/core';
import { Column, Entity, Index } from 'typeorm';

/**
 * What an entity is called elsewhere: `(source, entityType, externalId)` → `entityId`. Vendure has no unique key for most
 * of the catalog, so this table is what makes a second import find what the first one created.
 */
@Entity('data_hub_reference')
@Index(['source', 'entityType', 'externalId'], { unique: true })
export class DataHubReference extends VendureEntity {
    constructor(input?: DeepPartial<DataHubReference>) {
        super(input);
    }

    /** Who uses the external id: `asset` for files of imports, else the name of the source system. */
    @Column({ length: 100 })
    source!: string;

    @Column({ length: 100 })
    entityType!: string;

    /** As the source writes it; see `referenceId` for ids too long for an index. */
    @Column({ length: 190 })
    externalId!: string;

    /** Database id as text. */
    @Column('text')
    entityId!: string;

    /** Of what was last written, to leave unchanged records alone without comparing them. */
    @Column({ type: 'varchar', length: 80, nullable: true })
    contentHash!: string | null;
}
