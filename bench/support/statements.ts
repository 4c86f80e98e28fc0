import type { Logger } from 'typeorm';

/** Counts the statements of a process: Vendure's and DataHub's alike report theirs to TypeORM's logger. */
export class StatementCounter implements Logger {
    all = 0;
    transactions = 0;
    /** INSERT, UPDATE and DELETE on tables of the shop. */
    shopWrites = 0;
    /** The same on DataHub's own tables and on the job queue's. */
    bookkeepingWrites = 0;

    reset(): void {
        this.all = this.transactions = this.shopWrites = this.bookkeepingWrites = 0;
    }

    logQuery(sql: string): void {
        this.all++;
        if (/^\s*(START TRANSACTION|BEGIN)/i.test(sql)) this.transactions++;
        const table =
            /^\s*(?:INSERT (?:OR \w+ |IGNORE )?INTO|UPDATE|DELETE FROM)\s+(?:["`]public["`]\.)?["`]?(\w+)/i.exec(
                sql,
            )?.[1];
        if (table === undefined) return;
        if (/^(data_hub_|job_record)/.test(table)) this.bookkeepingWrites++;
        else this.shopWrites++;
    }

    logQueryError(error: string | Error, sql: string): void {
        console.error(String(error), sql.slice(0, 500));
    }

    logQuerySlow(): void {}
    logSchemaBuild(): void {}
    logMigration(): void {}
    log(): void {}
}
