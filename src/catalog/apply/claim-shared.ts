import { Defect, TransientError } from '../../sdk/errors';
import { waitInLine } from '../provenance/key-claims';
import { foldedName, isSameName } from '../product/names';
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
    const existing = description.parent
        ? await existingValues(batch, description, entities)
        : await existingFacets(batch, description, entities);
    const own = new Set(
        batch.records.flatMap(({ key, entities: [first] }) => (first?.change.key === key ? first : [])),
    );
    return entities.filter(entity => {
        const id = existing(entity, own.has(entity));
        if (id === undefined) return true;
        if (own.has(entity)) throw createdConcurrently(whatIs(entity));
        entity.takeExisting(id, batch.references);
        return false;
    });
}

/** Finds what was to be created; `isOwn` when the record is about nothing else. */
type Existing = (entity: PendingEntity, isOwn: boolean) => EntityId | undefined;

async function existingFacets(
    { sql }: Batch,
    description: EntityDescription,
    entities: readonly PendingEntity[],
): Promise<Existing> {
    // Without it the second of two would meet a unique key that is taken, or a deadlock of two gaps on MySQL.
    await waitInLine(`creates:${description.kind.toLowerCase()}`, sql);
    const table = sql.table(description.entity);
    const columns = ['id', 'code'].map(property => table.column(property)).join(', ');
    const { sql: condition, parameters } = sql.inList(table.column('code'), entities.map(codeOf));
    const rows = await currentRead(`SELECT ${columns} FROM ${table.path} WHERE ${condition}`, parameters, sql);
    const byCode = new Map(rows.map(([id, code]) => [code, id as EntityId]));
    return entity => byCode.get(codeOf(entity));
}

/**
 * Values by their names, since a code may be that of several. One that has the code but another name was made for that name in
 * the same moment: when the batch is tried again, it knows and takes the next code.
 */
async function existingValues(
    { sql, references }: Batch,
    { entity: target, parent, translations }: EntityDescription,
    entities: readonly PendingEntity[],
): Promise<Existing> {
    const [table, names] = [sql.table(target), sql.table(translations!.entity)];
    const parentOf = (entity: PendingEntity) =>
        entity.reference(parent!, entity.parentKey, parent!.property).in(references);
    const parents = [...new Set(entities.map(parentOf))].sort(compareIds);
    await lockRows(sql, parentTable(table, parent!.property, sql), parents);
    const ofParents = sql.inList(`v.${table.column(parent!.property)}`, parents);
    const withCodes = sql.inList(`v.${table.column('code')}`, entities.map(codeOf));
    const withNames = sql.inList(`n.${names.column('name')}`, entities.flatMap(namesOf));
    const columns = ['id', 'code', parent!.property].map(property => `v.${table.column(property)}`).join(', ');
    const rows = await currentRead(
        `SELECT ${columns}, n.${names.column('name')} FROM ${table.path} v ` +
            `LEFT JOIN ${names.path} n ON n.${names.column('base')} = v.${table.column('id')} ` +
            `WHERE ${ofParents.sql} AND (${withCodes.sql} OR ${withNames.sql})`,
        [...ofParents.parameters, ...withCodes.parameters, ...withNames.parameters],
        sql,
    );
    const byCode = new Map<string, unknown[][]>();
    const byName = new Map<string, EntityId>();
    for (const [id, code, parentId, name] of rows) {
        const key = `${String(parentId)}\n${String(code)}`;
        byCode.set(key, [...(byCode.get(key) ?? []), [id, name]]);
        if (typeof name === 'string') byName.set(`${String(parentId)}\n${foldedName(name)}`, id as EntityId);
    }
    return (entity, isOwn) => {
        const [own, parentId] = [namesOf(entity), String(parentOf(entity))];
        const coded = byCode.get(`${parentId}\n${codeOf(entity)}`);
        const isMeant = ([, name]: unknown[]) =>
            typeof name !== 'string' || own.some(each => isSameName(each, name)) || isOwn;
        const same = coded?.find(isMeant);
        if (same) return same[0] as EntityId;
        if (coded) throw createdConcurrently(whatIs(entity));
        // A record of its own may well want a second value of that name.
        return isOwn || own[0] === undefined ? undefined : byName.get(`${parentId}\n${foldedName(own[0])}`);
    };
}

function namesOf({ translations }: PendingEntity): string[] {
    return translations.flatMap(({ cells }) => {
        const name = cells.get('name');
        return typeof name === 'string' ? name : [];
    });
}

function whatIs({ description, change }: PendingEntity): string {
    return `${description.entityType} "${change.key}"`;
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
async function currentRead(select: string, parameters: readonly unknown[], sql: SqlSession): Promise<unknown[][]> {
    return sql.query(select + (sql.dialect === 'mysql' ? ' FOR UPDATE' : ''), parameters);
}
