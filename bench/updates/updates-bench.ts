import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import { writeCatalogCsv } from '../catalog/catalog-csv';
import type { ContenderInput, Measured } from '../import/contender';
import { measure } from '../import/measure';
import { benchDatabase, copyDatabase, openRaw } from '../support/raw-database';
import { warmUp } from './update-pipelines';

const folder = join(__dirname, '..', '..', '.bench', 'updates');
const names = { shop: 'dh_updates_shop', dataHub: 'dh_updates_datahub', raw: 'dh_updates_raw' };
const child = join(__dirname, 'child.ts');

type Line = [what: string, measured: Measured, floor: Measured];

/** Every variant of a shop gets a new price, then new stock, through DataHub and by raw SQL, each on a copy of the shop. */
export async function updatesBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            db: { type: 'string', default: 'postgres,sqlite' },
            variants: { type: 'string', default: '10000' },
            rounds: { type: 'string', default: '3' },
        },
    });
    mkdirSync(folder, { recursive: true });
    try {
        for (const server of values.db.split(',')) {
            await benchOn(server, Number(values.variants), Number(values.rounds));
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

async function benchOn(server: string, wanted: number, rounds: number): Promise<void> {
    const database = benchDatabase(server);
    const file = (name: string) => join(folder, `${name}.csv`);
    const run = (name: string, input: Partial<ContenderInput>): Promise<Measured> =>
        measure(name, { server, database: names.shop, csvPath: file('catalog'), ...input }, [], child);
    try {
        await writeCatalogCsv(file('catalog'), { products: Math.ceil(wanted / 2.4), seed: 42 });
        console.log(`\n${server}: preparing a shop …`);
        await run('shop', {});
        const skus = await skusOf(server, names.shop, wanted);
        writeUpdates(file, skus);
        const lines: Line[] = [];
        for (const [what, raw] of [
            ['prices', 'rawPrices'],
            ['stock', 'rawStock'],
        ] as const) {
            const ours: Measured[] = [];
            const floor: Measured[] = [];
            for (let round = 0; round < rounds; round++) {
                await copyDatabase(database, names.shop, names.dataHub);
                ours.push(await run(what, { database: names.dataHub, csvPath: file(what) }));
                await copyDatabase(database, names.shop, names.raw);
                floor.push(await run(raw, { database: names.raw, csvPath: file(what) }));
                await assertSame(server);
            }
            lines.push([`DataHub, ${what}`, median(ours), median(floor)]);
            lines.push([`raw SQL, ${what}`, median(floor), median(floor)]);
        }
        print(server, skus.length, lines);
    } finally {
        for (const name of Object.values(names)) await database.drop(name);
    }
}

async function skusOf(server: string, name: string, wanted: number): Promise<string[]> {
    const raw = await openRaw(benchDatabase(server), name);
    try {
        const rows = await raw.rows('SELECT sku FROM product_variant ORDER BY id');
        return rows.slice(0, wanted).map(([sku]) => String(sku));
    } finally {
        await raw.close();
    }
}

/** Prices and stock that no variant of the generated catalog has, and others to warm up with. */
function writeUpdates(file: (name: string) => string, skus: readonly string[]): void {
    const write = (name: string, header: string, valueOf: (i: number) => string): void => {
        writeFileSync(file(name), [header, ...skus.map((sku, i) => `${sku},${valueOf(i)}`), ''].join('\n'));
    };
    write(warmUp('prices'), 'sku,price', i => `${2_000_000 + i}.49`);
    write('prices', 'sku,price', i => `${1_000_000 + i}.99`);
    write(warmUp('stock'), 'sku,stockOnHand', i => String(200_000 + i));
    write('stock', 'sku,stockOnHand', i => String(100_000 + i));
}

/** Both have written the same, or the comparison means nothing. */
async function assertSame(server: string): Promise<void> {
    const read = async (name: string): Promise<string> => {
        const raw = await openRaw(benchDatabase(server), name);
        const rows = await raw.rows(
            `SELECT v.sku, p.price, p."currencyCode", s."stockOnHand", SUM(m.quantity)
             FROM product_variant v JOIN product_variant_price p ON p."variantId" = v.id
             JOIN stock_level s ON s."productVariantId" = v.id
             LEFT JOIN stock_movement m ON m."productVariantId" = v.id
             GROUP BY v.sku, p.price, p."currencyCode", s."stockOnHand" ORDER BY v.sku`,
        );
        await raw.close();
        return JSON.stringify(rows);
    };
    if ((await read(names.dataHub)) !== (await read(names.raw))) {
        throw new Error('DataHub and raw SQL have left different prices or stock.');
    }
}

function median(list: readonly Measured[]): Measured {
    return [...list].sort((a, b) => a.seconds - b.seconds)[Math.floor(list.length / 2)]!;
}

function print(server: string, variants: number, lines: readonly Line[]): void {
    console.log(`\n${server}, node ${process.version}, ${variants} variants`);
    printTable(
        ['contender', 'seconds', 'against raw', 'CPU seconds', 'against raw', 'statements', 'peak RSS MB', 'run'],
        lines.map(([what, { seconds, cpuSeconds = 0, statements, peakRssMb, note }, floor]) => [
            what,
            seconds.toFixed(2),
            `${(seconds / floor.seconds).toFixed(2)}×`,
            cpuSeconds.toFixed(2),
            `${(cpuSeconds / floor.cpuSeconds!).toFixed(2)}×`,
            statements,
            peakRssMb,
            note ?? '',
        ]),
    );
}
