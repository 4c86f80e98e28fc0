import { DEFAULT_CHANNEL_CODE } from '@vendure/common/lib/shared-constants';
import {
    AutoIncrementIdStrategy,
    Channel,
    type ConfigService,
    type ID,
    RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import { TransactionWrapper } from '@vendure/core/dist/connection/transaction-wrapper';
import { setEntityIdStrategy } from '@vendure/core/dist/entity/set-entity-id-strategy';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { dataHubEntities, setLongJsonType } from '../../src/entities';
import type { TestDatabase } from './databases';

export interface PluginDatabase {
    dataSource: DataSource;
    connection: TransactionalConnection;
    /** In the default channel, outside any transaction. */
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
        ctx: contextIn({ id: 1, code: DEFAULT_CHANNEL_CODE }),
        async close() {
            await dataSource.destroy();
            await database.drop(name);
        },
    };
}

/** Of nobody in particular; there need not be a row for the channel. */
function contextIn(channel: { id: ID; code: string }): RequestContext {
    return new RequestContext({
        apiType: 'admin',
        channel: new Channel(channel),
        isAuthorized: true,
        authorizedAsOwnerOnly: false,
    });
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
