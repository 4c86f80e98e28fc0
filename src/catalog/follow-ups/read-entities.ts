import { type DataSource, type EntityMetadata, In, type ObjectLiteral, type Repository } from 'typeorm';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata';
import { openSqlSession } from '../sql/open-sql-session';
import type { EntityId, SqlSession } from '../sql/sql-session';

const IDS_PER_QUERY = 500;

/**
 * Entities as `find` of TypeORM gives them, in no particular order, at half its price: each table is read by itself, so there
 * is nothing to join and to put together. Listeners of `afterLoad` are not called.
 */
export async function readEntities<E extends ObjectLiteral>(
    dataSource: DataSource,
    entity: new () => E,
    ids: readonly EntityId[],
): Promise<E[]> {
    if (ids.length === 0) return [];
    if (!isOfSingleRows(dataSource.getMetadata(entity))) return findEntities(dataSource.getRepository(entity), ids);
    const queryRunner = dataSource.createQueryRunner();
    try {
        const sql = await openSqlSession(queryRunner);
        return (await read(sql, sql.table(entity).metadata, ids)).map(([, found]) => found as E);
    } finally {
        await queryRunner.release();
    }
}

/** Likewise through `find`, with relations if they are named. */
export async function findEntities<E extends ObjectLiteral>(
    repository: Repository<E>,
    ids: readonly EntityId[],
    relations: object = {},
): Promise<E[]> {
    const found: E[] = [];
    for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
        const where = { id: In(ids.slice(start, start + IDS_PER_QUERY)) } as never;
        found.push(...(await repository.find({ where, relations: relations as never })));
    }
    return found;
}

/** What comes with it of its own accord is one row each, such as a customer's account, and none of them is ever hidden. */
function isOfSingleRows({ eagerRelations, deleteDateColumn }: EntityMetadata): boolean {
    if (deleteDateColumn) return false;
    return eagerRelations.every(relation => {
        const isSingle = relation.isOneToOneOwner || relation.isManyToOne;
        return isSingle && relation.joinColumns.length === 1 && isOfSingleRows(relation.inverseEntityMetadata);
    });
}

async function read(
    sql: SqlSession,
    metadata: EntityMetadata,
    ids: readonly EntityId[],
): Promise<[id: EntityId, found: ObjectLiteral][]> {
    const table = sql.table(metadata.target);
    const { idPath } = table;
    const columns = metadata.columns.filter(column => column.isSelect && !column.isVirtual);
    const keys = metadata.eagerRelations.map(({ propertyPath }) => propertyPath);
    const paths = [idPath, ...keys, ...columns.map(({ propertyPath }) => propertyPath)];
    const rows = await sql.selectIn(table, paths, idPath, ids);
    const found = rows.map(([id, ...row]): [EntityId, ObjectLiteral] => {
        const made = metadata.create() as ObjectLiteral;
        columns.forEach((column, i) => column.setEntityValue(made, row[keys.length + i]));
        return [id as EntityId, made];
    });
    for (const [at, relation] of metadata.eagerRelations.entries()) {
        await attach(
            sql,
            relation,
            found.map(([, owner], i) => [owner, rows[i]![1 + at] as EntityId | null]),
        );
    }
    return found;
}

async function attach(
    sql: SqlSession,
    relation: RelationMetadata,
    owners: readonly [owner: ObjectLiteral, key: EntityId | null][],
): Promise<void> {
    const keys = owners.flatMap(([, key]) => key ?? []);
    const targets = new Map(await read(sql, relation.inverseEntityMetadata, keys));
    for (const [owner, key] of owners) relation.setEntityValue(owner, key === null ? null : targets.get(key));
}
