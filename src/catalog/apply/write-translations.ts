import { compareIds } from '../sql/key-order';
import type { EntityId } from '../sql/sql-session';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { PendingEntity } from './pending-entity';
import { byFirstIds, checkRequired, groupForInsert, groupForUpdate, valueOf } from './rows';

/**
 * Inserts or updates one row per language; a language that a change set does not mention is left alone, one of which
 * nothing is to exist any more is deleted.
 */
export async function writeTranslations(batch: Batch, description: EntityDescription): Promise<void> {
    const { sql, references } = batch;
    const entities = batch.of(description).filter(entity => entity.translations.length > 0);
    if (!description.translations || entities.length === 0) return;
    const table = sql.table(description.translations.entity);
    const { defaults } = description.translations;
    const existing = await existingTranslations(batch, description, entities);

    const inserts: Map<string, unknown>[] = [];
    const updates: { key: unknown[]; set: Map<string, unknown> }[] = [];
    const deletes: unknown[][] = [];
    for (const entity of entities) {
        for (const { languageCode, cells } of entity.translations) {
            const id = entity.creates ? undefined : existing.get(`${entity.knownId()}\n${languageCode}`);
            if (!entity.creates && [...cells.values()].every(cell => cell === undefined)) {
                if (id !== undefined) deletes.push([id]);
                continue;
            }
            // The cells become the row: nobody else reads them, and there is one for each entity and language.
            const row: Map<string, unknown> = cells;
            for (const [property, cell] of cells) {
                row.set(property, valueOf(table, property, cell, references) ?? defaults[property] ?? null);
            }
            if (id !== undefined) {
                updates.push({ key: [id], set: row });
                continue;
            }
            for (const property in defaults) if (!row.has(property)) row.set(property, defaults[property]);
            row.set('base', entity.knownId()).set('languageCode', languageCode);
            checkRequired(table, row, `${description.entityType} translation (${languageCode})`, entity.change.key);
            inserts.push(row);
        }
    }
    if (deletes.length > 0) await sql.delete(table, ['id'], deletes.sort(byFirstIds));
    for (const group of groupForInsert(table, inserts)) await sql.insert(table, group.columns, group.rows);
    updates.sort((a, b) => byFirstIds(a.key, b.key));
    for (const group of groupForUpdate(updates)) await sql.update(table, ['id'], group.columns, group.rows);
}

/** By `<id of the entity>\n<language>`. */
async function existingTranslations(
    { sql }: Batch,
    description: EntityDescription,
    entities: readonly PendingEntity[],
): Promise<Map<string, EntityId>> {
    const owners = entities.filter(entity => !entity.creates).map(entity => entity.knownId());
    if (owners.length === 0) return new Map();
    const table = sql.table(description.translations!.entity);
    const rows = await sql.selectIn(table, ['id', 'base', 'languageCode'], 'base', owners.sort(compareIds));
    return new Map(
        rows.map(([id, base, languageCode]) => [`${String(base)}\n${String(languageCode)}`, id as EntityId]),
    );
}
