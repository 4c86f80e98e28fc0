import { basename, dirname } from 'node:path';
import { BootedVendure, bootVendure } from '../../e2e/support/vendure';
import { vendureCatalog } from '../../demo/pipelines/vendure-catalog';
import { type DataHubOptions, DataHubPlugin } from '../../src';
import { customersPipeline } from '../customers/customers-file';
import { benchDatabase } from '../support/raw-database';
import { StatementCounter } from '../support/statements';
import type { ContenderInput } from './contender';

export type BenchShop = BootedVendure & { statements: StatementCounter };

interface ShopOptions {
    create?: boolean;
    pipelines?: DataHubOptions['pipelines'];
}

/** A Vendure server with DataHub on an existing database, its statements counted. */
export async function openShop(
    input: ContenderInput,
    { create = false, pipelines = defaultPipelines(basename(input.csvPath)) }: ShopOptions = {},
): Promise<BenchShop> {
    const statements = new StatementCounter();
    const database = benchDatabase(input.server);
    const shop = await bootVendure({
        database: {
            ...database,
            connectionOptions: name => ({
                ...database.connectionOptions(name),
                synchronize: create,
                logger: statements,
            }),
        },
        databaseName: input.database,
        keepDatabase: !create,
        plugins: [
            DataHubPlugin.init({
                pipelines,
                files: { rootDir: dirname(input.csvPath) },
            }),
        ],
    });
    return { ...shop, statements, close: () => shop.close({ dropDatabase: false }) };
}

function defaultPipelines(csvFile: string) {
    return [vendureCatalog(csvFile), customersPipeline(csvFile)];
}
