import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { compareIds } from '../sql/key-order';

/** Replaces the ordered assets of the entities that change theirs: positions are only right when written as a whole. */
export async function writeAssetLists(batch: Batch, description: EntityDescription): Promise<void> {
    const { sql, references } = batch;
    const entities = batch.of(description).filter(entity => entity.assets.length > 0);
    const relation = entities[0]?.assets[0]?.relation;
    if (relation === undefined) return;
    const rowsOf = sql.table(description.entity).metadata.findRelationWithPropertyPath(relation)!;
    const table = sql.table(rowsOf.inverseEntityMetadata.target);
    const owner = rowsOf.inverseSidePropertyPath;

    const owners = entities.filter(entity => !entity.creates).map(entity => entity.knownId());
    if (owners.length > 0) {
        await sql.delete(
            table,
            [owner],
            owners.sort(compareIds).map(id => [id]),
        );
    }
    const rows = entities.flatMap(entity => {
        const ids = entity.assets[0]!.keys.map(key =>
            entity.reference({ kind: 'Asset' }, key, relation).in(references),
        );
        return [...new Set(ids)].map((id, position) => [entity.knownId(), id, position]);
    });
    if (rows.length > 0) await sql.insert(table, [owner, 'asset', 'position'], rows);
}
