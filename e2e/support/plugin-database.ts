import { AutoIncrementIdStrategy, type ConfigService, RequestContext, TransactionalConnection } from '@vendure/core';
import { TransactionWrapper } from '@vendure/core/dist/connection/transaction-wrapper';
import { setEntityIdStrategy } from '@vendure/core/dist/entity/set-entity-id-strategy';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { dataHubEntities, setLongJsonType } from '../../src/entities';
import type { TestDatabase } from './databases';

export interface PluginDatabase {
    dataSource: DataSource;
    connection: TransactionalConnection;
    /** Outside any transaction. */
    ctx: RequestContext;
    close(): Promise<void>;
}

/** The plugin's own tables in a fresh database, without a Vendure server: for tests of what works on these tables alone. */
export async function openPluginDatabase(database: TestDatabase, name: string): Promise<PluginDatabase> {
    await database.create(name);
    const dataSource = await connectPluginDatabase(database, name);
    return {
        dataSource,
        connection: connectionOn(dataSource),
        ctx: RequestContext.empty(),
        async close() {
            await dataSource.destroy();
            await database.drop(name);
        },
    };
}

/** A further connection pool, as another process would have it. Not for SQLite. */
export async function connectPluginDatabase(
    database: TestDatabase,
    name: string,
    options: { synchronize?: boolean } = {},
): Promise<DataSource> {
    setLongJsonType(getMetadataArgsStorage(), database.name);
    setEntityIdStrategy(new AutoIncrementIdStrategy(), dataHubEntities);
    return new DataSource({ ...database.connectionOptions(name), ...options, entities: dataHubEntities }).initialize();
}

function connectionOn(dataSource: DataSource): TransactionalConnection {
    const config = { authOptions: {} } as ConfigService;
    return new TransactionalConnection(dataSource, new TransactionWrapper(), config);
}
