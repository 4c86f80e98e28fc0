import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';

export type SqlDialectName = 'postgres' | 'mysql' | 'sqlite';

/**
 * Set-based SQL inside one transaction: every method costs a number of statements that depends on the size of its
 * input only through chunking. Runs on the raw driver connection of TypeORM's query runner (rows as arrays, prepared
 * statements) and reports each statement to TypeORM's logger.
 *
 * Values are given and returned as Vendure entities hold them (booleans, Dates, JSON); the column metadata decides
 * how the driver wants them.
 */
export interface SqlSession {
    readonly dialect: SqlDialectName;
    /** Statements sent so far, for tests and benchmarks: round trips, or calls into the library on SQLite. */
    readonly statementCount: number;

    table(entity: EntityTarget<ObjectLiteral>): Table;
    /** Join table of a many-to-many relation, such as `(Product, 'channels')`. */
    joinTable(entity: EntityTarget<ObjectLiteral>, relationPath: string): JoinTable;

    /**
     * Inserts rows given as arrays in the order of `columns` (property paths such as `name`, `customFields.erpId`, `productId`).
     * `createdAt`/`updatedAt` and discriminators are filled in by the session where the table has them.
     */
    insert(table: Table, columns: readonly string[], rows: readonly unknown[][]): Promise<void>;
    /**
     * Like insert, but leaves rows alone whose unique key is there; waits for a transaction that is adding the same key.
     * Resolves with how many rows are certainly new: fewer than were added where the server does not say.
     */
    insertMissing(table: Table, columns: readonly string[], rows: readonly unknown[][]): Promise<number>;
    /** Like insert, and returns the generated ids in the order of `rows`. */
    insertReturningIds(table: Table, columns: readonly string[], rows: readonly unknown[][]): Promise<EntityId[]>;
    /**
     * Updates rows by key: each row holds the values of `keyColumns`, then those of `setColumns`. `updatedAt` is set.
     * All rows set the same columns; callers group by column set.
     */
    update(
        table: Table,
        keyColumns: readonly string[],
        setColumns: readonly string[],
        rows: readonly unknown[][],
    ): Promise<void>;
    /** Deletes the rows whose `keyColumns` match one of `keys`. */
    delete(table: Table, keyColumns: readonly string[], keys: readonly unknown[][]): Promise<void>;
    /**
     * Reads `columns` of the rows where `column` is one of `values` (any number; chunked), with an optional fixed condition.
     * Returns arrays in the order of `columns`, decoded.
     */
    selectIn(
        table: Table,
        columns: readonly string[],
        column: string,
        values: readonly unknown[],
        where?: SelectCondition,
    ): Promise<unknown[][]>;
    /** Inserts pairs into a join table; pairs that exist already are left alone when `ignoreExisting`. */
    link(
        join: JoinTable,
        pairs: readonly [owner: EntityId, target: EntityId][],
        options?: { ignoreExisting?: boolean },
    ): Promise<void>;
    unlink(join: JoinTable, pairs: readonly [owner: EntityId, target: EntityId][]): Promise<void>;
    /** Pairs whose owner is one of `owners`. */
    linksOf(join: JoinTable, owners: readonly EntityId[]): Promise<[owner: EntityId, target: EntityId][]>;

    /**
     * Own SQL for joins that the methods above cannot express. `?` stands for a parameter on every dialect.
     * Rows come as arrays, undecoded.
     */
    query(sql: string, parameters?: readonly unknown[]): Promise<unknown[][]>;
    /**
     * A condition for {@link query}: `column` (quoted, with alias) is one of `values`, any number of them.
     * False for an empty list. Text columns want strings: MySQL compares text with numbers as numbers.
     */
    inList(column: string, values: readonly unknown[]): SqlCondition;
    /** Quotes an identifier. */
    quote(identifier: string): string;
}

export type EntityId = string | number;

export interface SelectCondition {
    /** Property paths that must be null, such as `deletedAt`. */
    isNull?: readonly string[];
    equals?: Readonly<Record<string, string | number | boolean>>;
    /** Property paths that must be false. Part of the text, so that an index of only such rows can be used. */
    isFalse?: readonly string[];
}

/** A piece of SQL with `?` for its parameters. */
export interface SqlCondition {
    sql: string;
    parameters: unknown[];
}

export interface Table {
    readonly metadata: EntityMetadata;
    /** Quoted, with schema and prefix. */
    readonly path: string;
    /** Property path of the single primary column, `id` but for entities of plugins that call it otherwise. */
    readonly idPath: string;
    /** Quoted database name of a column, by property path. Throws a Defect for an unknown path. */
    column(propertyPath: string): string;
    has(propertyPath: string): boolean;
}

export interface JoinTable {
    /** Quoted, with schema and prefix. */
    readonly path: string;
    readonly ownerColumn: string;
    readonly targetColumn: string;
}
