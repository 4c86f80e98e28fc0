import { basename } from 'node:path';
import { Asset, AssetTranslation } from '@vendure/core';
import { DataHubReference } from '../../entities/data-hub-reference.entity';
import { ASSET_ENTITY_TYPE, ASSET_SOURCE, assetReferenceId } from '../assets/asset-reference';
import type { EntityId, SqlSession } from '../sql/sql-session';

/** The assets that a batch mentions by path or URL, and the names of those that its products have. */
export class AssetDirectory {
    private readonly ids = new Map<string, EntityId>();
    private readonly keys = new Map<EntityId, string>();
    private readonly namesById = new Map<EntityId, string[]>();

    /** `linked` are assets that products of the batch have already; they certainly exist. */
    static async read(
        keys: ReadonlySet<string>,
        linked: ReadonlySet<EntityId>,
        sql: SqlSession,
    ): Promise<AssetDirectory> {
        const directory = new AssetDirectory();
        if (keys.size === 0) return directory;
        await directory.readReferences(keys, linked, sql);
        if (linked.size > 0 && [...keys].some(key => !directory.ids.has(key))) await directory.readNames(linked, sql);
        return directory;
    }

    /**
     * The asset for a path or URL: the one that was made from it, else one that its owner has already and that bears the
     * name of the file, as after an import by other means.
     */
    find(key: string, ownIds: readonly EntityId[]): EntityId | undefined {
        const id = this.ids.get(key);
        if (id !== undefined) return id;
        if (this.namesById.size === 0) return undefined;
        const fileName = fileNameOf(key);
        return ownIds.find(own =>
            this.namesById.get(own)?.some(name => name === fileName || withoutSuffix(name) === fileName),
        );
    }

    /** How a change set calls an asset: what the records of this batch call it, else its id. */
    keyOf(id: EntityId): string {
        return this.keys.get(id) ?? `id:${id}`;
    }

    private async readReferences(
        keys: ReadonlySet<string>,
        linked: ReadonlySet<EntityId>,
        sql: SqlSession,
    ): Promise<void> {
        const byReference = new Map<string, string>();
        for (const key of keys) byReference.set(assetReferenceId(key), key);
        const rows = await sql.selectIn(
            sql.table(DataHubReference),
            ['externalId', 'entityId'],
            'externalId',
            [...byReference.keys()],
            { equals: { source: ASSET_SOURCE, entityType: ASSET_ENTITY_TYPE } },
        );
        const linkedById = new Map([...linked].map(id => [String(id), id]));
        const unsure = rows.map(row => row[1] as string).filter(id => !linkedById.has(id));
        const existing = await sql.selectIn(sql.table(Asset), ['id'], 'id', unsure);
        const sure = new Map([...linkedById, ...existing.map(([id]) => [String(id), id as EntityId] as const)]);
        for (const [externalId, entityId] of rows) {
            const key = byReference.get(externalId as string);
            const id = sure.get(entityId as string);
            if (key === undefined || id === undefined) continue;
            this.ids.set(key, id);
            this.keys.set(id, key);
        }
    }

    private async readNames(ids: ReadonlySet<EntityId>, sql: SqlSession): Promise<void> {
        for (const [id, name] of await sql.selectIn(sql.table(AssetTranslation), ['base', 'name'], 'base', [...ids])) {
            const names = this.namesById.get(id as EntityId);
            if (names) names.push(name as string);
            else this.namesById.set(id as EntityId, [name as string]);
        }
    }
}

function fileNameOf(key: string): string {
    if (!/^https?:\/\//i.test(key)) return basename(key.replace(/\\/g, '/'));
    try {
        return decodeURIComponent(basename(new URL(key).pathname));
    } catch {
        return basename(key);
    }
}

/** Storage strategies make file names unique with `__02`. */
function withoutSuffix(name: string): string {
    return name.replace(/__\d+(?=\.[^.]*$|$)/, '');
}
