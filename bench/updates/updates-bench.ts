import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeCatalogCsv } from '../catalog/catalog-csv';
import type { ContenderInput, Measured } from '../import/contender';
import { measure } from '../import/measure';
import { benchDatabase, copyDatabase, openRaw } from '../support/raw-database';
import { commonOptions, median, printReport, type ReportLine } from '../support/report';
import { warmUp } from './update-pipelines';

const folder = join(__dirname, '..', '..', '.bench', 'updates');
const names = { shop: 'dh_updates_shop', dataHub: 'dh_updates_datahub', raw: 'dh_updates_raw' };
const child = join(__dirname, 'child.ts');

interface Settings {
    server: string;
    variants: number;
    rounds: number;
    warmUps: number;
    byService: number;
    withoutLedger: boolean;
}

/** Every variant of a shop gets a new price, then new stock, through DataHub and by raw SQL, each on a copy of the shop. */
export async function updatesBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            ...commonOptions,
            variants: { type: 'string', default: '10000' },
            /** Files that each contender has taken in before the one that is measured; an odd number. */
            'warm-ups': { type: 'string', default: '5' },
            /** Variants that Vendure's own service updates; 0 leaves it out. */
            'service-variants': { type: 'string', default: '300' },
        },
    });
    mkdirSync(folder, { recursive: true });
    try {
        for (const server of values.db.split(',')) {
            for (const variants of values.variants.split(',').map(Number)) {
                await benchOn({
                    server,
                    variants,
                    rounds: Number(values.rounds),
                    warmUps: Number(values['warm-ups']),
                    byService: Number(values['service-variants']),
                    withoutLedger: values.ledger === 'off',
                });
            }
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

async function benchOn(settings: Settings): Promise<void> {
    const { server, variants } = settings;
    const database = benchDatabase(server);
    try {
        await writeCatalogCsv(file('catalog'), { products: Math.ceil(variants / 2.4), seed: 42 });
        console.log(`\n${server}: preparing a shop …`);
        await measure('shop', { server, database: names.shop, csvPath: file('catalog') }, [], child);
        const skus = await skusOf(server, names.shop, variants);
        writeUpdates(skus);
        const lines = [
            ...(await compare('prices', 'rawPrices', settings)),
            ...(await compare('stock', 'rawStock', settings)),
        ];
        printReport(server, 'variants', lines);
    } finally {
        for (const name of Object.values(names)) await database.drop(name);
    }
}

async function compare(what: string, raw: string, settings: Settings): Promise<ReportLine[]> {
    const { server, rounds, variants, warmUps, byService, withoutLedger } = settings;
    const database = benchDatabase(server);
    const run = async (name: string, on: string, more: Partial<ContenderInput> = {}): Promise<Measured> => {
        await copyDatabase(database, names.shop, on);
        return measure(name, { server, database: on, csvPath: file(what), warmUps, ...more }, [], child);
    };
    const measured = { ours: [] as Measured[], withoutLedger: [] as Measured[], floor: [] as Measured[] };
    for (let round = 0; round < rounds; round++) {
        if (withoutLedger) measured.withoutLedger.push(await run('dataHub', names.dataHub, { ledger: false }));
        measured.ours.push(await run('dataHub', names.dataHub));
        measured.floor.push(await run(raw, names.raw));
        await assertSame(server);
    }
    const floor = median(measured.floor);
    const ours = median(measured.ours);
    const against = { floor, what: 'raw SQL' };
    const lines: ReportLine[] = [{ what: `DataHub, ${what}`, amount: variants, measured: ours, against }];
    if (withoutLedger) {
        const without = median(measured.withoutLedger);
        lines.push({ what: `DataHub, ${what}, without ledger`, amount: variants, measured: without, against });
    }
    lines.push({ what: `raw SQL, ${what}`, amount: variants, measured: floor });
    if (byService > 0) {
        const service = await run('vendureService', names.raw, { limit: byService });
        const share = byService / variants;
        const scaled = { ...ours, seconds: ours.seconds * share, cpuSeconds: ours.cpuSeconds! * share };
        const byDataHub = { floor: scaled, what: 'DataHub, as many variants' };
        lines.push({ what: `Vendure’s service, ${what}`, amount: byService, measured: service, against: byDataHub });
    }
    return lines;
}

function file(name: string): string {
    return join(folder, `${name}.csv`);
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
function writeUpdates(skus: readonly string[]): void {
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
