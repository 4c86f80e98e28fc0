import { textOf } from '../../../shared/json';
import type { DatabaseRow, DatabaseSession } from '../../outbound/outbound-databases';
import { Column, ColumnType, integerRange } from './column-type';
import { quoteTable, TableName } from './sql-names';

/** The columns of a table as they are now; undefined when there is no such table. */
export async function readColumns(session: DatabaseSession, name: TableName): Promise<Column[] | undefined> {
    const columns = await READERS[session.kind](session, name);
    return columns.length > 0 ? columns : undefined;
}

const READERS = { postgres: readPostgres, mysql: readMysql, sqlite: readSqlite };

async function readPostgres(session: DatabaseSession, name: TableName): Promise<Column[]> {
    const rows = await session.query(
        `SELECT a.attname AS name, t.typname AS type, format_type(a.atttypid, a.atttypmod) AS "sqlType",
                a.atttypmod AS modifier, a.attnotnull AS "notNull", a.atthasdef AS "hasDefault",
                a.attidentity AS identity, a.attgenerated AS generated
           FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
          WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
          ORDER BY a.attnum`,
        [quoteTable('postgres', name)],
    );
    return rows.map(row => ({
        name: String(row['name']),
        type: postgresType(String(row['type']), String(row['sqlType']), Number(row['modifier'])),
        isNullable: !row['notNull'],
        hasDefault: Boolean(row['hasDefault']) || row['identity'] !== '',
        isGenerated: row['generated'] !== '' || row['identity'] === 'a',
        isIdentity: row['identity'] !== '',
    }));
}

/** PostgreSQL copies into neither views nor tables in which this user sees some rows only. */
export async function takesCopy(session: DatabaseSession, quoted: string): Promise<boolean> {
    const [row] = await session.query(
        `SELECT relkind IN ('r', 'p') AND NOT row_security_active(oid) AS "takesCopy"
           FROM pg_class WHERE oid = to_regclass($1)`,
        [quoted],
    );
    return row?.['takesCopy'] === true;
}

function postgresType(type: string, sqlType: string, modifier: number): ColumnType {
    const found = /^(int[248]|float[48]|bool|date|timestamp(tz)?|time|jsonb?|uuid|text|varchar|bpchar|numeric)$/.test(
        type,
    );
    if (!found) return { name: 'other', sqlType };
    if (type.startsWith('int')) {
        return { name: 'integer', sqlType, ...integerRange((Number(type.slice(3)) * 8) as 16 | 32 | 64) };
    }
    if (type === 'numeric') {
        if (modifier < 4) return { name: 'decimal', sqlType };
        return { name: 'decimal', sqlType, precision: ((modifier - 4) >> 16) & 0xffff, scale: (modifier - 4) & 0x7ff };
    }
    if (type === 'varchar' || type === 'bpchar') {
        return { name: 'text', sqlType, ...(modifier >= 4 ? { maxLength: modifier - 4 } : {}) };
    }
    const names = {
        float4: 'float',
        float8: 'float',
        bool: 'boolean',
        timestamptz: 'timestamp',
        jsonb: 'json',
    } as const;
    const isTime = type.startsWith('time') && modifier >= 0;
    return {
        name: names[type as keyof typeof names] ?? (type as ColumnType['name']),
        sqlType,
        ...(isTime ? { fractionDigits: modifier } : {}),
    };
}

async function readMysql(session: DatabaseSession, { schema, table }: TableName): Promise<Column[]> {
    const rows = await session.query(
        `SELECT column_name AS name, data_type AS type, column_type AS sql_type, character_maximum_length AS max_length,
                numeric_precision AS digits, numeric_scale AS scale, datetime_precision AS fraction, is_nullable AS nullable,
                column_default IS NOT NULL AS has_default, extra AS extra
           FROM information_schema.columns
          WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? ORDER BY ordinal_position`,
        [schema ?? null, table],
    );
    const json = rows.some(({ type }) => type === 'longtext')
        ? await jsonColumns(session, { schema, table })
        : undefined;
    return rows.map(row => {
        const extra = String(row['extra']).toLowerCase();
        const isIdentity = extra.includes('auto_increment');
        return {
            name: String(row['name']),
            type: mysqlType(row, json?.has(String(row['name'])) ?? false),
            isNullable: row['nullable'] === 'YES',
            hasDefault: Number(row['has_default']) === 1 || isIdentity || row['nullable'] === 'YES',
            isGenerated: /generated|virtual|stored/.test(extra) && !extra.includes('default_generated'),
            isIdentity,
        };
    });
}

