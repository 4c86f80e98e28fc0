import type { QueryRunner } from 'typeorm';
import { UserError } from '../../sdk/errors';
import type { BaseSqlSession } from './base-session';
import { MysqlSession } from './mysql-session';
import { PostgresSession } from './postgres-session';
import { SqliteSession } from './sqlite-session';

/** Binds a session to the query runner's connection, and so to the transaction that is open on it. */
export async function openSqlSession(queryRunner: QueryRunner): Promise<BaseSqlSession> {
    const { type } = queryRunner.connection.options;
    switch (type) {
        case 'postgres':
            return PostgresSession.open(queryRunner);
        case 'mysql':
        case 'mariadb':
            return MysqlSession.open(queryRunner);
        case 'better-sqlite3':
            return SqliteSession.open(queryRunner);
        default:
            throw new UserError(
                'unsupported-database',
                `DataHub cannot write to a database of type "${type}".`,
                'Use postgres, mysql, mariadb or better-sqlite3 in dbConnectionOptions.',
            );
    }
}
