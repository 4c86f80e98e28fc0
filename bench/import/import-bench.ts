import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GeneratedCatalog, writeCatalogCsv } from '../catalog/catalog-csv';
import { benchDatabase, copyDatabase } from '../support/raw-database';
import { commonOptions, median, printReport, type ReportLine } from '../support/report';
import { CATALOG_WARM_UP, type ContenderInput, type Measured } from './contender';
import { measure } from './measure';

const folder = join(__dirname, '..', '..', '.bench');
const csvPath = join(folder, 'catalog.csv');
/** What the shop has when `catalog.csv` holds changes. */
const csvBefore = join(folder, 'catalog-before.csv');
const csvWarmUp = join(folder, CATALOG_WARM_UP);
/** What a process imports before, into a shop of its own: enough for the compiler to know all of the code. */
const WARM_UP_PRODUCTS = 10_000;
const names = {
    empty: 'dh_bench_empty',
    importer: 'dh_bench_importer',
    dataHub: 'dh_bench_datahub',
    withoutLedger: 'dh_bench_noledger',
    raw: 'dh_bench_raw',
    warmUps: ['dh_bench_warm_1', 'dh_bench_warm_2'],
    rawWarmUps: ['dh_bench_raw_warm_1', 'dh_bench_raw_warm_2'],
};

interface Settings {
    server: string;
    rounds: number;
    importerProducts: number;
    warmUps: number;
    withoutLedger: boolean;
    skuIndex: { skuIndex?: 'OFF' };
}

type Run = (name: string, input?: Partial<ContenderInput>) => Promise<Measured>;

/**
 * Imports the same seeded catalogs through Vendure's importer, through DataHub and by raw INSERTs, then re-imports them
 * unchanged and with 5 % of the variants changed. Every contender starts from a copy of the same empty shop. Imports are
 * measured twice: as the first thing that a process does, and after it has imported a small catalog into two other shops, as
 * a worker has. The floor is as warm. Re-imports are measured in a process that has done the same some times before.
 */
export async function importBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            ...commonOptions,
            rounds: { type: 'string', default: '1' },
            products: { type: 'string', default: '1000,10000' },
            'importer-products': { type: 'string', default: '1000' },
            /** How often the process has re-imported the catalog before it is measured, on both sides. */
            'warm-ups': { type: 'string', default: '5' },
            /** `off`: batches look for SKUs without the index that DataHub offers. */
            'sku-index': { type: 'string', default: 'on' },
        },
    });
    mkdirSync(folder, { recursive: true });
    try {
        for (const server of values.db.split(',')) {
            await benchOn(values.products.split(',').map(Number), {
                server,
                rounds: Number(values.rounds),
                importerProducts: Number(values['importer-products']),
                warmUps: Number(values['warm-ups']),
                withoutLedger: values.ledger === 'off',
                skuIndex: values['sku-index'] === 'off' ? { skuIndex: 'OFF' } : {},
            });
        }
    } finally {
        for (const path of [csvPath, csvBefore, csvWarmUp]) rmSync(path, { force: true });
    }
}

async function benchOn(sizes: number[], settings: Settings): Promise<void> {
    const { server } = settings;
    const database = benchDatabase(server);
    const run: Run = (name, input = {}) =>
        measure(name, { server, database: names.dataHub, csvPath, ...settings.skuIndex, ...input });
    console.log(`\n${server}: preparing an empty shop …`);
    await run('emptyShop', { database: names.empty });
    try {
        await writeCatalogCsv(csvWarmUp, { products: WARM_UP_PRODUCTS, seed: 43 });
        for (const products of sizes) {
            const catalog = await writeCatalogCsv(csvBefore, { products, seed: 42 });
            const lines = await benchSize(catalog, settings, run);
            printReport(server, 'variants', lines);
        }
    } finally {
        for (const name of Object.values(names).flat()) await database.drop(name);
    }
}

async function benchSize(catalog: GeneratedCatalog, settings: Settings, run: Run): Promise<ReportLine[]> {
    const { products, variants: amount } = catalog;
    const { server, rounds, importerProducts, warmUps, withoutLedger } = settings;
    const database = benchDatabase(server);
    const results = new Map<string, Measured[]>();
    const measured = async (what: string, name: string, input?: Partial<ContenderInput>): Promise<void> => {
        const result = await run(name, input);
        results.set(what, [...(results.get(what) ?? []), result]);
        console.log(`  ${products} products, ${what}: ${result.seconds.toFixed(2)} s (${result.note})`);
    };
    const isImporterDue = products <= importerProducts;
    for (let round = 0; round < rounds; round++) {
        await writeCatalogCsv(csvPath, { products, seed: 42 });
        if (isImporterDue && round === 0) {
            await copyDatabase(database, names.empty, names.importer);
            await measured('Vendure’s importer', 'vendureImporter', { database: names.importer });
        }
        const anew = (...to: string[]) => copyDatabase(database, names.empty, ...to);
        const warm = { warmUpDatabases: names.warmUps };
        if (withoutLedger) {
            await anew(names.withoutLedger, ...names.warmUps);
            const input = { database: names.withoutLedger, ledger: false, ...warm };
            await measured('DataHub import, without ledger', 'dataHub', input);
        }
        await anew(names.dataHub);
        await measured('DataHub import, cold', 'dataHub');
        await anew(names.dataHub, ...names.warmUps);
        await measured('DataHub import', 'dataHub', warm);
        await anew(names.raw, ...names.rawWarmUps);
        const floor = { warmUpDatabases: names.rawWarmUps, warmUpSources: names.warmUps };
        await measured('raw INSERT', 'rawInsert', { database: names.raw, sourceDatabase: names.dataHub, ...floor });
        await measured('raw read and compare', 'rawCompare', { warmUps });
        await measured('DataHub, unchanged', 'dataHub', { warmUps });
        await writeCatalogCsv(csvPath, { products, seed: 42, changedShare: 0.05 });
        // The changes, and back again.
        const warmUpPipelines = ['vendure-catalog', 'catalog-before'];
        await measured('DataHub, 5 % changed', 'dataHub', { warmUps, warmUpPipelines });
    }
    const medians = new Map([...results].map(([what, list]) => [what, median(list)]));
    const line = (what: string, floor?: string): ReportLine[] => {
        const found = medians.get(what);
        const against = floor === undefined ? undefined : { floor: medians.get(floor)!, what: floor };
        return found ? [{ what, amount, measured: found, against }] : [];
    };
    return [
        ...line('Vendure’s importer', 'DataHub import'),
        ...line('DataHub import', 'raw INSERT'),
        ...line('DataHub import, cold', 'raw INSERT'),
        ...line('DataHub import, without ledger', 'raw INSERT'),
        ...line('raw INSERT'),
        ...line('DataHub, unchanged', 'raw read and compare'),
        ...line('raw read and compare'),
        ...line('DataHub, 5 % changed', 'DataHub, unchanged'),
    ];
}
