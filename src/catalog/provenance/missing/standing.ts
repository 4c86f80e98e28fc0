import type { DataSource } from 'typeorm';
import { DataHubReference } from '../../../entities/data-hub-reference.entity';
import { idFromText } from '../../apply/batch';
import { descriptionsIn } from '../../apply/description-book';
import type { EntityDescription } from '../../apply/entity-description';
import { openSqlSession } from '../../sql/open-sql-session';
import type { EntityId, SqlSession } from '../../sql/sql-session';
import type { MissingReference, SourceOfRun } from './missing-references';

export interface Live {
    key: string;
    isDeleted: boolean;
    isEnabled: boolean;
}

/** What the shop has of things that came no more. */
export interface Standing {
    /** By id; without those that were deleted for good. Absent for entities that change sets cannot write. */
    live?: ReadonlyMap<string, Live>;
    /** Entities that came in this run under another id. */
    present: ReadonlySet<string>;
}

export async function standingOf(
    entityIds: readonly string[],
    of: SourceOfRun,
    description: EntityDescription | undefined,
    sql: SqlSession,
): Promise<Standing> {
    const present = await presentIn(of, entityIds, sql);
    return description ? { live: await readLive(description, entityIds, sql), present } : { present };
}

/** Whether nothing is left to do about something that came no more. */
export function isDealtWith(entityId: string, { live, present }: Standing, onMissing: string): boolean {
    if (present.has(entityId)) return true;
    if (!live) return false;
    const entity = live.get(entityId);
    return !entity || entity.isDeleted || (onMissing === 'DISABLE' && !entity.isEnabled);
}

/** Tells what of the missing stands in the shop as if it still came. */
export class ShopNow {
    constructor(
        private readonly database: DataSource,
        private readonly of: SourceOfRun,
        private readonly onMissing: string,
    ) {}

    async leftOf(page: readonly MissingReference[]): Promise<MissingReference[]> {
        const queryRunner = this.database.createQueryRunner();
        try {
            const sql = await openSqlSession(queryRunner);
            const description = descriptionsIn(this.database).find(this.of.entityType);
            const ids = page.map(({ entityId }) => entityId);
            const standing = await standingOf(ids, this.of, description, sql);
            return page.filter(({ isDone, entityId }) => isDone || !isDealtWith(entityId, standing, this.onMissing));
        } finally {
            await queryRunner.release();
        }
    }
}

async function presentIn(
    { source, entityType, runId, seen }: SourceOfRun,
    entityIds: readonly string[],
    sql: SqlSession,
): Promise<Set<string>> {
    const rows = await sql.selectIn(sql.table(DataHubReference), ['entityId', 'id'], 'entityId', entityIds, {
        equals: { source, entityType, ...(seen ? {} : { lastSeenRun: runId }) },
    });
    const came = rows
        .filter(([, id]) => !seen || seen.references.has(String(id)))
        .map(([entityId]) => String(entityId));
    return new Set([...came, ...entityIds.filter(id => seen?.entities.has(id))]);
}

async function readLive(
    description: EntityDescription,
    entityIds: readonly string[],
    sql: SqlSession,
): Promise<Map<string, Live>> {
    const table = sql.table(description.entity);
    const ids = entityIds.flatMap(id => idFromText(id, table) ?? []);
    const name = ['sku', 'code'].find(column => table.has(column));
    const { idPath } = table;
    const rule = description.paths['deletedAt'];
    const deletedColumn = rule?.type === 'column' ? rule.property : undefined;
    const columns = [idPath, deletedColumn ?? idPath, table.has('enabled') ? 'enabled' : idPath, name ?? idPath];
    const rows = await sql.selectIn(table, columns, idPath, ids);
    const names = name === undefined ? await slugsOf(description, ids, sql) : undefined;
    return new Map(
        rows.map(([id, deletedAt, enabled, key]) => [
            String(id),
            {
                key: names ? (names.get(String(id)) ?? `id:${String(id)}`) : String(key),
                isDeleted: deletedColumn !== undefined && deletedAt !== null,
                isEnabled: !table.has('enabled') || enabled === true,
            },
        ]),
    );
}

async function slugsOf(
    { translations }: EntityDescription,
    ids: readonly EntityId[],
    sql: SqlSession,
): Promise<Map<string, string>> {
    if (!translations) return new Map();
    const table = sql.table(translations.entity);
    const column = ['slug', 'name'].find(each => table.has(each));
    if (column === undefined) return new Map();
    const rows = await sql.selectIn(table, ['base', column], 'base', ids);
    return new Map(rows.map(([base, key]) => [String(base), String(key)]));
}
