import { UserError } from '../../sdk/errors';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession, Table } from '../sql/sql-session';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';

/**
 * Puts entities into their tree: the parent of each, and the closure table that names all its ancestors. Parents may come
 * after their children in the batch.
 *
 * The root's row is locked first, so that two transactions never make a loop of two moves that are each right alone.
 * A number of statements that depends neither on the number of entities nor on the depth of the tree.
 */
export async function writeTree(batch: Batch, description: EntityDescription): Promise<void> {
    const { sql, references } = batch;
    const rule = Object.values(description.paths).find(path => path.type === 'parent');
    if (!rule) return;
    const moved = batch.of(description).filter(entity => entity.parent !== undefined && entity.action !== 'DELETE');
    if (moved.length === 0) return;
    const table = sql.table(description.entity);
    const root = await lockRoot(table, sql);
    const parents = new Map<EntityId, EntityId>(
        moved.map(entity => [entity.knownId(), entity.parent ? entity.parent.in(references) : root]),
    );
    const rows = [...parents].sort(([a], [b]) => compareIds(a, b));
    await sql.update(table, ['id'], [rule.property], rows);

    const closure = closureOf(table, sql);
    const existing = moved.filter(entity => !entity.creates).map(entity => entity.knownId());
    const below = await sql.selectIn(closure, [DESCENDANT], ANCESTOR, existing);
    const affected = [...new Set([...parents.keys(), ...below.map(([id]) => id as EntityId)])].sort(compareIds);
    for (const [id, parent] of await sql.selectIn(table, ['id', rule.property], 'id', affected)) {
        parents.set(id as EntityId, parent as EntityId);
    }
    const outer = [...new Set(parents.values())].filter(id => !parents.has(id));
    const above = new Map<EntityId, EntityId[]>();
    for (const [id, ancestor] of await sql.selectIn(closure, [DESCENDANT, ANCESTOR], DESCENDANT, outer)) {
        above.set(id as EntityId, [...(above.get(id as EntityId) ?? []), ancestor as EntityId]);
    }
    const wanted = affected.flatMap(id => lineOf(id, parents, above).map(ancestor => [ancestor, id]));
    if (existing.length > 0) {
        await sql.delete(
            closure,
            [DESCENDANT],
            affected.map(id => [id]),
        );
    }
    await sql.insert(closure, [ANCESTOR, DESCENDANT], wanted);
}

/** Lets go of the parents first: MySQL checks each row, whatever else the statement deletes. */
export async function deleteFromTree(
    { sql }: Batch,
    description: EntityDescription,
    ids: readonly EntityId[],
): Promise<void> {
    const rule = Object.values(description.paths).find(path => path.type === 'parent');
    if (!rule) return;
    const table = sql.table(description.entity);
    const keys = ids.map(id => [id]);
    await sql.delete(closureOf(table, sql), [DESCENDANT], keys);
    await sql.delete(closureOf(table, sql), [ANCESTOR], keys);
    await sql.update(
        table,
        ['id'],
        [rule.property],
        ids.map(id => [id, null]),
    );
}

const ANCESTOR = 'id_ancestor';
const DESCENDANT = 'id_descendant';

/** The table that TypeORM keeps for the tree. */
export function closureOf(table: Table, sql: SqlSession): Table {
    return sql.table(table.metadata.closureJunctionTable.tableName);
}

/** The entity itself, its parent, the parent's parent and so on. */
function lineOf(
    id: EntityId,
    parents: ReadonlyMap<EntityId, EntityId>,
    above: ReadonlyMap<EntityId, EntityId[]>,
): EntityId[] {
    const line = new Set<EntityId>();
    for (let at: EntityId | undefined = id; at !== undefined && at !== null; at = parents.get(at)) {
        if (line.has(at)) throw madeALoop(at);
        line.add(at);
        for (const ancestor of parents.has(at) ? [] : (above.get(at) ?? [])) line.add(ancestor);
    }
    return [...line];
}

/** Somebody else has moved a parent since the change sets were decided. */
function madeALoop(id: EntityId): UserError {
    return new UserError(
        'collection-loop',
        `The collection with the id ${id} would come to stand below itself, as its parents have just been moved.`,
        'Load the record again, and correct the parents if it is refused again.',
        { field: 'parent' },
    );
}

async function lockRoot(table: Table, sql: SqlSession): Promise<EntityId> {
    const [id, isRoot] = [table.column('id'), table.column('isRoot')];
    const lock = sql.dialect === 'sqlite' ? '' : ' FOR UPDATE';
    const yes = sql.dialect === 'postgres' ? 'TRUE' : '1';
    const rows = await sql.query(
        `SELECT ${id} FROM ${table.path} WHERE ${isRoot} = ${yes} ORDER BY ${table.column('createdAt')}, ${id}${lock}`,
    );
    if (rows[0]) return rows[0][0] as EntityId;
    throw new UserError(
        'no-root-collection',
        'The shop has no root collection, below which all others stand.',
        'Open the list of collections in the dashboard once: Vendure creates the root then.',
    );
}
