import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import { bootOrderShop } from '../../e2e/support/order-shop';
import { createLoader, hostOf, loadRecords } from '../../e2e/support/run-loader';
import { runToEnd } from '../../e2e/support/run-to-end';
import type { BootedVendure } from '../../e2e/support/vendure';
import { productLoader } from '../../src/loaders';
import { benchDatabase, openRaw, RawDatabase } from '../support/raw-database';
import { orderRows, skus } from './order-rows';

const folder = join(__dirname, '..', '..', '.bench');
const DATABASE = 'dh_bench_orders';
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

/**
 * Imports placed orders through a pipeline, with the ledger on; takes their rows out and puts the very same ones back by
 * plain INSERTs of a thousand rows each, in one transaction. Both in one run, on PostgreSQL.
 */
export async function ordersBench(args: string[]): Promise<void> {
    const { values } = parseArgs({ args, options: { orders: { type: 'string', default: '5000' } } });
    const count = Number(values.orders);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'orders.json');
    writeFileSync(file, JSON.stringify(orderRows(count)));
    const postgres = benchDatabase('postgres');
    const shop = await bootOrderShop(postgres, DATABASE, { pipelines: [ordersPipeline], files: { rootDir: folder } });
    try {
        const variants = skus.map(sku => ({ slug: sku.toLowerCase(), name: sku, variants: [{ sku, price: 100 }] }));
        await loadRecords(await createLoader(productLoader, hostOf(shop)), shop, variants);
        const known = await rowsOf('history_entry');
        const imported = await timed(() => runOrders(shop));
        const again = await timed(() => runOrders(shop));
        const raw = await openRaw(postgres, DATABASE);
        const floor = await putBack(raw, new Set(known.map(row => JSON.stringify(row)))).finally(() => raw.close());
        print(count, imported, again, floor);
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
        context: { throughput: { batchSize: 500 } },
    } as never,
};

interface Timed {
    seconds: number;
    note: string;
}

async function timed(work: () => Promise<string>): Promise<Timed> {
    const started = performance.now();
    const note = await work();
    return { seconds: (performance.now() - started) / 1000, note };
}

async function runOrders(shop: BootedVendure): Promise<string> {
    const run = await runToEnd(shop, 'orders');
    return `${run.status}: ${run.created} created, ${run.unchanged} unchanged, ${run.rejected} rejected`;
}

async function rowsOf(table: string): Promise<unknown[][]> {
    const raw = await openRaw(benchDatabase('postgres'), DATABASE);
    return raw.rows(`SELECT * FROM "${table}"`).finally(() => raw.close());
}

async function putBack(raw: RawDatabase, known: ReadonlySet<string>): Promise<Timed> {
    const loads: { table: string; columns: string[]; rows: unknown[][] }[] = [];
    for (const table of TABLES) {
        const rows = (await raw.rows(`SELECT * FROM "${table}"`)).filter(row => !known.has(JSON.stringify(row)));
        const isJson = (value: unknown): boolean =>
            typeof value === 'object' && value !== null && !(value instanceof Date);
        const stored = rows.map(row => row.map(value => (isJson(value) ? JSON.stringify(value) : value)));
        loads.push({ table, columns: await raw.columns(table), rows: stored });
    }
    await raw.run('DELETE FROM order_fulfillments_fulfillment');
    await raw.run('DELETE FROM order_line_reference');
    await raw.run('DELETE FROM fulfillment');
    await raw.run('DELETE FROM payment');
    await raw.run('DELETE FROM "order"');
    return timed(async () => {
        await raw.run('BEGIN');
        for (const { table, columns, rows } of loads) await raw.insert(table, columns, rows);
        await raw.run('COMMIT');
        return `${loads.reduce((sum, load) => sum + load.rows.length, 0)} rows in ${loads.length} tables`;
    });
}

function print(count: number, imported: Timed, again: Timed, floor: Timed): void {
    const line = (what: string, { seconds, note }: Timed) => [
        what,
        seconds.toFixed(2),
        Math.round(count / seconds),
        (seconds / floor.seconds).toFixed(2),
        note,
    ];
    printTable(
        [`${count} orders`, 'seconds', 'orders/s', '× raw', 'note'],
        [line('DataHub import', imported), line('DataHub, unchanged', again), line('raw INSERT', floor)],
    );
}
