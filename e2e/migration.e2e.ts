import { preBootstrapConfig, type VendureConfig } from '@vendure/core';
import { resetConfig } from '@vendure/core/dist/config/config-helpers';
import { DataSource, type MigrationInterface, type QueryRunner, type TableColumn } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataHubPlugin } from '../src/data-hub.plugin';
import { dataHubEntities } from '../src/entities';
import { describeOnEachDatabase } from './support/each-database';

const name = 'dhg_migration';

describeOnEachDatabase('Migration of the plugin', database => {
    let dataSource: DataSource;

    beforeAll(async () => {
        await database.create(name);
        dataSource = await connect({
            apiOptions: { port: 0 },
            authOptions: { tokenMethod: 'bearer' },
            paymentOptions: { paymentMethodHandlers: [] },
            dbConnectionOptions: { ...database.connectionOptions(name), synchronize: false },
            plugins: [DataHubPlugin.init({})],
        });
    });
    afterAll(async () => {
        await dataSource.destroy();
        await database.drop(name);
    });

    it('creates every table, takes them away again, and leaves nothing to be migrated', async () => {
        const { up, down } = await pendingStatements(dataSource);
        expect(up.length).toBeGreaterThan(dataHubEntities.length);

        const migration = migrationOf(up, down);
        await runIn(dataSource, runner => migration.up(runner));
        expect((await pendingStatements(dataSource)).up).toEqual([]);
        expect(await tablesOf(dataSource)).toEqual(dataSource.entityMetadatas.map(each => each.tableName).sort());

        await runIn(dataSource, runner => migration.down(runner));
        expect(await tablesOf(dataSource)).toEqual([]);
        await runIn(dataSource, runner => migration.up(runner));
        expect((await pendingStatements(dataSource)).up).toEqual([]);
    });

    it('has room for long JSON and an index for every list', async () => {
        await dataSource.synchronize();
        const runner = dataSource.createQueryRunner();
        const table = await runner.getTable('data_hub_change_set');
        const run = await runner.getTable('data_hub_pipeline_run');
        const recordError = await runner.getTable('data_hub_record_error');
        const audit = await runner.getTable('data_hub_record_retry_audit');
        const settings = await runner.getTable('data_hub_settings');
        if (database.name !== 'sqlite') await runner.release();
        expect(column(table?.columns, 'fields').type).toBe(
            /^(mysql|mariadb)$/.test(database.name) ? 'longtext' : 'text',
        );
        const indexes = (indexed: typeof table) => indexed!.indices.map(index => [...index.columnNames].sort().join());
        expect(indexes(table)).toEqual(
            expect.arrayContaining([
                'id,runId',
                'entityId,entityType',
                'recordKey,runId',
                'action,entityType,planned,runId,step',
            ]),
        );
        expect(indexes(run)).toEqual(
            expect.arrayContaining([
                'createdAt,pipelineId',
                'createdAt,pipelineId,status',
                'leaseUntilMs,status',
                'finishedAt',
            ]),
        );
        expect(indexes(recordError)).toEqual(
            expect.arrayContaining(['id,runId', 'cause,id,runId', 'cause,id,pipelineId', 'state,waitsFor']),
        );
        expect(indexes(audit)).toEqual(expect.arrayContaining(['id,recordErrorId']));
        expect(settings!.indices.filter(({ isUnique }) => isUnique).map(({ columnNames }) => columnNames)).toEqual([
            ['key'],
        ]);
        // For records that are there already.
        expect(column(recordError?.columns, 'state').default).toBe("'OPEN'");
    });
});

/**
 * As Vendure's `generateMigration` connects, which writes its result to files and so cannot be run from here. Only with
 * the plugin's own tables: those of the core are not ours to migrate, and the plugin does not touch them.
 */
async function connect(config: VendureConfig): Promise<DataSource> {
    resetConfig();
    const { dbConnectionOptions } = await preBootstrapConfig(config);
    return new DataSource({
        ...dbConnectionOptions,
        entities: dataHubEntities,
        subscribers: [],
        logging: false,
    }).initialize();
}

async function pendingStatements(dataSource: DataSource): Promise<{ up: string[]; down: string[] }> {
    const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
    return { up: upQueries.map(({ query }) => query), down: downQueries.map(({ query }) => query).reverse() };
}

function migrationOf(up: string[], down: string[]): MigrationInterface {
    const all = (statements: string[]) => async (runner: QueryRunner) => {
        for (const sql of statements) await runner.query(sql);
    };
    return { up: all(up), down: all(down) };
}

async function runIn(dataSource: DataSource, work: (runner: QueryRunner) => Promise<void>): Promise<void> {
    const runner = dataSource.createQueryRunner();
    try {
        await work(runner);
    } finally {
        if (dataSource.options.type !== 'better-sqlite3') await runner.release();
    }
}

async function tablesOf(dataSource: DataSource): Promise<string[]> {
    const runner = dataSource.createQueryRunner();
    const current = await runner.getCurrentDatabase();
    const tables = (await runner.getTables()).filter(table => !table.database || table.database === current);
    if (dataSource.options.type !== 'better-sqlite3') await runner.release();
    return tables
        .map(table => table.name.split('.').pop()!)
        .filter(table => table.startsWith('data_hub_'))
        .sort();
}

function column(columns: TableColumn[] | undefined, columnName: string): TableColumn {
    const found = columns?.find(each => each.name === columnName);
    if (!found) throw new Error(`There is no column "${columnName}".`);
    return found;
}
