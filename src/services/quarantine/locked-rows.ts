import type { EntityId, SqlCondition, SqlSession } from '../../catalog/sql/sql-session';
import { DataHubRecordError } from '../../entities';

const ROWS_PER_PAGE = 1_000;

/**
 * Rows that fulfil the condition, page by page in the order of their ids and locked, each with its id first. Whoever
 * else changes one of them waits, and then finds what it has become.
 */
export async function* lockedRows(
    sql: SqlSession,
    condition: SqlCondition,
    columns: readonly string[],
    { lock = true } = {},
): AsyncGenerator<[EntityId, ...unknown[]][], void, undefined> {
    const table = sql.table(DataHubRecordError);
    const id = table.column('id');
    const selected = [id, ...columns].join(', ');
    const locking = sql.dialect === 'sqlite' || !lock ? '' : ' FOR UPDATE';
    let after: EntityId | undefined;
    for (;;) {
        const rest = after === undefined ? '' : ` AND ${id} > ?`;
        const rows = (await sql.query(
            `SELECT ${selected} FROM ${table.path} WHERE (${condition.sql})${rest} ` +
                `ORDER BY ${id} LIMIT ${ROWS_PER_PAGE}${locking}`,
            [...condition.parameters, ...(after === undefined ? [] : [after])],
        )) as [EntityId, ...unknown[]][];
        if (rows.length > 0) yield rows;
        if (rows.length < ROWS_PER_PAGE) return;
        after = rows.at(-1)![0];
    }
}
