import { Channel, MutableRequestContext, ProductVariant, RequestContext, TransactionalConnection } from '@vendure/core';
import type { CatalogHost, CatalogScope } from '../catalog-scope';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { indexRowsOf } from './index-rows';
import { readIndexedCatalog } from './indexed-catalog';
import type { InstalledIndex } from './installed-index';

export interface StaleEntries {
    /** Products of which every variant is to be written anew. */
    productIds: readonly EntityId[];
    variantIds: readonly EntityId[];
}

/** Id that Vendure gives to the row of a product without variants. */
const NO_VARIANT = 0;

/**
 * Writes rows of DefaultSearchPlugin's index from what the catalog holds: afterwards the rows of these variants are
 * those that a reindex of all channels would have written. The number of statements does not depend on how many there are.
 */
export class SearchIndexWriter {
    constructor(
        private readonly host: CatalogHost,
        private readonly index: InstalledIndex,
    ) {}

    async write(stale: StaleEntries, { ctx, sql }: CatalogScope): Promise<void> {
        const { injector } = this.host;
        const { variantIds, productIds } = await this.everythingStale(stale, sql);
        const table = sql.table(this.index.metadata.target);
        const channels = await injector
            .get(TransactionalConnection)
            .getRepository(ctx, Channel)
            .find({ relations: { defaultTaxZone: true }, order: { id: 'ASC' } });
        const catalog = await readIndexedCatalog(variantIds, sql);
        const { columns, rows } = await indexRowsOf(catalog, {
            index: this.index,
            channels,
            injector,
            ctx: mutable(ctx),
            dialect: sql.dialect,
        });

        // Asked first: MySQL locks the gaps of what it does not find to delete, and lanes would wait for each other.
        const present = await sql.selectIn(table, ['productVariantId'], 'productVariantId', variantIds);
        await sql.delete(
            table,
            ['productVariantId'],
            [...new Set(present.map(([id]) => id))].map(id => [id]),
        );
        await this.forgetBareProducts(productIds, sql);
        await sql.insert(table, columns, rows);
    }

    /** Deleted variants included, as they must lose their rows. */
    private async everythingStale(stale: StaleEntries, sql: SqlSession) {
        const table = sql.table(ProductVariant);
        const columns = ['id', 'productId'];
        const variants = await sql.selectIn(table, columns, 'id', stale.variantIds);
        const ofVariants = variants.map(([, productId]) => productId as EntityId);
        // The rows of all variants tell whether any of them is in stock.
        const whole = this.index.withStock ? [...stale.productIds, ...ofVariants] : stale.productIds;
        const siblings = await sql.selectIn(table, columns, 'productId', whole);
        return {
            variantIds: [...new Set([...variants, ...siblings].map(([id]) => id as EntityId))],
            productIds: [...new Set([...stale.productIds, ...ofVariants])],
        };
    }

    /** Takes away the row that Vendure makes for a product without variants; its reindex does, too. */
    private async forgetBareProducts(productIds: readonly EntityId[], sql: SqlSession): Promise<void> {
        const table = sql.table(this.index.metadata.target);
        const bare = await sql.selectIn(table, ['productId'], 'productVariantId', [NO_VARIANT]);
        const stale = new Set(productIds.map(String));
        const keys = bare.filter(([id]) => stale.has(String(id))).map(([id]) => [NO_VARIANT, id]);
        await sql.delete(table, ['productVariantId', 'productId'], keys);
    }
}

/** Strategies are asked about one channel after the other with one context, so that they may cache what they read. */
function mutable(ctx: RequestContext): MutableRequestContext {
    const copy = new MutableRequestContext({
        apiType: ctx.apiType,
        channel: ctx.channel,
        languageCode: ctx.languageCode,
        isAuthorized: true,
        authorizedAsOwnerOnly: false,
        ...(ctx.session ? { session: ctx.session } : {}),
        ...(ctx.req ? { req: ctx.req } : {}),
    });
    // The transaction travels under a symbol of Vendure's.
    for (const key of Object.getOwnPropertySymbols(ctx)) Reflect.set(copy, key, Reflect.get(ctx, key));
    return copy;
}
