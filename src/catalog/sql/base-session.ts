import { randomUUID } from 'node:crypto';
import type { EntityTarget, ObjectLiteral, QueryRunner } from 'typeorm';
import { Defect } from '../../sdk/errors';
import { Column, ColumnMetadata, decodeRows } from './column';
import { type ConstantColumn, type InsertInput, insertInput } from './insert-input';
import { compareIds } from './key-order';
import type {
    EntityId,
    JoinTable,
    SelectCondition,
    SqlCondition,
    SqlDialectName,
    SqlSession,
    Table,
} from './sql-session';
import type { Statements } from './statements';
import { CompiledJoinTable, CompiledTable, TableCatalog } from './table';

export type Rows = readonly (readonly unknown[])[];

/** What is wanted of an insert: nothing but the rows, their generated ids, or only those rows whose key is not there. */
export type InsertMode = 'NOTHING' | 'IDS' | 'MISSING';

export interface Inserted {
    /** With `IDS`, in the order of the rows. */
    ids: EntityId[];
    /** With `MISSING`: how many rows are certainly new. */
    added: number;
}

/** An extra condition with its parameters already encoded. `placeholder` numbers them where the dialect does. */
export type FixedCondition = (placeholder: (value: unknown) => string) => string;

/** What all dialects share: which columns, which extra values, what comes back. The dialects write the SQL. */
export abstract class BaseSqlSession implements SqlSession {
    abstract readonly dialect: SqlDialectName;
    private readonly catalog: TableCatalog;

    constructor(
        protected readonly queryRunner: QueryRunner,
        protected readonly statements: Statements,
    ) {
        this.catalog = TableCatalog.of(queryRunner.connection);
    }

    get statementCount(): number {
        return this.statements.count;
    }

    /** Throws when the transaction is gone, see {@link Statements.abandon}. */
    assertUsable(): void {
        this.statements.assertUsable();
    }

    abandon(cause: unknown): void {
        this.statements.abandon(cause);
    }

    table(entity: EntityTarget<ObjectLiteral>): Table {
        return this.catalog.table(entity);
    }

    joinTable(entity: EntityTarget<ObjectLiteral>, relationPath: string): JoinTable {
        return this.catalog.joinTable(entity, relationPath);
    }

    async insert(table: Table, columns: readonly string[], rows: Rows): Promise<void> {
        if (rows.length === 0) return;
        const target = compiledTable(table);
        await this.insertRows(target, fillIn(target, columns, rows).input, 'NOTHING');
    }

    async insertMissing(table: Table, columns: readonly string[], rows: Rows): Promise<number> {
        if (rows.length === 0) return 0;
        const target = compiledTable(table);
        const { added } = await this.insertRows(target, fillIn(target, columns, rows).input, 'MISSING');
        return added;
    }

    async insertReturningIds(table: Table, columns: readonly string[], rows: Rows): Promise<EntityId[]> {
        if (rows.length === 0) return [];
        const target = compiledTable(table);
        const { id } = target;
        const filled = fillIn(target, columns, rows);
        const idIndex = filled.columns.findIndex(column => column.metadata === id.metadata);
        if (idIndex === -1) return (await this.insertRows(target, filled.input, 'IDS')).ids;
        await this.insertRows(target, filled.input, 'NOTHING');
        return filled.input.rows.map(row => row[idIndex] as EntityId);
    }

    async update(
        table: Table,
        keyColumns: readonly string[],
        setColumns: readonly string[],
        rows: Rows,
    ): Promise<void> {
        if (rows.length === 0 || setColumns.length === 0) return;
        const target = compiledTable(table);
        checkWidth(target, keyColumns.length + setColumns.length, rows);
        const sets = target.compiledAll(setColumns);
        const automatic: string[] = [];
        const { updateDateColumn, versionColumn } = target.metadata;
        if (updateDateColumn && !sets.some(column => column.metadata === updateDateColumn)) {
            const { name } = target.compiled(updateDateColumn.propertyPath);
            automatic.push(`${name} = ${this.now(updateDateColumn.precision)}`);
        }
        if (versionColumn && !sets.some(column => column.metadata === versionColumn)) {
            const { name } = target.compiled(versionColumn.propertyPath);
            automatic.push(`${name} = ${target.path}.${name} + 1`);
        }
        await this.updateRows(target, target.compiledAll(keyColumns), sets, automatic, inKeyOrder(rows));
    }

    async delete(table: Table, keyColumns: readonly string[], keys: Rows): Promise<void> {
        if (keys.length === 0) return;
        const target = compiledTable(table);
        checkWidth(target, keyColumns.length, keys);
        await this.deleteRows(target, target.compiledAll(keyColumns), inKeyOrder(keys));
    }

    async selectIn(
        table: Table,
        columns: readonly string[],
        column: string,
        values: readonly unknown[],
        where: SelectCondition = {},
    ): Promise<unknown[][]> {
        const distinct = distinctValues(values);
        if (distinct.length === 0) return [];
        const target = compiledTable(table);
        const selected = target.compiledAll(columns);
        const fixed = fixedConditions(target, where);
        return decodeRows(selected, await this.selectRows(target, selected, target.compiled(column), distinct, fixed));
    }

    async link(
        join: JoinTable,
        pairs: readonly [owner: EntityId, target: EntityId][],
        options: { ignoreExisting?: boolean } = {},
    ): Promise<void> {
        if (pairs.length === 0) return;
        const { table, owner, target } = compiledJoin(join);
        const input = insertInput([owner, target], inKeyOrder(pairs), []);
        await this.insertRows(table, input, options.ignoreExisting ? 'MISSING' : 'NOTHING');
    }

