import { Asset } from '@vendure/core';
import { DataHubReference } from '../../entities/data-hub-reference.entity';
import { idFromText } from '../apply/batch';
import { retryWhenTaken } from '../apply/claim-shared';
import { codeFor } from '../product/codes';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { ASSET_CONTENT_SOURCE, ASSET_ENTITY_TYPE, ASSET_FILE_SOURCE, assetReferenceId } from './asset-reference';

/** What a reference says before the asset is there. */
const NOBODY = '';

/**
 * References that are written before the files, so that of two transactions that want the same path, content or file
 * name the second one waits. Storage knows no transactions: both would find a name free, and the second file would
 * take the place of the first one, or go with it when the first one is rolled back.
 */
export class AssetClaims {
    constructor(private readonly sql: SqlSession) {}

    /** `stale` are rows of assets that do not exist any more, by external id. */
    async take(source: string, externalIds: readonly string[], stale: ReadonlyMap<string, EntityId>): Promise<void> {
        const table = this.sql.table(DataHubReference);
        const missing = externalIds.filter(id => !stale.has(id));
        const old = externalIds.flatMap(id => stale.get(id) ?? []);
        await this.sql.update(
            table,
            ['id'],
            ['entityId'],
            old.map(id => [id, NOBODY]),
        );
        const rows = missing.sort().map(id => [source, ASSET_ENTITY_TYPE, id, NOBODY]);
        await retryWhenTaken('asset', () =>
            this.sql.insert(table, ['source', 'entityType', 'externalId', 'entityId'], rows),
        );
    }

    /** The assets are there now. */
    async settle(source: string, made: readonly [externalId: string, asset: EntityId][]): Promise<void> {
        const rows = made.map(([externalId, asset]) => [source, ASSET_ENTITY_TYPE, externalId, String(asset)]);
        const key = ['source', 'entityType', 'externalId'];
        await this.sql.update(this.sql.table(DataHubReference), key, ['entityId'], rows);
    }

    /** The asset that has this content; else the content is claimed. */
    async assetWithContent(hash: string): Promise<EntityId | undefined> {
        const [known] = await this.find(ASSET_CONTENT_SOURCE, hash);
        const table = this.sql.table(Asset);
        const id = known && idFromText(String(known[1]) || null, table);
        if (id !== undefined && (await this.sql.selectIn(table, ['id'], 'id', [id])).length > 0) return id;
        const stale = new Map(known ? [[hash, known[0] as EntityId]] : []);
        await this.take(ASSET_CONTENT_SOURCE, [hash], stale);
        return undefined;
    }

    /** Until the end of the transaction nobody else stores a file of that name. */
    async lockFileName(fileName: string): Promise<void> {
        if (this.sql.dialect === 'sqlite') return;
        const name = assetReferenceId(codeFor(fileName));
        const [known] = await this.find(ASSET_FILE_SOURCE, name);
        if (!known) {
            await this.take(ASSET_FILE_SOURCE, [name], new Map());
            return;
        }
        const table = this.sql.table(DataHubReference);
        const { sql, parameters } = this.sql.inList(table.column('id'), [known[0]]);
        await this.sql.query(`SELECT 1 FROM ${table.path} WHERE ${sql} FOR UPDATE`, parameters);
    }

    private find(source: string, externalId: string): Promise<unknown[][]> {
        const equals = { source, entityType: ASSET_ENTITY_TYPE };
        const table = this.sql.table(DataHubReference);
        return this.sql.selectIn(table, ['id', 'entityId'], 'externalId', [externalId], { equals });
    }
}
