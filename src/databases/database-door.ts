import { DataSource } from 'typeorm';
import type { JsonObject } from '../../shared/json';
import { DatabaseKind, DatabaseSession, OutboundDatabase, OutboundDatabases } from '../outbound/outbound-databases';
import { UserError } from '../sdk/errors';
import { kindOf, parseConnection } from './connection-kinds';
import { DoorOptions, dataSourceOptions } from './data-source-options';
import { databaseError } from './database-error';
import { QueryRunnerSession } from './database-session';

interface StoredConnection {
    code: string;
    type: string;
    /** With plain secrets in it. */
    config: JsonObject;
}

interface Opened {
    source: Promise<DataSource>;
    users: number;
    idle?: NodeJS.Timeout;
    /** SQLite has one connection, on which one transaction can be open. */
    tail: Promise<unknown>;
}

type Work<T> = (session: DatabaseSession) => Promise<T>;

const idleMs = 30_000;

/** Keeps connections open while they are used, and half a minute longer. */
export class DatabaseDoor implements OutboundDatabases {
    private readonly opened = new Map<string, Opened>();

    constructor(
        private readonly lookUp: (code: string) => Promise<StoredConnection>,
        private readonly options: DoorOptions,
    ) {}

    async connection(code: string): Promise<OutboundDatabase> {
        const stored = await this.lookUp(code);
        const kind = kindOf(stored.type);
        if (!kind) {
            throw new UserError(
                'connection-type-wrong',
                `The connection "${code}" has the type "${stored.type}", which is no database.`,
                'Use a connection of the type postgres, mysql, mariadb or sqlite.',
            );
        }
        const config = parseConnection(kind, code, stored.config);
        return {
            code,
            kind: kind.database,
            allowsSql: config['allowSql'] === true,
            transaction: (timeoutMs, work) => this.transaction({ code, kind: kind.database, config, timeoutMs }, work),
        };
    }

    async close(): Promise<void> {
        await Promise.all([...this.opened].map(([key, opened]) => this.closeOne(key, opened)));
    }

    private async transaction<T>(target: Target, work: Work<T>): Promise<T> {
        const key = JSON.stringify(target);
        const opened = this.open(key, target);
        opened.users++;
        clearTimeout(opened.idle);
        try {
            if (target.kind !== 'sqlite') return await this.run(await opened.source, target, work);
            const turn = opened.tail.then(async () => this.run(await opened.source, target, work));
            opened.tail = turn.catch(() => undefined);
            return await turn;
        } catch (thrown) {
            throw databaseError(thrown, target.code);
        } finally {
            opened.users--;
            if (opened.users === 0) opened.idle = setTimeout(() => void this.closeOne(key, opened), idleMs).unref();
        }
    }

    private async run<T>(source: DataSource, { kind, code, timeoutMs }: Target, work: Work<T>): Promise<T> {
        const runner = source.createQueryRunner();
        try {
            if (kind === 'mysql') await prepareMysql(runner, timeoutMs);
            await runner.startTransaction();
            const result = await work(new QueryRunnerSession(kind, runner, code));
            await runner.commitTransaction();
            return result;
        } catch (thrown) {
            if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
            throw thrown;
        } finally {
            await runner.release();
        }
    }

    private open(key: string, { kind, config, timeoutMs }: Target): Opened {
        const present = this.opened.get(key);
        if (present) return present;
        const source = dataSourceOptions(kind, config, timeoutMs, this.options).then(options =>
            new DataSource(options).initialize(),
        );
        const opened: Opened = { source, users: 0, tail: Promise.resolve() };
        this.opened.set(key, opened);
        // The next one tries again.
        source.catch(() => this.opened.delete(key));
        return opened;
    }

    /** One that could not be opened may have been followed by one that is in use. */
    private async closeOne(key: string, opened: Opened): Promise<void> {
        if (this.opened.get(key) === opened) this.opened.delete(key);
        clearTimeout(opened.idle);
        await opened.source.then(source => source.destroy()).catch(() => undefined);
    }
}

interface Target {
    code: string;
    kind: DatabaseKind;
    config: Record<string, unknown>;
    timeoutMs: number;
}

/** Values that do not fit are errors and are never shortened; 0 is a number like others; times are UTC. */
async function prepareMysql(runner: { query(sql: string): Promise<unknown> }, timeoutMs: number): Promise<void> {
    await runner.query(
        `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', ` +
            `time_zone = '+00:00', innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(timeoutMs / 1_000))}`,
    );
    const [{ version }] = (await runner.query('SELECT VERSION() AS version')) as [{ version: string }];
    await runner.query(
        /mariadb/i.test(version)
            ? `SET SESSION max_statement_time = ${timeoutMs / 1_000}`
            : `SET SESSION max_execution_time = ${timeoutMs}`,
    );
}
