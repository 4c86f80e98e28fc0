import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import { writeCatalogCsv } from '../catalog/catalog-csv';
import type { ContenderInput, Measured } from '../import/contender';
import { measure } from '../import/measure';
import { benchDatabase, copyDatabase, openRaw } from '../support/raw-database';

const folder = join(__dirname, '..', '..', '.bench', 'updates');
const names = { shop: 'dh_updates_shop', dataHub: 'dh_updates_datahub', raw: 'dh_updates_raw' };
const child = join(__dirname, 'child.ts');

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
        const lines: [string, number, Measured][] = [];
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
            const [first, again] = [median(ours), median(floor)];
            const unchanged = await run(what, { database: names.dataHub, csvPath: file(what) });
            lines.push([`DataHub, ${what}`, first.seconds / again.seconds, first]);
            lines.push([`raw SQL, ${what}`, 1, again]);
            lines.push([`DataHub, ${what} unchanged`, unchanged.seconds / again.seconds, unchanged]);
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

/** Prices and stock that no variant of the generated catalog has. */
function writeUpdates(file: (name: string) => string, skus: readonly string[]): void {
    const prices = skus.map((sku, i) => `${sku},${1_000_000 + i}.99`);
    writeFileSync(file('prices'), ['sku,price', ...prices, ''].join('\n'));
    const stock = skus.map((sku, i) => `${sku},${100_000 + i}`);
    writeFileSync(file('stock'), ['sku,stockOnHand', ...stock, ''].join('\n'));
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

function print(server: string, variants: number, lines: [string, number, Measured][]): void {
    console.log(`\n${server}, node ${process.version}, ${variants} variants`);
    printTable(
        ['contender', 'seconds', 'variants/s', 'against raw', 'statements', 'peak RSS MB', 'run'],
        lines.map(([what, ratio, { seconds, statements, peakRssMb, note }]) => [
            what,
            seconds.toFixed(2),
            Math.round(variants / seconds),
            `${ratio.toFixed(2)}×`,
            statements,
            peakRssMb,
            note ?? '',
        ]),
    );
}
