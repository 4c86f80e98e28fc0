import { Defect, TransientError } from '../../sdk/errors';
import { waitInLine } from '../provenance/key-claims';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession, Table } from '../sql/sql-session';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { PendingEntity } from './pending-entity';

/**
 * Facets and facet values are wanted by many records, so two batches in flight may both be about to create the same one.
 * Looks again for what is to be created, with a read that sees the latest commits, and returns what is still missing.
 *
 * Those who create facets take turns, so that whoever comes second waits and then finds the facet; somebody outside of DataHub
 * may still be faster, which the unique key of its code tells. A value has none: its facet's row is locked first.
 *
 * What a product needs is taken as it is; a record that is about the facet or value itself has more to say, and is tried again.
 */
export async function claimShared(
    batch: Batch,
    description: EntityDescription,
    entities: readonly PendingEntity[],
): Promise<PendingEntity[]> {
    if (entities.length === 0 || !description.shared) return [...entities];
    const { sql, references } = batch;
    const table = sql.table(description.entity);
    const { parent } = description;
    let rows: unknown[][];
    if (parent) {
        const parents = entities.map(entity =>
            entity.reference(parent, entity.parentKey, parent.property).in(references),
        );
        const ids = [...new Set(parents)].sort(compareIds);
        await lockRows(sql, parentTable(table, parent.property, sql), ids);
        rows = await currentRead(sql, table, ['id', 'code', parent.property], parent.property, ids);
    } else {
        // Without it the second of two would meet a unique key that is taken, or a deadlock of two gaps on MySQL.
        await waitInLine(`creates:${description.kind.toLowerCase()}`, sql);
        rows = await currentRead(sql, table, ['id', 'code'], 'code', entities.map(codeOf));
    }
    const own = new Set(
        batch.records.flatMap(({ key, entities: [first] }) => (first?.change.key === key ? first : [])),
    );
    const existing = new Map(rows.map(([id, ...identity]) => [identity.map(String).join('\n'), id as EntityId]));
    return entities.filter(entity => {
        const identity = [codeOf(entity)];
        if (parent) identity.push(String(entity.reference(parent, entity.parentKey, parent.property).in(references)));
        const id = existing.get(identity.join('\n'));
        if (id === undefined) return true;
        if (own.has(entity)) throw createdConcurrently(`${description.entityType} "${entity.change.key}"`);
        entity.takeExisting(id, references);
        return false;
    });
}

/** A unique key that was taken in the same moment is no fault of the data: a fresh transaction will find the other one's row. */
export async function retryWhenTaken<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw createdConcurrently(what, error);
    }
}

function createdConcurrently(what: string, cause?: unknown): TransientError {
    return new TransientError(
        'created-concurrently',
        `Another transaction created the same ${what} at the same moment.`,
        'Nothing needs to be done: the batch is tried again.',
        {},
        { cause },
    );
}

const UNIQUE_VIOLATIONS = new Set([
    '23505',
    'ER_DUP_ENTRY',
    'SQLITE_CONSTRAINT_UNIQUE',
    'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

function isUniqueViolation(error: unknown): boolean {
    for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth++) {
        const { code, driverError } = cause as { code?: unknown; driverError?: { code?: unknown } };
        if (UNIQUE_VIOLATIONS.has(String(code)) || UNIQUE_VIOLATIONS.has(String(driverError?.code))) return true;
        cause = cause.cause;
    }
    return false;
}

function codeOf(entity: PendingEntity): string {
    const code = entity.columns.get('code');
    if (typeof code === 'string') return code;
    throw new Defect(
        'missing-column',
        `${entity.description.entityType} "${entity.change.key}" cannot be created: its change set gives no "code".`,
        undefined,
        { key: entity.recordKey, field: 'code' },
    );
}

function parentTable(table: Table, property: string, sql: SqlSession): Table {
    const relation = table.metadata.findColumnWithPropertyPath(property)?.relationMetadata;
    return sql.table(relation!.inverseEntityMetadata.target);
}

async function lockRows(sql: SqlSession, table: Table, ids: readonly EntityId[]): Promise<void> {
    if (sql.dialect === 'sqlite') return;
    const id = table.column('id');
    const { sql: condition, parameters } = sql.inList(id, ids);
    await sql.query(`SELECT ${id} FROM ${table.path} WHERE ${condition} ORDER BY ${id} FOR UPDATE`, parameters);
}

/** MySQL reads from the transaction's snapshot unless it locks; PostgreSQL and SQLite see the latest commits. */
async function currentRead(
    sql: SqlSession,
    table: Table,
    columns: readonly string[],
    column: string,
    values: readonly unknown[],
): Promise<unknown[][]> {
    const list = columns.map(property => table.column(property)).join(', ');
    const { sql: condition, parameters } = sql.inList(table.column(column), values);
    const lock = sql.dialect === 'mysql' ? ' FOR UPDATE' : '';
    return sql.query(`SELECT ${list} FROM ${table.path} WHERE ${condition}${lock}`, parameters);
}
