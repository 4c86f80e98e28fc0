import { compareIds } from '../sql/key-order';
import type { EntityId } from '../sql/sql-session';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { PendingEntity } from './pending-entity';
import { checkRequired, groupForInsert, groupForUpdate, valueOf } from './rows';

/** Inserts rows of new entities and hands out their ids. */
export async function insertEntities(
    { sql, references }: Batch,
    description: EntityDescription,
    entities: readonly PendingEntity[],
): Promise<void> {
    if (entities.length === 0) return;
    const table = sql.table(description.entity);
    const initial = Object.entries(description.initial ?? {});
    const rows = entities.map(entity => {
        const row = new Map<string, unknown>(initial);
        for (const [property, cell] of entity.columns) {
            // An absent value in a new row is the column's default.
            if (cell !== undefined) row.set(property, valueOf(table, property, cell, references));
        }
        const { parent } = description;
        if (parent) {
            const reference = entity.reference(parent, entity.parentKey, parent.property);
            row.set(parent.property, reference.in(references));
        }
        checkRequired(table, row, description.entityType, entity.change.key);
        return row;
    });
    for (const group of groupForInsert(table, rows)) {
        const ids = await sql.insertReturningIds(table, group.columns, group.rows);
        group.members.forEach((member, i) => entities[member]!.identify(ids[i]!, references));
    }
}

/** Updates the columns that changed, soft deletes included. */
export async function updateEntities(batch: Batch, description: EntityDescription): Promise<void> {
    const { sql, references } = batch;
    const changed = batch.of(description).filter(entity => !entity.creates && entity.columns.size > 0);
    if (changed.length === 0) return;
    const table = sql.table(description.entity);
    // Two records may change one entity, such as a variant at two locations: the later one counts.
    const byId = new Map<EntityId, { key: EntityId[]; set: Map<string, unknown> }>();
    for (const entity of changed) {
        const id = entity.knownId();
        const row = byId.get(id) ?? { key: [id], set: new Map<string, unknown>() };
        for (const [property, cell] of entity.columns)
            row.set.set(property, valueOf(table, property, cell, references));
        byId.set(id, row);
    }
    const rows = [...byId.values()].sort((a, b) => compareIds(a.key[0]!, b.key[0]!));
    for (const group of groupForUpdate(rows)) await sql.update(table, [table.idPath], group.columns, group.rows);
}