/** MariaDB's JSON is a text with a check. */
async function jsonColumns(session: DatabaseSession, name: TableName): Promise<Set<string>> {
    const [row] = await session.query(`SHOW CREATE TABLE ${quoteTable('mysql', name)}`);
    const text = textOf(row?.['Create Table']);
    return new Set(
        [...text.matchAll(/json_valid\(`((?:[^`]|``)+)`\)/gi)].map(match => match[1]!.replaceAll('``', '`')),
    );
}

const INTEGER_BITS = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 } as const;

function mysqlType(row: DatabaseRow, isJson: boolean): ColumnType {
    const type = String(row['type']).toLowerCase();
    const sqlType = String(row['sql_type']);
    if (type in INTEGER_BITS) {
        const bits = INTEGER_BITS[type as keyof typeof INTEGER_BITS];
        if (sqlType === 'tinyint(1)') return { name: 'boolean', sqlType: 'boolean' };
        return { name: 'integer', sqlType, ...integerRange(bits, sqlType.includes('unsigned')) };
    }
    if (sqlType === 'bit(1)') return { name: 'boolean', sqlType };
    if (type === 'bit') return { name: 'integer', sqlType, min: 0n, max: (1n << BigInt(Number(row['digits']))) - 1n };
    if (type === 'decimal') {
        return { name: 'decimal', sqlType, precision: Number(row['digits']), scale: Number(row['scale']) };
    }
    if (isJson || type === 'json') return { name: 'json', sqlType: 'json' };
    if (type === 'varchar' || type === 'char') return { name: 'text', sqlType, maxLength: Number(row['max_length']) };
    const names: Record<string, ColumnType['name']> = {
        ...{ tinytext: 'text', text: 'text', mediumtext: 'text', longtext: 'text' },
        ...{ float: 'float', double: 'float', date: 'date', datetime: 'timestamp', timestamp: 'timestamp' },
        ...{ time: 'time', uuid: 'uuid' },
    };
    const name = names[type] ?? 'other';
    const isTime = name === 'timestamp' || name === 'time';
    return { name, sqlType, ...(isTime ? { fractionDigits: Number(row['fraction']) } : {}) };
}

async function readSqlite(session: DatabaseSession, { schema, table }: TableName): Promise<Column[]> {
    const rows = await session.query(
        `SELECT name, type, "notnull" AS not_null, dflt_value IS NOT NULL AS has_default, pk, hidden
           FROM pragma_table_xinfo(?, ?) ORDER BY cid`,
        [table, schema ?? 'main'],
    );
    const keys = rows.filter(row => Number(row['pk']) > 0).length;
    return rows.map(row => {
        // The rowid by another name.
        const isIdentity = Number(row['pk']) === 1 && keys === 1 && /^integer$/i.test(String(row['type']));
        return {
            name: String(row['name']),
            type: sqliteType(String(row['type'])),
            isNullable: Number(row['not_null']) === 0,
            hasDefault: Number(row['has_default']) === 1 || isIdentity,
            isGenerated: Number(row['hidden']) > 1,
            isIdentity,
        };
    });
}

/** By words in the declared type, as SQLite itself does it. */
const SQLITE_TYPES: readonly (readonly [RegExp, ColumnType['name']])[] = [
    [/bool/i, 'boolean'],
    [/json/i, 'json'],
    [/datetime|timestamp/i, 'timestamp'],
    [/date/i, 'date'],
    [/int/i, 'integer'],
    [/char|clob|text/i, 'text'],
    [/real|floa|doub/i, 'float'],
    [/num|dec/i, 'decimal'],
];

function sqliteType(sqlType: string): ColumnType {
    const name = SQLITE_TYPES.find(([words]) => words.test(sqlType))?.[1] ?? 'other';
    return { name, sqlType, ...(name === 'integer' ? integerRange(64) : {}) };
}
