import { Asset } from '@vendure/core';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { InstalledIndex } from './installed-index';

/**
 * Corrects the focal points of assets in the rows of all that they stand for, however much that is. Only they stand in
 * the index besides the preview, which nothing changes.
 */
export async function correctFocalPoints(
    assetIds: readonly EntityId[],
    index: InstalledIndex,
    sql: SqlSession,
): Promise<void> {
    const assets = await sql.selectIn(sql.table(Asset), ['id', 'focalPoint'], 'id', assetIds);
    const table = sql.table(index.metadata.target);
    await sql.update(table, ['productAssetId'], ['productPreviewFocalPoint'], assets);
    await sql.update(table, ['productVariantAssetId'], ['productVariantPreviewFocalPoint'], assets);
}
