import type { DatabaseRow, DatabaseSession } from '../../outbound/outbound-databases';
import { quoteTable, TableName } from './sql-names';

/**
 * Whether a unique index has exactly the columns, each whole, and holds for every row. A view of PostgreSQL has those of the
 * table behind it; it says so itself when there is none.
 */
export async function isUniqueKey(
    session: DatabaseSession,
    target: TableName,
    keys: readonly string[],
): Promise<boolean> {
    if (session.kind === 'postgres' && (await isView(session, target))) return true;
    const rows = await READERS[session.kind](session, target);
    const indexes = new Map<string, unknown[]>();
    for (const { name, part } of rows) indexes.set(String(name), [...(indexes.get(String(name)) ?? []), part]);
    return [...indexes.values()].some(parts => parts.length === keys.length && keys.every(key => parts.includes(key)));
}

async function isView(session: DatabaseSession, target: TableName): Promise<boolean> {
    const rows = await session.query(`SELECT 1 AS one FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'v'`, [
        quoteTable('postgres', target),
    ]);
    return rows.length > 0;
}

/** One row for each column of each index; `part` is null for what is no whole column. */
type Reader = (session: DatabaseSession, target: TableName) => Promise<DatabaseRow[]>;

const READERS: Record<DatabaseSession['kind'], Reader> = {
    postgres: (session, target) =>
        session.query(
            `SELECT i.indexrelid::text AS name, a.attname AS part
               FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
               LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0
              WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL
                AND k.place <= i.indnkeyatts`,
            [quoteTable('postgres', target)],
        ),
    mysql: (session, { schema, table }) =>
        session.query(
            `SELECT index_name AS name, CASE WHEN sub_part IS NULL THEN column_name END AS part
               FROM information_schema.statistics
              WHERE non_unique = 0 AND table_schema = COALESCE(?, DATABASE()) AND table_name = ?`,
            [schema ?? null, table],
        ),
    // The rowid by another name has no index.
    sqlite: (session, { schema = 'main', table }) =>
        session.query(
            `SELECT l.name AS name, i.name AS part
               FROM pragma_index_list(?, ?) l JOIN pragma_index_info(l.name, ?) i WHERE l."unique" = 1 AND l.partial = 0
             UNION ALL SELECT '', name FROM pragma_table_xinfo(?, ?) WHERE pk > 0`,
            [table, schema, schema, table, schema],
        ),
};
