import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import { GeneratedCatalog, writeCatalogCsv } from '../catalog/catalog-csv';
import { benchDatabase, copyDatabase } from '../support/raw-database';
import type { ContenderInput, Measured } from './contender';
import { measure } from './measure';

const folder = join(__dirname, '..', '..', '.bench');
const names = {
    empty: 'dh_bench_empty',
    importer: 'dh_bench_importer',
    dataHub: 'dh_bench_datahub',
    raw: 'dh_bench_raw',
};

interface Line extends Measured {
    what: string;
    catalog: GeneratedCatalog;
}

/**
 * Imports the same seeded catalogs through Vendure's importer, through DataHub and by raw INSERTs, then re-imports them
 * unchanged and with 5 % of the variants changed. Every contender starts from a copy of the same empty shop.
 */
export async function importBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            db: { type: 'string', default: 'postgres,sqlite' },
            products: { type: 'string', default: '1000,10000' },
            'importer-products': { type: 'string', default: '1000' },
        },
    });
    mkdirSync(folder, { recursive: true });
    for (const server of values.db.split(',')) {
        await benchOn(server, values.products.split(',').map(Number), Number(values['importer-products']));
    }
}

async function benchOn(server: string, sizes: number[], importerProducts: number): Promise<void> {
    const database = benchDatabase(server);
    const csvPath = join(folder, 'catalog.csv');
    console.log(`\n${server}: preparing an empty shop …`);
    await measure('emptyShop', { server, database: names.empty, csvPath });
    const lines: Line[] = [];
    try {
        for (const products of sizes) {
            const catalog = await writeCatalogCsv(csvPath, { products, seed: 42 });
            const contender = async (what: string, name: string, input: Partial<ContenderInput>): Promise<Line> => {
                const line = {
                    what,
                    catalog,
                    ...(await measure(name, { server, database: names.dataHub, csvPath, ...input })),
                };
                console.log(`  ${products} products, ${what}: ${line.seconds.toFixed(2)} s (${line.note})`);
                lines.push(line);
                return line;
            };
            if (products <= importerProducts) {
                await copyDatabase(database, names.empty, names.importer);
                await contender('Vendure importer', 'vendureImporter', { database: names.importer });
            }
            await copyDatabase(database, names.empty, names.dataHub);
            await contender('DataHub import', 'dataHub', {});
            await copyDatabase(database, names.empty, names.raw);
            await contender('raw INSERT', 'rawInsert', { database: names.raw, sourceDatabase: names.dataHub });
            await contender('raw read and compare', 'rawCompare', {});
            await contender('DataHub, unchanged', 'dataHub', {});
            await writeCatalogCsv(csvPath, { products, seed: 42, changedShare: 0.05 });
            await contender('DataHub, 5 % changed', 'dataHub', {});
        }
    } finally {
        for (const name of Object.values(names)) await database.drop(name);
        rmSync(csvPath, { force: true });
    }
    print(server, lines);
}

function print(server: string, lines: Line[]): void {
    console.log(`\n${server}, node ${process.version}`);
    printTable(
        [
            'contender',
            'products',
            'variants',
            'seconds',
            'variants/s',
            'statements/product',
            'shop writes',
            'peak RSS MB',
        ],
        lines.map(line => [
            line.what,
            line.catalog.products,
            line.catalog.variants,
            line.seconds.toFixed(2),
            Math.round(line.catalog.variants / line.seconds),
            (line.statements / line.catalog.products).toFixed(2),
            line.shopWrites === undefined ? '' : String(line.shopWrites),
            line.peakRssMb,
        ]),
    );
    for (const products of new Set(lines.map(line => line.catalog.products))) {
        const seconds = (what: string): number | undefined =>
            lines.find(line => line.catalog.products === products && line.what === what)?.seconds;
        const ratio = (what: string, of: string): string => {
            const [a, b] = [seconds(what), seconds(of)];
            return a === undefined || b === undefined ? '–' : `${(a / b).toFixed(2)}×`;
        };
        console.log(`  ${products} products`);
        console.log(`    import: ${ratio('DataHub import', 'raw INSERT')} the time of raw INSERT`);
        console.log(`    import: ${ratio('Vendure importer', 'DataHub import')} the rate of Vendure's importer`);
        console.log(
            `    unchanged: ${ratio('DataHub, unchanged', 'raw read and compare')} the time of raw read and compare`,
        );
        console.log(`    5 % changed: ${ratio('DataHub, 5 % changed', 'DataHub, unchanged')} the time of unchanged`);
    }
}
