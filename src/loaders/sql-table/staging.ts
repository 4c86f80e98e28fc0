import { createHash } from 'node:crypto';
import type { DatabaseSession } from '../../outbound/outbound-databases';
import type { Column } from './column-type';
import { readColumns } from './live-table';
import { quoteName, quoteNames, quoteTable, TableName } from './sql-names';

/** Tables beside the target that belong to one step of one run. */
export interface StagingNames {
    staging: TableName;
    old: TableName;
}

export function stagingNames(target: TableName, run: string, step: string): StagingNames {
    const own = createHash('sha256')
        .update(JSON.stringify([run, step, target]))
        .digest('hex')
        .slice(0, 16);
    const { schema } = target;
    return { staging: { schema, table: `dh_new_${own}` }, old: { schema, table: `dh_old_${own}` } };
}

/** What a mark calls a staging table, for those who drop it when nobody else will. */
export function isStagingName(table: string): boolean {
    return /^dh_new_[0-9a-f]{16}$/.test(table);
}

/** An empty table of the same columns, defaults, checks and indexes. */
export async function makeLike(session: DatabaseSession, target: TableName, staging: TableName): Promise<void> {
    const [from, to] = [quoteTable(session.kind, target), quoteTable(session.kind, staging)];
    if (session.kind === 'postgres') {
        await session.execute(`CREATE TABLE IF NOT EXISTS ${to} (LIKE ${from} INCLUDING ALL)`);
    } else if (session.kind === 'mysql') {
        await session.execute(`CREATE TABLE IF NOT EXISTS ${to} LIKE ${from}`);
    } else {
        const master = sqliteMaster(target);
        const [row] = await session.query(
            `SELECT sql FROM ${master} WHERE type = 'table' AND name = ? COLLATE NOCASE`,
            [target.table],
        );
        const body = SQLITE_TABLE.exec(String(row?.['sql']))?.[1];
        await session.execute(`CREATE TABLE IF NOT EXISTS ${to} ${body}`);
        await makeUniqueIndexes(session, master, target, staging);
    }
}

function sqliteMaster({ schema }: TableName): string {
    return schema === undefined ? 'sqlite_master' : `${quoteName('sqlite', schema)}.sqlite_master`;
}

/** SQLite keeps them beside the table; without them a value that comes twice would be noticed with the last record only. */
async function makeUniqueIndexes(
    session: DatabaseSession,
    master: string,
    target: TableName,
    staging: TableName,
): Promise<void> {
    const rows = await session.query(
        `SELECT m.sql FROM pragma_index_list(?, ?) l JOIN ${master} m ON m.type = 'index' AND m.name = l.name
          WHERE l."unique" = 1 AND m.sql IS NOT NULL ORDER BY m.name`,
        [target.table, target.schema ?? 'main'],
    );
    for (const [i, { sql }] of rows.entries()) {
        const index = quoteTable('sqlite', { ...staging, table: `${staging.table}_${i}` });
        const body = SQLITE_INDEX.exec(String(sql))?.[1];
        await session.execute(
            `CREATE UNIQUE INDEX IF NOT EXISTS ${index} ON ${quoteName('sqlite', staging.table)} ${body}`,
        );
    }
}

const SQLITE_NAME = /(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|'(?:[^']|'')*'|[^\s("`['\]]+)/.source;
/** What stands behind the name. */
const SQLITE_TABLE = new RegExp(`^CREATE TABLE\\s+${SQLITE_NAME}\\s*(\\([^]*)$`, 'i');
const SQLITE_INDEX = new RegExp(`^CREATE UNIQUE INDEX\\s+${SQLITE_NAME}\\s*ON\\s*${SQLITE_NAME}\\s*(\\([^]*)$`, 'i');

export async function dropTable(session: DatabaseSession, name: TableName): Promise<void> {
    await session.execute(`DROP TABLE IF EXISTS ${quoteTable(session.kind, name)}`);
}

/** What a rename would leave with the old table; each a word for people. */
export async function obstaclesToRename(session: DatabaseSession, target: TableName): Promise<string[]> {
    const { schema = null, table } = target;
    if (session.kind === 'sqlite') return [];
    const rows =
        session.kind === 'postgres'
            ? await session.query(
                  `SELECT 'foreign keys' AS what FROM pg_constraint
                    WHERE contype = 'f' AND (conrelid = to_regclass($1) OR confrelid = to_regclass($1))
                   UNION SELECT 'triggers' FROM pg_trigger WHERE tgrelid = to_regclass($1) AND NOT tgisinternal
                   UNION SELECT 'views' FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
                    WHERE d.refobjid = to_regclass($1) AND r.ev_class <> d.refobjid
                   UNION SELECT 'row security' FROM pg_class WHERE oid = to_regclass($1) AND relrowsecurity
                   UNION SELECT 'row security' FROM pg_policy WHERE polrelid = to_regclass($1)
                   UNION SELECT 'partitions' FROM pg_inherits
                    WHERE inhparent = to_regclass($1) OR inhrelid = to_regclass($1)`,
                  [quoteTable('postgres', target)],
              )
            : await session.query(
                  `SELECT 'foreign keys' AS what FROM information_schema.key_column_usage
                    WHERE referenced_table_name IS NOT NULL
                      AND ((table_schema = COALESCE(?, DATABASE()) AND table_name = ?)
                        OR (referenced_table_schema = COALESCE(?, DATABASE()) AND referenced_table_name = ?))
                   UNION SELECT 'triggers' FROM information_schema.triggers
                    WHERE event_object_schema = COALESCE(?, DATABASE()) AND event_object_table = ?`,
                  [schema, table, schema, table, schema, table],
              );
    return rows.map(({ what }) => String(what));
}

