import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import { writeCatalogCsv } from '../catalog/catalog-csv';
import type { ContenderInput, Measured } from '../import/contender';
import { measure } from '../import/measure';
import { benchDatabase, copyDatabase, openRaw } from '../support/raw-database';

const folder = join(__dirname, '..', '..', '.bench');
const names = { empty: 'dh_bench_search_empty', without: 'dh_bench_search_none', direct: 'dh_bench_search_direct' };
/** Without ids, which each import draws anew. */
const COMPARED = [
    'sku',
    'languageCode',
    'productName',
    'productVariantName',
    'slug',
    'description',
    'price',
    'priceWithTax',
];

/**
 * Imports the same catalog into an empty shop with DefaultSearchPlugin: without the index, with `searchIndex: 'DIRECT'`,
 * and without it followed by Vendure's reindex. Both indexes must hold the same rows.
 */
export async function searchBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            db: { type: 'string', default: 'postgres' },
            products: { type: 'string', default: '10000' },
            rounds: { type: 'string', default: '1' },
        },
    });
    mkdirSync(folder, { recursive: true });
    const server = values.db;
    const database = benchDatabase(server);
    const csvPath = join(folder, 'search-catalog.csv');
    const catalog = await writeCatalogCsv(csvPath, { products: Number(values.products), seed: 42 });
    console.log(`\n${server}: preparing an empty shop …`);
    const shop: ContenderInput = { server, csvPath, database: names.empty, searchIndex: 'NONE' };
    await measure('emptyShop', shop);
    const lines = { NONE: [] as Measured[], DIRECT: [] as Measured[], reindex: [] as Measured[] };
    try {
        for (let round = 0; round < Number(values.rounds); round++) {
            await copyDatabase(database, names.empty, names.without);
            lines.NONE.push(told(await measure('dataHub', { ...shop, database: names.without })));
            await copyDatabase(database, names.empty, names.direct);
            const direct = { ...shop, database: names.direct, searchIndex: 'DIRECT' as const };
            lines.DIRECT.push(told(await measure('dataHub', direct)));
            lines.reindex.push(told(await measure('vendureReindex', { ...shop, database: names.without })));
            await compare(server);
        }
    } finally {
        for (const name of Object.values(names)) await database.drop(name);
        rmSync(csvPath, { force: true });
    }
    const [none, direct, reindex] = [median(lines.NONE), median(lines.DIRECT), median(lines.reindex)];
    const both = {
        seconds: none.seconds + reindex.seconds,
        cpuSeconds: none.cpuSeconds! + reindex.cpuSeconds!,
        statements: none.statements + reindex.statements,
    };
    console.log(`\n${server}, node ${process.version}, ${catalog.products} products, ${catalog.variants} variants`);
    printTable(
        ['contender', 'seconds', 'CPU seconds', 'variants/s', 'statements', 'note'],
        (
            [
                ['import, searchIndex NONE', none],
                ['import, searchIndex DIRECT', direct],
                ['Vendure’s reindex', reindex],
                ['import (NONE) plus reindex', { ...both, note: '' }],
            ] as const
        ).map(([what, { seconds, cpuSeconds, statements, note }]) => [
            what,
            seconds.toFixed(2),
            cpuSeconds!.toFixed(2),
            Math.round(catalog.variants / seconds),
            statements,
            note ?? '',
        ]),
    );
    const ratio = (a: { seconds: number; cpuSeconds?: number }, b: typeof a): string =>
        `${(a.seconds / b.seconds).toFixed(2)}× (CPU ${(a.cpuSeconds! / b.cpuSeconds!).toFixed(2)}×)`;
    console.log(`  DIRECT: ${ratio(direct, none)} the time of NONE`);
    console.log(`  import plus reindex: ${ratio(both, direct)} the time of DIRECT`);
    const added = { seconds: direct.seconds - none.seconds, cpuSeconds: direct.cpuSeconds! - none.cpuSeconds! };
    console.log(`  reindex: ${ratio(reindex, added)} the time that DIRECT adds to the import`);
}

async function compare(server: string): Promise<void> {
    const [left, right] = await Promise.all(
        [names.direct, names.without].map(name => openRaw(benchDatabase(server), name)),
    );
    try {
        const columns = COMPARED.map(column => `"${column}"`).join(', ');
        const sql = `SELECT ${columns} FROM "search_index_item" ORDER BY 1, 2`;
        const [a, b] = [await left!.rows(sql), await right!.rows(sql)];
        if (a.length === 0 || JSON.stringify(a) !== JSON.stringify(b)) {
            throw new Error(`The indexes differ: ${a.length} rows by DIRECT, ${b.length} by the reindex.`);
        }
    } finally {
        await left!.close();
        await right!.close();
    }
}

function told(measured: Measured): Measured {
    console.log(`  ${measured.seconds.toFixed(2)} s (${measured.note})`);
    return measured;
}

function median(measured: readonly Measured[]): Measured {
    return [...measured].sort((a, b) => a.seconds - b.seconds)[Math.floor(measured.length / 2)]!;
}
