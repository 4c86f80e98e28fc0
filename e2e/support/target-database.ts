import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { JsonObject, textOf } from '../../shared/json';
import type { OutboundHost } from '../../src/catalog/catalog-scope';
import { kindOf } from '../../src/databases/connection-kinds';
import { DatabaseDoor } from '../../src/databases/database-door';
import { quoteName } from '../../src/loaders/sql-table/sql-names';
import { sqlTableLoader } from '../../src/loaders/sql-table/sql-table.loader';
import type { DirectLoader, LoadPlace } from '../../src/sdk/loader';
import type { PipelineRecord } from '../../src/sdk/record';
import type { TestDatabase } from './databases';

export type Row = Record<string, unknown>;

/** A database of somebody else, and the door to it. */
export class TargetDatabase {
    private constructor(
        private readonly database: TestDatabase,
        private readonly name: string,
        /** Beside the loader, as other programs are. */
        readonly source: DataSource,
        readonly door: DatabaseDoor,
        /** As it is stored, its secrets filled in. */
        readonly connection: { type: string; config: JsonObject },
        private readonly folder: string,
    ) {}

    static async open(database: TestDatabase, name: string, allowPrivateHosts?: string[]): Promise<TargetDatabase> {
        await database.create(name);
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-target-'));
        const given = database.connectionOptions(name) as unknown as Record<string, string | number>;
        const isFile = database.name === 'sqlite';
        const options = isFile ? { ...given, database: join(folder, 'target.sqlite') } : given;
        const source = new DataSource({ ...options, synchronize: false } as never);
        await source.initialize();
        const { host = '', port = 0, database: base = '', username: user = '', password = '' } = given;
        const config: JsonObject = isFile
            ? { path: 'target.sqlite' }
            : { host, port, database: base, user, password, ssl: 'OFF' };
        const connection = { type: database.name, config: { ...config, allowSql: true } };
        const door = new DatabaseDoor(code => Promise.resolve({ code, ...connection }), {
            allowPrivateHosts: allowPrivateHosts ?? (isFile ? [] : [String(host)]),
            sqliteFile: path => Promise.resolve(join(folder, path)),
        });
        return new TargetDatabase(database, name, source, door, connection, folder);
    }

    async close(): Promise<void> {
        await this.door.close();
        await this.source.destroy();
        await this.database.drop(this.name);
        rmSync(this.folder, { recursive: true, force: true });
    }

    quote(name: string): string {
        return quoteName(kindOf(this.connection.type)!.database, name);
    }

    rows(sql: string): Promise<Row[]> {
        return this.source.query<Row[]>(sql);
    }

    async count(table: string): Promise<number> {
        const [row] = await this.rows(`SELECT COUNT(*) AS n FROM ${table}`);
        return Number(row!['n']);
    }

    /** Names of all tables but that of the marks. */
    async tables(): Promise<string[]> {
        const sql = {
            postgres: `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
            'better-sqlite3': `SELECT name FROM sqlite_master WHERE type = 'table'`,
        };
        const type = this.source.options.type as keyof typeof sql;
        const rows = await this.rows(
            sql[type] ?? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
        );
        return rows
            .map(row => String(row['name']))
            .filter(name => name !== 'data_hub_applied_batch' && !name.startsWith('sqlite_'))
            .sort();
    }

    async loader(settings: JsonObject, run = 'run'): Promise<DirectLoader> {
        const config = sqlTableLoader.schema.parse({ connection: 'target', ...settings });
        return sqlTableLoader.create({
            config,
            host: {
                databases: this.door,
                runKey: `${run} ${textOf(settings['table'])}`.slice(0, 100),
            } as unknown as OutboundHost,
        }) as Promise<DirectLoader>;
    }

    /** All records as one run, batch by batch. */
    async run(settings: JsonObject, data: readonly JsonObject[], { run = 'run', batchSize = 500, finish = true } = {}) {
        const loader = await this.loader(settings, run);
        const total = { created: 0, updated: 0, rejected: [] as string[] };
        for (let start = 0, batch = 0; start < data.length; start += batchSize, batch++) {
            const result = await load(loader, data.slice(start, start + batchSize), batch);
            total.created += result.created;
            total.updated += result.updated;
            total.rejected.push(...result.rejected.map(({ rejected }) => rejected.error.message));
        }
        if (finish) await loader.finish!('write');
        return total;
    }
}

export function load(loader: DirectLoader, data: readonly JsonObject[], batch = 0, step = 'write') {
    const records: PipelineRecord[] = data.map((each, index) => ({ data: each, origin: { step: 'read', index } }));
    return loader.load(records, undefined, placeOf(records, batch, step));
}

function placeOf(records: readonly PipelineRecord[], batch: number, step: string): LoadPlace {
    return { step, batch: `stage#${batch}`, positionOf: record => records.indexOf(record) };
}
