import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { Client } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { whyUnreachable } from './servers';

/** A database that suites run on. One per TypeORM connection type, so `mysql` and `mariadb` share a server. */
export interface TestDatabase {
    readonly name: 'postgres' | 'mariadb' | 'mysql' | 'sqlite';
    /** Options for `new DataSource()` or Vendure's `dbConnectionOptions`; the same name always means the same database. */
    connectionOptions(databaseName: string): DataSourceOptions;
    /** Creates an empty database; one of that name that is left over is dropped first. */
    create(databaseName: string): Promise<void>;
    drop(databaseName: string): Promise<void>;
}

const postgresUrl = new URL(process.env.DATABASE_URL_POSTGRES ?? 'postgres://root@127.0.0.1:5432');
const mysqlUrl = new URL(process.env.DATABASE_URL_MYSQL ?? 'mysql://root@127.0.0.1:3306');
/** Two checkouts on one machine run beside each other. */
const checkout = createHash('sha256')
    .update(join(__dirname, '..', '..'))
    .digest('hex')
    .slice(0, 6);
const sqliteFolder = join(__dirname, '..', '..', '.test-data');

const postgres: TestDatabase = {
    name: 'postgres',
    connectionOptions: database => ({
        type: 'postgres',
        ...credentialsOf(postgresUrl, 5432),
        database: ownName(database),
        synchronize: true,
        logging: false,
    }),
    async create(database) {
        await onPostgres(
            `DROP DATABASE IF EXISTS "${ownName(database)}" WITH (FORCE)`,
            `CREATE DATABASE "${ownName(database)}"`,
        );
    },
    async drop(database) {
        await onPostgres(`DROP DATABASE IF EXISTS "${ownName(database)}" WITH (FORCE)`);
    },
};

const sqlite: TestDatabase = {
    name: 'sqlite',
    connectionOptions: database => ({
        type: 'better-sqlite3',
        database: sqliteFile(database),
        synchronize: true,
        logging: false,
    }),
    async create(database) {
        mkdirSync(sqliteFolder, { recursive: true });
        await this.drop(database);
    },
    async drop(database) {
        for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(sqliteFile(database) + suffix, { force: true });
    },
};

export const allDatabases: readonly TestDatabase[] = [postgres, mysqlServer('mariadb'), mysqlServer('mysql'), sqlite];
/** Why a database cannot be used here. */
export const unreachable = findUnreachable();

/** The databases that answer here, in a fixed order. */
export const testDatabases: readonly TestDatabase[] = allDatabases.filter(database => !unreachable.has(database));

function mysqlServer(type: 'mariadb' | 'mysql'): TestDatabase {
    const own = (database: string): string => `${ownName(database)}_${type}`;
    return {
        name: type,
        connectionOptions: database => ({
            type,
            ...credentialsOf(mysqlUrl, 3306),
            database: own(database),
            synchronize: true,
            logging: false,
        }),
        async create(database) {
            await onMysql(
                `DROP DATABASE IF EXISTS \`${own(database)}\``,
                `CREATE DATABASE \`${own(database)}\` CHARACTER SET utf8mb4`,
            );
        },
        async drop(database) {
            await onMysql(`DROP DATABASE IF EXISTS \`${own(database)}\``);
        },
    };
}

async function onPostgres(...statements: string[]): Promise<void> {
    const { username: user, ...rest } = credentialsOf(postgresUrl, 5432);
    const client = new Client({ ...rest, user, database: 'postgres' });
    await client.connect();
    try {
        for (const statement of statements) await client.query(statement);
    } finally {
        await client.end();
    }
}

async function onMysql(...statements: string[]): Promise<void> {
    const { username: user, ...rest } = credentialsOf(mysqlUrl, 3306);
    const connection = await mysql.createConnection({ ...rest, user });
    try {
        for (const statement of statements) await connection.query(statement);
    } finally {
        await connection.end();
    }
}

function sqliteFile(database: string): string {
    return join(sqliteFolder, `${checked(database)}.sqlite`);
}

function ownName(database: string): string {
    return `${checked(database)}_${checkout}`;
}

function checked(database: string): string {
    if (!/^[a-z][a-z0-9_]{0,50}$/.test(database)) {
        throw new Error(`"${database}" cannot name a test database: use lower-case letters, digits and underscores.`);
    }
    return database;
}

interface Credentials {
    host: string;
    port: number;
    username: string;
    password?: string;
}

function credentialsOf(url: URL, defaultPort: number): Credentials {
    return {
        host: url.hostname,
        port: Number(url.port || defaultPort),
        username: decodeURIComponent(url.username),
        ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    };
}

function findUnreachable(): Map<TestDatabase, string> {
    const [ofPostgres, ofMysql] = whyUnreachable([
        {
            host: postgresUrl.hostname,
            port: Number(postgresUrl.port || 5432),
            variable: 'DATABASE_URL_POSTGRES',
        },
        { host: mysqlUrl.hostname, port: Number(mysqlUrl.port || 3306), variable: 'DATABASE_URL_MYSQL' },
    ]);
    const silent = new Map<TestDatabase, string>();
    for (const database of allDatabases) {
        if (database.name === 'sqlite') continue;
        const reason = database.name === 'postgres' ? ofPostgres : ofMysql;
        if (reason !== undefined) silent.set(database, reason);
    }
    return silent;
}
