import { Asset, ConfigService, type Injector, Logger } from '@vendure/core';
import type { ChangeSet, EntityChange } from '../../sdk/change-set';
import { idFromText } from '../apply/batch';
import type { SqlSession } from '../sql/sql-session';

const loggerCtx = 'DataHub';

/**
 * Files of assets that are deleted. They go once the deletion is committed, since files know no rollback; a process that
 * dies in between leaves files behind that no row names.
 */
export class DeletedFiles {
    private readonly files = new WeakMap<EntityChange, string[]>();

    constructor(private readonly injector: Injector) {}

    /** While the rows are still there. */
    async note(changeSets: readonly ChangeSet[], sql: SqlSession): Promise<void> {
        const table = sql.table(Asset);
        const byId = new Map(assetsOf(changeSets).map(change => [change.entityId!, change]));
        const ids = [...byId.keys()].flatMap(id => idFromText(id, table) ?? []);
        for (const [id, source, preview] of await sql.selectIn(table, ['id', 'source', 'preview'], 'id', ids)) {
            this.files.set(byId.get(String(id))!, [...new Set([String(source), String(preview)])]);
        }
    }

    async remove(changeSets: readonly ChangeSet[]): Promise<void> {
        const { assetStorageStrategy } = this.injector.get(ConfigService).assetOptions;
        for (const file of assetsOf(changeSets).flatMap(change => this.files.get(change) ?? [])) {
            await assetStorageStrategy.deleteFile(file).catch((error: unknown) => {
                Logger.warn(`The file "${file}" of a deleted asset could not be removed: ${String(error)}`, loggerCtx);
            });
        }
    }
}

function assetsOf(changeSets: readonly ChangeSet[]): EntityChange[] {
    return changeSets
        .flatMap(({ entities }) => entities)
        .filter(({ entityType, action }) => entityType === 'Asset' && action === 'DELETE');
}
