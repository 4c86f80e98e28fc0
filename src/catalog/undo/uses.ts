import { Asset, OrderableAsset } from '@vendure/core';
import type { EntityMetadata } from 'typeorm';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata';
import type { EntityDescription } from '../apply/entity-description';
import type { EntityId, SqlSession } from '../sql/sql-session';

/** Something that refers to an entity. */
export interface Use {
    ownerType: string;
    ownerId: string;
}

export interface UseQuestion {
    metadatas: readonly EntityMetadata[];
    /** Every user is wanted, as in a dry run; else those of the batch, and one of the others for each entity. */
    all: boolean;
    /** Ids of the entities that the batch may change, by type. */
    inBatch: ReadonlyMap<string, readonly EntityId[]>;
}

/**
 * Who refers to the entities, by id: living rows of every table that points to theirs, custom fields and order lines
 * included. What a translation or a channel says does not count. At most two statements for each such relation.
 */
export async function usesOf(
    description: Pick<EntityDescription, 'entity'>,
    ids: readonly EntityId[],
    sql: SqlSession,
    { metadatas, all, inBatch }: UseQuestion,
): Promise<Map<string, Use[]>> {
    const uses = new Map<string, Use[]>();
    if (ids.length === 0) return uses;
    const { metadata } = sql.table(description.entity);
    for (const relation of relationsTo(metadata, metadatas)) {
        const own = all ? [] : (inBatch.get(relation.ownerName) ?? []);
        const found = await usersBy(relation, ids, sql, { grouped: !all, except: own });
        if (own.length > 0) found.push(...(await usersBy(relation, ids, sql, { grouped: false, only: own })));
        for (const [target, owner] of found) {
            const list = uses.get(target);
            const use = { ownerType: relation.ownerName, ownerId: owner };
            if (list) list.push(use);
            else uses.set(target, [use]);
        }
    }
    return uses;
}

interface Pointer {
    ownerName: string;
    owner: EntityMetadata;
    /** Table that holds the reference, with its columns. */
    path: string;
    targetColumn: string;
    ownerColumn: string;
}

function relationsTo(target: EntityMetadata, metadatas: readonly EntityMetadata[]): Pointer[] {
    const pointers: Pointer[] = [];
    for (const owner of metadatas) {
        if (owner.tableType === 'junction' || owner.tableType === 'view') continue;
        for (const relation of owner.relations) {
            if (relation.inverseEntityMetadata !== target || relation.propertyName === 'base') continue;
            if (owner.inheritanceTree.some(type => PARTS.has(type.name))) continue;
            // A row of an entity's own list of assets goes with it.
            if (isAssetRow(owner) && target.name !== Asset.name) continue;
            const pointer = pointerOf(owner, relation);
            if (pointer) pointers.push(pointer);
        }
    }
    return pointers;
}

/** Rows that tell of an entity or belong to it, and do not need it for anything of their own. */
const PARTS = new Set(['HistoryEntry', 'AuthenticationMethod']);

function pointerOf(owner: EntityMetadata, relation: RelationMetadata): Pointer | undefined {
    if (relation.isManyToMany) {
        // The other side has it, such as a channel its facets; it does not need it.
        if (!relation.isManyToManyOwner) return undefined;
        const junction = relation.junctionEntityMetadata!;
        const [own] = junction.ownerColumns;
        const [other] = junction.inverseColumns;
        return {
            ownerName: owner.name,
            owner,
            path: junction.tablePath,
            targetColumn: other!.databaseName,
            ownerColumn: own!.databaseName,
        };
    }
    const [column] = relation.joinColumns;
    if (!column) return undefined;
    const [id] = owner.primaryColumns;
    // Rows that put an asset into a list stand for the owner of the list.
    const list = isAssetRow(owner) ? owner.manyToOneRelations.find(other => other !== relation) : undefined;
    return {
        ownerName: list ? list.inverseEntityMetadata.name : owner.name,
        owner: list ? list.inverseEntityMetadata : owner,
        path: owner.tablePath,
        targetColumn: column.databaseName,
        ownerColumn: list ? list.joinColumns[0]!.databaseName : id!.databaseName,
    };
}

function isAssetRow({ target }: EntityMetadata): boolean {
    return typeof target === 'function' && target.prototype instanceof OrderableAsset;
}

async function usersBy(
    { owner, path, targetColumn, ownerColumn }: Pointer,
    ids: readonly EntityId[],
    sql: SqlSession,
    { grouped, only, except = [] }: { grouped: boolean; only?: readonly EntityId[]; except?: readonly EntityId[] },
): Promise<[target: string, owner: string][]> {
    const quotedPath = (tablePath: string) =>
        tablePath
            .split('.')
            .map(part => sql.quote(part))
            .join('.');
    const target = `r.${sql.quote(targetColumn)}`;
    const own = `r.${sql.quote(ownerColumn)}`;
    const conditions = [sql.inList(target, ids)];
    if (only) conditions.push(sql.inList(own, only));
    if (except.length > 0) {
        const { sql: isExcept, parameters } = sql.inList(own, except);
        conditions.push({ sql: `NOT (${isExcept})`, parameters });
    }
    const { deleteDateColumn, primaryColumns } = owner;
    const deletedAt = owner.findColumnWithPropertyPath('deletedAt') ?? deleteDateColumn;
    const living = deletedAt
        ? ` JOIN ${quotedPath(owner.tablePath)} o ON o.${sql.quote(primaryColumns[0]!.databaseName)} = ${own}` +
          ` AND o.${sql.quote(deletedAt.databaseName)} IS NULL`
        : '';
    const asText = sql.dialect === 'mysql' ? 'CHAR' : sql.dialect === 'sqlite' ? 'TEXT' : 'VARCHAR';
    const columns = grouped ? `${target}, MIN(CAST(${own} AS ${asText}))` : `DISTINCT ${target}, ${own}`;
    const where = conditions.map(condition => condition.sql).join(' AND ');
    const rows = await sql.query(
        `SELECT ${columns} FROM ${quotedPath(path)} r${living} WHERE ${where}${grouped ? ` GROUP BY ${target}` : ''}`,
        conditions.flatMap(condition => condition.parameters),
    );
    return rows.map(([to, from]) => [String(to), String(from)]);
}
