import { type Injector, TransactionalConnection } from '@vendure/core';
import { In } from 'typeorm';
import { DataHubChangeSet } from '../../entities';

/** What the ledger has of a run for those who go on with it: what its first owner meant to do at the end, nobody else knows. */
export interface WrittenBefore {
    products: boolean;
    /** Ids of collections that were made or changed. */
    collections: string[];
}

export async function writtenBefore(injector: Injector, runId: string): Promise<WrittenBefore> {
    const rows = injector.get(TransactionalConnection).rawConnection.getRepository(DataHubChangeSet);
    const ofRun = { runId, applied: true };
    const collections = await rows
        .createQueryBuilder('change')
        .select('change.entityId', 'id')
        .distinct()
        .where({ ...ofRun, entityType: 'Collection', action: In(['CREATE', 'UPDATE']) })
        .getRawMany<{ id: string }>();
    return {
        products: await rows.existsBy({ ...ofRun, entityType: In(['Product', 'ProductVariant']) }),
        collections: collections.map(({ id }) => id),
    };
}
