import type { DatabaseKind, DatabaseSession } from '../../outbound/outbound-databases';
import type { InferredColumn, InferredType } from './infer-columns';
import { quoteName, quoteNames, quoteTable, TableName } from './sql-names';

const SQL_TYPES: Record<DatabaseKind, Record<InferredType, string>> = {
    postgres: {
        ...{ text: 'text', integer: 'bigint', decimal: 'numeric', float: 'double precision', boolean: 'boolean' },
        ...{ date: 'date', timestamp: 'timestamptz', json: 'jsonb' },
    },
    mysql: {
        ...{ text: 'longtext', integer: 'bigint', decimal: 'decimal(38, 10)', float: 'double', boolean: 'boolean' },
        ...{ date: 'date', timestamp: 'datetime(6)', json: 'json' },
    },
    // Names that tell the type when the table is read back, and let texts be texts.
    sqlite: {
        ...{ text: 'TEXT', integer: 'INTEGER', decimal: 'NUMERIC', float: 'REAL', boolean: 'BOOLEAN' },
        ...{ date: 'DATE TEXT', timestamp: 'TIMESTAMP TEXT', json: 'JSON TEXT' },
    },
};

/** Texts of any length cannot be keys there, and the usual order of letters takes `a`, `A` and `ä` for one key. */
const MYSQL_TEXT_KEY = 'varchar(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

export type TypeMap = Partial<Record<InferredType, string>>;

/** What may stand in a type map: it goes into the statement as it is. */
export const SQL_TYPE =
    /^[a-z][a-z0-9_]*( [a-z][a-z0-9_]*)*( ?\(\d{1,5}(, ?\d{1,3})?\))?( (unsigned|with(out)? time zone))?$/i;

export async function createTable(
    session: DatabaseSession,
    name: TableName,
    columns: readonly InferredColumn[],
    keys: readonly string[],
    typeMap: TypeMap,
): Promise<void> {
    const { kind } = session;
    const typeOf = ({ name, type }: InferredColumn): string =>
        typeMap[type] ??
        (kind === 'mysql' && type === 'text' && keys.includes(name) ? MYSQL_TEXT_KEY : SQL_TYPES[kind][type]);
    const lines = columns.map(column => {
        const isKey = keys.includes(column.name);
        return `${quoteName(kind, column.name)} ${typeOf(column)}${isKey ? ' NOT NULL' : ''}`;
    });
    if (keys.length > 0) lines.push(`PRIMARY KEY (${quoteNames(kind, keys)})`);
    await session.execute(`CREATE TABLE IF NOT EXISTS ${quoteTable(kind, name)} (${lines.join(', ')})`);
}