/**
 * Tables whose rows would be deleted or emptied together with those of the target, which a staged load deletes all. In SQLite
 * the target itself counts: the staging table has its foreign keys, so gathered rows would go, too.
 */
export async function tablesThatFollow(session: DatabaseSession, target: TableName): Promise<string[]> {
    const { kind } = session;
    const { schema = null, table } = target;
    const actions = `('CASCADE', 'SET NULL', 'SET DEFAULT')`;
    const sql = {
        postgres: `SELECT conrelid::regclass::text AS name FROM pg_constraint
                    WHERE contype = 'f' AND confrelid = to_regclass($1) AND conrelid <> confrelid AND confdeltype IN ('c', 'n', 'd')`,
        mysql: `SELECT table_name AS name FROM information_schema.referential_constraints
                 WHERE unique_constraint_schema = COALESCE(?, DATABASE()) AND referenced_table_name = ? AND delete_rule IN ${actions}
                   AND NOT (constraint_schema = unique_constraint_schema AND table_name = referenced_table_name)`,
        sqlite: `SELECT m.name AS name FROM ${sqliteMaster(target)} m JOIN pragma_foreign_key_list(m.name, ?) f
                  WHERE m.type = 'table' AND f."table" = ? COLLATE NOCASE AND f.on_delete IN ${actions}`,
    };
    const parameters = {
        postgres: [quoteTable('postgres', target)],
        mysql: [schema, table],
        sqlite: [schema ?? 'main', table],
    };
    const rows = await session.query(sql[kind], parameters[kind]);
    return [...new Set(rows.map(({ name }) => String(name)))].sort();
}

/**
 * Puts the staging table in the target's place. PostgreSQL: in the transaction of the session; MySQL: in one statement
 * that commits by itself. SQLite has no need of it.
 */
export async function swapByRename(session: DatabaseSession, target: TableName, names: StagingNames): Promise<void> {
    const { kind } = session;
    const [to, from, old] = [target, names.staging, names.old].map(name => quoteTable(kind, name)) as [
        string,
        string,
        string,
    ];
    const exists = (await readColumns(session, target)) !== undefined;
    if (kind === 'mysql') {
        await session.execute(
            exists ? `RENAME TABLE ${to} TO ${old}, ${from} TO ${to}` : `RENAME TABLE ${from} TO ${to}`,
        );
        await dropTable(session, names.old);
        return;
    }
    if (exists) {
        if (kind === 'postgres') await handOver(session, target, names.staging);
        await session.execute(`ALTER TABLE ${to} RENAME TO ${quoteName(kind, names.old.table)}`);
    }
    await session.execute(`ALTER TABLE ${from} RENAME TO ${quoteName(kind, target.table)}`);
    if (exists) await dropTable(session, names.old);
}

/** Rights and sequences, which a table of PostgreSQL takes with it. */
async function handOver(session: DatabaseSession, target: TableName, staging: TableName): Promise<void> {
    const [from, to] = [quoteTable('postgres', target), quoteTable('postgres', staging)];
    const grants = await session.query(
        `SELECT a.privilege_type || g.columns AS right,
                CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
                    || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS role
           FROM (SELECT '' AS columns, relacl AS acl FROM pg_class WHERE oid = to_regclass($1)
                 UNION ALL SELECT format(' (%I)', attname), attacl FROM pg_attribute
                  WHERE attrelid = to_regclass($1) AND NOT attisdropped) g, aclexplode(g.acl) a`,
        [from],
    );
    for (const { right, role } of grants) await session.execute(`GRANT ${String(right)} ON ${to} TO ${String(role)}`);
    const sequences = await session.query(
        `SELECT s.oid::regclass::text AS sequence, a.attname AS "column" FROM pg_depend d
           JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
           JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.refobjid = to_regclass($1) AND d.deptype = 'a'`,
        [from],
    );
    for (const { sequence, column } of sequences) {
        const owner = `${to}.${quoteName('postgres', String(column))}`;
        await session.execute(`ALTER SEQUENCE ${String(sequence)} OWNED BY ${owner}`);
    }
}

/** Replaces the rows and keeps the table; in the transaction of the session, everywhere. */
export async function swapRows(
    session: DatabaseSession,
    target: TableName,
    staging: TableName,
    columns: readonly Column[],
): Promise<void> {
    const { kind } = session;
    const names = quoteNames(
        kind,
        columns.filter(column => !column.isGenerated).map(column => column.name),
    );
    const to = quoteTable(kind, target);
    // TRUNCATE would commit (MySQL), or show older snapshots an empty table (PostgreSQL).
    await session.execute(`DELETE FROM ${to}`);
    await session.execute(`INSERT INTO ${to} (${names}) SELECT ${names} FROM ${quoteTable(kind, staging)}`);
}

/** So that the next row of others does not get a number that is taken. */
export async function advanceIdentities(session: DatabaseSession, table: TableName, columns: readonly Column[]) {
    if (session.kind !== 'postgres') return;
    const quoted = quoteTable('postgres', table);
    for (const { name, isIdentity, isGenerated } of columns) {
        if (!isIdentity || isGenerated) continue;
        await session.query(
            `SELECT setval(pg_get_serial_sequence($1, $2), top) FROM (SELECT MAX(${quoteName('postgres', name)}) AS top FROM ${quoted}) x WHERE top IS NOT NULL`,
            [quoted, name],
        );
    }
}
