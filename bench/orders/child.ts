import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootOrderShop } from '../../e2e/support/order-shop';
import { createLoader, hostOf, loadRecords } from '../../e2e/support/run-loader';
import { runToEnd } from '../../e2e/support/run-to-end';
import type { BootedVendure } from '../../e2e/support/vendure';
import { productLoader } from '../../src/loaders';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from '../import/contender';
import { benchDatabase, openRaw, RawDatabase } from '../support/raw-database';
import { writeNoLedger } from '../support/without-ledger';
import { orderRows, skus } from './order-rows';

const folder = join(__dirname, '..', '..', '.bench');
/** Each after those that it points to. */
const TABLES = [
    'order',
    'order_channels_channel',
    'shipping_line',
    'order_line',
    'payment',
    'fulfillment',
    'order_fulfillments_fulfillment',
    'order_line_reference',
    'history_entry',
];

export interface MeasuredOrders {
    /** As the first thing that the process does. */
    cold: Measured;
    imported: Measured;
    again: Measured;
    raw: Measured;
}

/** The same in all shops, one after the other: a worker lives long, and has imported orders before. */
async function measureOrders(input: ContenderInput): Promise<MeasuredOrders> {
    if (input.ledger === false) writeNoLedger();
    const before: Measured[] = [];
    for (const database of input.warmUpDatabases!) before.push((await inShop({ ...input, database })).imported);
    return { cold: before[0]!, ...(await inShop(input)) };
}

/** Imports orders, imports them once more, takes their rows out and puts the very same ones back by plain INSERTs. */
async function inShop({ server, database, limit }: ContenderInput): Promise<Omit<MeasuredOrders, 'cold'>> {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'orders.json');
    writeFileSync(file, JSON.stringify(orderRows(limit!)));
    const shop = await bootOrderShop(benchDatabase(server), database, {
        pipelines: [ordersPipeline],
        files: { rootDir: folder },
    });
    try {
        const variants = skus.map(sku => ({ slug: sku.toLowerCase(), name: sku, variants: [{ sku, price: 100 }] }));
        await loadRecords(await createLoader(productLoader, hostOf(shop)), shop, variants);
        const raw = await openRaw(benchDatabase(server), database);
        const known = new Set((await raw.rows('SELECT * FROM "history_entry"')).map(row => JSON.stringify(row)));
        const imported = await timed(() => runOrders(shop));
        const again = await timed(() => runOrders(shop));
        return { imported, again, raw: await putBack(raw, known).finally(() => raw.close()) };
    } finally {
        await shop.close();
        rmSync(file, { force: true });
    }
}

const ordersPipeline = {
    code: 'orders',
    name: 'Orders',
    definition: {
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', path: 'orders.json', format: 'JSON' } },
            { key: 'load', type: 'LOAD', config: { adapterCode: 'order' } },
        ],
    } as never,
};

async function timed(work: () => Promise<Pick<Measured, 'note' | 'statements'>>): Promise<Measured> {
    const started = performance.now();
    const cpu = process.cpuUsage();
    const done = await work();
    const seconds = (performance.now() - started) / 1000;
    return { seconds, cpuSeconds: cpuSecondsSince(cpu), transactions: 0, peakRssMb: peakRssMb(), ...done };
}

async function runOrders(shop: BootedVendure): Promise<Pick<Measured, 'note' | 'statements'>> {
    const run = await runToEnd(shop, 'orders');
    const note = `${run.status}: ${run.created} created, ${run.unchanged} unchanged, ${run.rejected} rejected`;
    return { note, statements: 0 };
}

async function putBack(raw: RawDatabase, known: ReadonlySet<string>): Promise<Measured> {
    const loads: { table: string; columns: string[]; rows: unknown[][] }[] = [];
    for (const table of TABLES) {
        const rows = (await raw.rows(`SELECT * FROM "${table}"`)).filter(row => !known.has(JSON.stringify(row)));
        const isJson = (value: unknown): boolean =>
            typeof value === 'object' && value !== null && !(value instanceof Date);
        const stored = rows.map(row => row.map(value => (isJson(value) ? JSON.stringify(value) : value)));
        loads.push({ table, columns: await raw.columns(table), rows: stored });
    }
    for (const table of ['order_fulfillments_fulfillment', 'order_line_reference', 'fulfillment', 'payment', 'order']) {
        await raw.run(`DELETE FROM "${table}"`);
    }
    return timed(async () => {
        let statements = 2;
        await raw.run('BEGIN');
        for (const { table, columns, rows } of loads) statements += await raw.insert(table, columns, rows);
        await raw.run('COMMIT');
        const rows = loads.reduce((sum, load) => sum + load.rows.length, 0);
        return { note: `${rows} rows in ${loads.length} tables`, statements };
    });
}

measureOrders(JSON.parse(process.argv[3]!) as ContenderInput).then(
    measured => {
        process.stdout.write(`\nMEASURED ${JSON.stringify(measured)}\n`, () => process.exit(0));
    },
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
