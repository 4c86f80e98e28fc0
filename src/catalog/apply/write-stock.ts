import { StockAdjustment, StockLevel } from '@vendure/core';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { Batch } from './batch';
import { retryWhenTaken } from './claim-shared';
import { EntityDescription } from './entity-description';
import { byFirstIds } from './rows';

/**
 * Sets stockOnHand to what the source says and records the difference as an adjustment, as Vendure does: a level that
 * does not change gets no movement. The difference is taken from the row as it stands now, read under a lock, and not from the
 * change set: an order that shipped in between has moved the level, and movements must add up to it.
 * stockAllocated belongs to the orders and is never written.
 */
export async function writeStock(batch: Batch, description: EntityDescription): Promise<void> {
    const { sql, references } = batch;
    const entities = batch.of(description).filter(entity => entity.stock.length > 0);
    if (entities.length === 0) return;
    const live = await lockLevels(
        sql,
        entities.filter(entity => !entity.creates).map(entity => entity.knownId()),
    );
    const inserts = new Map<string, unknown[]>();
    const updates = new Map<string, unknown[]>();
    const movements: unknown[][] = [];
    for (const entity of entities) {
        const productVariantId = entity.knownId();
        for (const { location, stockOnHand } of entity.stock) {
            const stockLocationId = location.in(references);
            const level = `${productVariantId}\n${stockLocationId}`;
            const before = live.get(level);
            // Several change sets may move one level: each is a movement, the last one is what stays.
            if (before === undefined || inserts.has(level)) {
                inserts.set(level, [productVariantId, stockLocationId, stockOnHand, 0]);
            } else if (before !== stockOnHand) updates.set(level, [productVariantId, stockLocationId, stockOnHand]);
            live.set(level, stockOnHand);
            const quantity = stockOnHand - (before ?? 0);
            if (quantity !== 0) movements.push(['ADJUSTMENT', productVariantId, stockLocationId, quantity]);
        }
    }
    const levels = sql.table(StockLevel);
    const key = ['productVariantId', 'stockLocationId'];
    if (inserts.size > 0) {
        const columns = [...key, 'stockOnHand', 'stockAllocated'];
        const rows = [...inserts.values()].sort(byFirstIds);
        await retryWhenTaken('stock level', () => sql.insert(levels, columns, rows));
    }
    if (updates.size > 0) await sql.update(levels, key, ['stockOnHand'], [...updates.values()].sort(byFirstIds));
    if (movements.length > 0) {
        const columns = ['type', 'productVariant', 'stockLocationId', 'quantity'];
        await sql.insert(sql.table(StockAdjustment), columns, movements);
    }
}

/** stockOnHand by `<variant>\n<location>`. */
async function lockLevels(sql: SqlSession, variantIds: EntityId[]): Promise<Map<string, number>> {
    const rows = await readLockedLevels(sql, variantIds);
    return new Map(rows.map(([variant, location, onHand]) => [`${variant}\n${location}`, onHand]));
}

/** The stock levels of variants as they stand now; nobody else changes them before the transaction ends. */
export async function readLockedLevels(
    sql: SqlSession,
    variantIds: readonly EntityId[],
): Promise<[variant: EntityId, location: EntityId, stockOnHand: number][]> {
    if (variantIds.length === 0) return [];
    const table = sql.table(StockLevel);
    const columns = ['productVariantId', 'stockLocationId', 'stockOnHand'].map(property => table.column(property));
    const ofVariants = sql.inList(columns[0]!, [...new Set(variantIds)].sort(compareIds));
    // SQLite has one writer at a time; it neither needs nor knows row locks.
    const lock = sql.dialect === 'sqlite' ? '' : ` ORDER BY ${columns[0]}, ${columns[1]} FOR UPDATE`;
    const rows = await sql.query(
        `SELECT ${columns.join(', ')} FROM ${table.path} WHERE ${ofVariants.sql}${lock}`,
        ofVariants.parameters,
    );
    return rows.map(([variant, location, onHand]) => [variant as EntityId, location as EntityId, Number(onHand)]);
}
