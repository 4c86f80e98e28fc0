import { Product, ProductVariant } from '@vendure/core';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { compareIds } from '../sql/key-order';

/** A soft delete has the one column, whatever its change set says besides. */
export function markDeletions(batch: Batch, description: EntityDescription, now: Date): void {
    const { deletedAt } = description.paths;
    if (deletedAt?.type !== 'column') return;
    for (const entity of batch.of(description)) {
        if (entity.change.action !== 'DELETE') continue;
        const given = entity.columns.get(deletedAt.property);
        const isTime = typeof given === 'string' && !Number.isNaN(Date.parse(given));
        entity.setColumn(deletedAt.property, isTime ? given : now.toISOString());
    }
}

/**
 * What goes with a deleted product in Vendure: its variants are deleted too, in every channel, and its option groups
 * are let go, since they may belong to other products. Prices, stock, links to facets and assets stay.
 */
export async function deleteWithProducts(batch: Batch, products: EntityDescription): Promise<void> {
    const { sql } = batch;
    const deleted = batch.of(products).filter(entity => entity.change.action === 'DELETE');
    if (deleted.length === 0) return;
    const deletedAt = new Map(
        deleted.map(entity => [entity.knownId(), new Date(entity.columns.get('deletedAt') as string)]),
    );
    const ids = [...deletedAt.keys()].sort(compareIds);
    const variants = sql.table(ProductVariant);
    const living = await sql.selectIn(variants, ['id', 'productId'], 'productId', ids, { isNull: ['deletedAt'] });
    if (living.length > 0) {
        const rows = living.map(([id, productId]) => [id, deletedAt.get(productId as never)]);
        await sql.update(variants, ['id'], ['deletedAt'], rows);
    }
    const groups = sql.joinTable(Product, 'optionGroups');
    const links = await sql.linksOf(groups, ids);
    if (links.length > 0) await sql.unlink(groups, links);
}
