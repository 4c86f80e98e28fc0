import { ProductVariantPrice } from '@vendure/core';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { byFirstIds } from './rows';

const KEY = ['variant', 'channelId', 'currencyCode'];

/** One row per variant, channel and currency. Vendure has no unique key here, so a change writes every such row. */
export async function writePrices(batch: Batch, description: EntityDescription): Promise<void> {
    const { sql, references } = batch;
    const inserts: unknown[][] = [];
    const updates: unknown[][] = [];
    const deletes: unknown[][] = [];
    for (const entity of batch.of(description)) {
        for (const change of entity.prices) {
            const key = [entity.knownId(), change.channel.in(references), change.currencyCode];
            if (change.price === undefined) deletes.push(key);
            else (change.existed ? updates : inserts).push([...key, change.price]);
        }
    }
    const table = sql.table(ProductVariantPrice);
    if (deletes.length > 0) await sql.delete(table, KEY, deletes.sort(byFirstIds));
    if (updates.length > 0) await sql.update(table, KEY, ['price'], updates.sort(byFirstIds));
    if (inserts.length > 0) await sql.insert(table, [...KEY, 'price'], inserts);
}
