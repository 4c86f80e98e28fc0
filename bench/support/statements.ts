import pg from 'pg';

export interface StatementCounts {
    all: number;
    /** INSERT, UPDATE and DELETE on tables of the shop. */
    shopWrites: number;
    /** The same on DataHub's own tables (`data_hub_*`) and the job queue's. */
    bookkeepingWrites: number;
    transactions: number;
}

/** Counts what this process sends to PostgreSQL, whoever sends it. Call once, before the first connection. */
export function countStatements(): StatementCounts {
    const counts: StatementCounts = { all: 0, shopWrites: 0, bookkeepingWrites: 0, transactions: 0 };
    const client = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
    const original = client.query;
    client.query = function (this: unknown, ...args: unknown[]) {
        const sql = textOf(args[0]);
        counts.all++;
        if (/^\s*(START TRANSACTION|BEGIN)/i.test(sql)) counts.transactions++;
        const table = /^\s*(?:WITH [\s\S]*?)?(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?([\w.]+)/i.exec(sql)?.[1];
        if (table) {
            if (/data_hub_|job_record/.test(table)) counts.bookkeepingWrites++;
            else counts.shopWrites++;
        }
        return original.apply(this, args);
    };
    return counts;
}

function textOf(query: unknown): string {
    if (typeof query === 'string') return query;
    if (typeof query === 'object' && query !== null && 'text' in query) return String(query.text);
    return '';
}