    async unlink(join: JoinTable, pairs: readonly [owner: EntityId, target: EntityId][]): Promise<void> {
        if (pairs.length === 0) return;
        const { table, owner, target } = compiledJoin(join);
        await this.deleteRows(table, [owner, target], inKeyOrder(pairs));
    }

    async linksOf(join: JoinTable, owners: readonly EntityId[]): Promise<[owner: EntityId, target: EntityId][]> {
        const distinct = distinctValues(owners);
        if (distinct.length === 0) return [];
        const { table, owner, target } = compiledJoin(join);
        const rows = await this.selectRows(table, [owner, target], owner, distinct, []);
        return decodeRows([owner, target], rows) as [EntityId, EntityId][];
    }

    quote(identifier: string): string {
        return this.queryRunner.connection.driver.escape(identifier);
    }

    abstract query(sql: string, parameters?: readonly unknown[]): Promise<unknown[][]>;
    abstract inList(column: string, values: readonly unknown[]): SqlCondition;

    /** Inserts in the order of the rows. */
    protected abstract insertRows(table: CompiledTable, input: InsertInput, mode: InsertMode): Promise<Inserted>;
    /** `automatic` are assignments that need no value, such as the update date. */
    protected abstract updateRows(
        table: CompiledTable,
        keys: readonly Column[],
        sets: readonly Column[],
        automatic: readonly string[],
        rows: Rows,
    ): Promise<void>;
    protected abstract deleteRows(table: CompiledTable, keys: readonly Column[], rows: Rows): Promise<void>;
    protected abstract selectRows(
        table: CompiledTable,
        columns: readonly Column[],
        column: Column,
        values: readonly unknown[],
        fixed: readonly FixedCondition[],
    ): Promise<unknown[][]>;
    /** SQL for the current time as an update date column wants it. */
    protected abstract now(precision: number | null | undefined): string;
}

/** Adds what the caller leaves to us: discriminator, version, client-side uuids. */
function fillIn(table: CompiledTable, paths: readonly string[], rows: Rows): { columns: Column[]; input: InsertInput } {
    checkWidth(table, paths.length, rows);
    const columns = table.compiledAll(paths);
    const constants: ConstantColumn[] = [];
    let filled = rows;
    for (const metadata of table.metadata.columns) {
        if (columns.some(column => column.metadata.databaseName === metadata.databaseName)) continue;
        const value = automaticValue(table, metadata);
        if (value !== undefined) {
            constants.push({ column: table.compiled(metadata.propertyPath), value });
        } else if (metadata.isGenerated && metadata.generationStrategy === 'uuid') {
            columns.push(table.compiled(metadata.propertyPath));
            filled = filled.map(row => [...row, randomUUID()]);
        }
    }
    return { columns, input: insertInput(columns, filled, constants) };
}

function automaticValue({ metadata: entity }: CompiledTable, column: ColumnMetadata): string | number | undefined {
    if (column.isDiscriminator) return entity.discriminatorValue;
    return column.isVersion ? 1 : undefined;
}

function fixedConditions(table: CompiledTable, where: SelectCondition): FixedCondition[] {
    const conditions: FixedCondition[] = [];
    for (const path of where.isNull ?? []) conditions.push(() => `${table.column(path)} IS NULL`);
    for (const path of where.isFalse ?? []) conditions.push(() => `${table.column(path)} = FALSE`);
    for (const [path, value] of Object.entries(where.equals ?? {})) {
        const column = table.compiled(path);
        conditions.push(placeholder => `${column.name} = ${placeholder(column.encode(value))}`);
    }
    const { discriminatorColumn, parentEntityMetadata, childEntityMetadatas, discriminatorValue } = table.metadata;
    if (discriminatorColumn && parentEntityMetadata) {
        const { name } = table.compiled(discriminatorColumn.propertyPath);
        const kinds = [discriminatorValue, ...childEntityMetadatas.map(child => child.discriminatorValue)];
        conditions.push(placeholder => `${name} IN (${kinds.map(kind => placeholder(kind)).join(', ')})`);
    }
    return conditions;
}

/** The same lock order in all transactions makes deadlocks between them rarer. */
function inKeyOrder(rows: Rows): Rows {
    const compare = ([a]: Rows[number], [b]: Rows[number]): number => compareIds(a as EntityId, b as EntityId);
    return rows.every((row, i) => i === 0 || compare(rows[i - 1]!, row) <= 0) ? rows : [...rows].sort(compare);
}

function distinctValues(values: readonly unknown[]): readonly unknown[] {
    if (isAscending(values)) return values;
    const distinct = new Set(values);
    distinct.delete(null);
    distinct.delete(undefined);
    return [...distinct];
}

/** As ids mostly come; then none is there twice. */
function isAscending(values: readonly unknown[]): boolean {
    let before = -Infinity;
    for (const value of values) {
        if (typeof value !== 'number' || !(value > before)) return false;
        before = value;
    }
    return true;
}

function checkWidth(table: CompiledTable, width: number, rows: Rows): void {
    const wrong = rows.find(row => row.length !== width);
    if (!wrong) return;
    throw new Defect(
        'row-width',
        `A row for ${table.metadata.name} has ${wrong.length} values, but ${width} columns were named.`,
    );
}

function compiledTable(table: Table): CompiledTable {
    if (table instanceof CompiledTable) return table;
    throw new Defect('foreign-table', 'Tables must come from session.table().');
}

function compiledJoin(join: JoinTable): CompiledJoinTable {
    if (join instanceof CompiledJoinTable) return join;
    throw new Defect('foreign-table', 'Join tables must come from session.joinTable().');
}
