import { basename, dirname } from 'node:path';
import { DefaultSearchPlugin } from '@vendure/core';
import { BootedVendure, bootVendure } from '../../e2e/support/vendure';
import { vendureCatalog } from '../../demo/pipelines/vendure-catalog';
import { type DataHubOptions, DataHubPlugin, skuIndex } from '../../src';
import { customersPipeline } from '../customers/customers-file';
import { benchDatabase } from '../support/raw-database';
import { StatementCounter } from '../support/statements';
import { writeNoLedger } from '../support/without-ledger';
import { CATALOG_WARM_UP, type ContenderInput } from './contender';

export type BenchShop = BootedVendure & { statements: StatementCounter };

interface ShopOptions {
    create?: boolean;
    pipelines?: DataHubOptions['pipelines'];
}

/** A Vendure server with DataHub on an existing database, its statements counted. */
export async function openShop(
    input: ContenderInput,
    { create = false, pipelines = defaultPipelines(input) }: ShopOptions = {},
): Promise<BenchShop> {
    const statements = new StatementCounter();
    if (input.ledger === false) writeNoLedger();
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
        // The index is a part of the shop, so the floor pays for it too.
        config: { entityOptions: { metadataModifiers: input.skuIndex === 'OFF' ? [] : [skuIndex] } },
        plugins: [
            ...(input.searchIndex ? [DefaultSearchPlugin.init({})] : []),
            DataHubPlugin.init({
                pipelines,
                files: { rootDir: dirname(input.csvPath) },
            }),
        ],
    });
    return { ...shop, statements, close: () => shop.close({ dropDatabase: false }) };
}

/** The catalog as the shop has it, beside the file that is measured. */
const CATALOG_BEFORE = 'catalog-before.csv';

function defaultPipelines({ csvPath, searchIndex }: ContenderInput) {
    const csvFile = basename(csvPath);
    return [
        searchIndex ? withIndexPolicy(vendureCatalog(csvFile), searchIndex) : vendureCatalog(csvFile),
        { ...vendureCatalog(CATALOG_BEFORE), code: 'catalog-before' },
        { ...vendureCatalog(CATALOG_WARM_UP), code: 'catalog-warm-up' },
        customersPipeline(csvFile),
    ];
}

function withIndexPolicy(pipeline: ReturnType<typeof vendureCatalog>, searchIndex: 'DIRECT' | 'NONE') {
    const { definition } = pipeline;
    const steps = definition.steps.map(step =>
        step.type === 'LOAD' ? { ...step, config: { ...step.config, searchIndex } } : step,
    );
    return { ...pipeline, definition: { ...definition, steps } };
}
