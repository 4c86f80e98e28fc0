import type { DataSource, Logger as TypeOrmLogger } from 'typeorm';

export interface SentStatement {
    sql: string;
    parameters: unknown[];
}

/** What `work` sends to the database through TypeORM. */
export async function statementsOf(database: DataSource, work: () => Promise<unknown>): Promise<SentStatement[]> {
    const statements: SentStatement[] = [];
    const { logger } = database;
    const logQuery = (sql: string, parameters: unknown[] = []) => void statements.push({ sql, parameters });
    database.setOptions({ logging: ['query'] });
    database.logger = { ...silent, logQuery };
    try {
        await work();
    } finally {
        database.logger = logger;
        database.setOptions({ logging: false });
    }
    return statements;
}

const silent: TypeOrmLogger = {
    logQuery: () => undefined,
    logQueryError: () => undefined,
    logQuerySlow: () => undefined,
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: (_level: 'log' | 'info' | 'warn', _message: unknown) => undefined,
};
