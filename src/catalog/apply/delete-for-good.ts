import { CustomerGroup } from '@vendure/core';
import { DataHubReference } from '../../entities/data-hub-reference.entity';
import { ASSET_ENTITY_TYPE, ASSET_SOURCE, assetReferenceId } from '../assets/asset-reference';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { compareIds } from '../sql/key-order';
import { deleteFromTree } from './write-tree';

/**
 * Deletes entities of types that Vendure deletes for good, with what the database's foreign keys take along:
 * translations, channels, links of deleted products. Members of a group they do not, so those are let go first. Files of assets stay; whoever decided on the deletion removes
 * them once it is committed.
 */
export async function deleteForGood(batch: Batch, description: EntityDescription): Promise<void> {
    const { sql } = batch;
    if ('deletedAt' in description.paths) return;
    const deleted = batch.of(description).filter(entity => entity.action === 'DELETE');
    if (deleted.length === 0) return;
    const ids = deleted.map(entity => entity.knownId()).sort(compareIds);
    if (description.entity === CustomerGroup) {
        const members = sql.joinTable(CustomerGroup, 'customers');
        await sql.unlink(members, await sql.linksOf(members, ids));
    }
    await deleteFromTree(batch, description, ids);
    const table = sql.table(description.entity);
    await sql.delete(
        table,
        [table.idPath],
        ids.map(id => [id]),
    );
    if (description.kind !== 'Asset') return;
    // The next import must not take a file for one that is there already.
    const references = deleted.map(({ key, id }) => [
        ASSET_SOURCE,
        ASSET_ENTITY_TYPE,
        assetReferenceId(key),
        String(id),
    ]);
    await sql.delete(sql.table(DataHubReference), ['source', 'entityType', 'externalId', 'entityId'], references);
}
