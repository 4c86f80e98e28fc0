import { ConfigService, Injector, ProductVariant } from '@vendure/core';
import type { CatalogScope } from '../catalog-scope';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { slugsOf } from './index-rows';
import { linked, readCollectionTexts } from './indexed-catalog';
import type { InstalledIndex } from './installed-index';

const VARIANTS_PER_PAGE = 2_000;

/**
 * Corrects the rows whose collections are not those of the catalog: all of the index, a page of variants per transaction.
 * Not only what a run has touched, because which collections a variant is in can change for others as well, and because
 * this way a crash on the way leaves nothing that the next run would not find.
 */
export async function correctCollections(
    index: InstalledIndex,
    injector: Injector,
    inTransaction: (work: (scope: CatalogScope) => Promise<void>) => Promise<boolean>,
): Promise<void> {
    const { defaultLanguageCode } = injector.get(ConfigService);
    let last: unknown;
    let isDone = false;
    while (!isDone) {
        const written = await inTransaction(async ({ sql }) => {
            const ids = await nextVariants(index, sql, last);
            await correctPage(ids, index, sql, defaultLanguageCode);
            isDone = ids.length < VARIANTS_PER_PAGE;
            last = ids.at(-1);
        });
        if (!written) return;
    }
}

async function nextVariants(index: InstalledIndex, sql: SqlSession, last: unknown): Promise<EntityId[]> {
    const table = sql.table(index.metadata.target);
    const column = table.column('productVariantId');
    const rows = await sql.query(
        `SELECT DISTINCT ${column} FROM ${table.path} ${last === undefined ? '' : `WHERE ${column} > ?`} ` +
            `ORDER BY ${column} LIMIT ${VARIANTS_PER_PAGE}`,
        last === undefined ? [] : [last],
    );
    return rows.map(([id]) => id as EntityId);
}

async function correctPage(
    ids: readonly EntityId[],
    index: InstalledIndex,
    sql: SqlSession,
    fallback: string,
): Promise<void> {
    const table = sql.table(index.metadata.target);
    const columns = ['productVariantId', 'languageCode', 'collectionIds', 'collectionSlugs'];
    const rows = await sql.selectIn(table, columns, 'productVariantId', ids);
    const collections = byText(await linked(ProductVariant, 'collections', ids, sql));
    const texts = await readCollectionTexts([...collections.values()].flat(), sql);
    const wrong = new Map<string, unknown[]>();
    for (const [id, languageCode, oldIds, oldSlugs] of rows) {
        const collectionIds = collections.get(String(id)) ?? [];
        const collectionSlugs = slugsOf(collectionIds, texts, languageCode as string, fallback);
        if (isSame(oldIds, collectionIds.map(String)) && isSame(oldSlugs, collectionSlugs)) continue;
        const row = [id, languageCode, collectionIds.map(String), collectionSlugs];
        wrong.set(`${String(id)}/${String(languageCode)}`, row);
    }
    await sql.update(table, columns.slice(0, 2), columns.slice(2), [...wrong.values()]);
}

/** Ids of the index are text where those of the catalog are uuids. */
function byText<T>(lists: ReadonlyMap<EntityId, T>): Map<string, T> {
    return new Map([...lists].map(([id, list]) => [String(id), list]));
}

/** In any order: Vendure's indexer writes them as the database gives them. */
function isSame(stored: unknown, wanted: readonly string[]): boolean {
    const list = (Array.isArray(stored) ? stored.map(String) : []).filter(entry => entry !== '');
    return list.length === wanted.length && list.sort().join() === [...wanted].sort().join();
}
