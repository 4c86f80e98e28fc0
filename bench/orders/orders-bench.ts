import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from '../import/measure';
import { benchDatabase } from '../support/raw-database';
import { commonOptions, median, printReport, type ReportLine } from '../support/report';
import type { MeasuredOrders } from './child';

const names = { shop: 'dh_bench_orders', warmUps: ['dh_bench_orders_warm_1', 'dh_bench_orders_warm_2'] };
const child = join(__dirname, 'child.ts');

/**
 * Imports placed orders through a pipeline; takes their rows out and puts the very same ones back by plain INSERTs, in one
 * transaction. All in one process, which has done the same in two other shops before. Vendure has no service that creates an
 * order as it was placed elsewhere.
 */
export async function ordersBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            ...commonOptions,
            rounds: { type: 'string', default: '1' },
            orders: { type: 'string', default: '5000' },
        },
    });
    for (const server of values.db.split(',')) {
        for (const orders of values.orders.split(',').map(Number)) {
            await benchOn(server, orders, Number(values.rounds), values.ledger === 'off');
        }
    }
}

async function benchOn(server: string, amount: number, rounds: number, withoutLedger: boolean): Promise<void> {
    const results: MeasuredOrders[] = [];
    const without: MeasuredOrders[] = [];
    const input = { server, database: names.shop, warmUpDatabases: names.warmUps, csvPath: '', limit: amount };
    try {
        for (let round = 0; round < rounds; round++) {
            if (withoutLedger)
                without.push(await measure<MeasuredOrders>('orders', { ...input, ledger: false }, [], child));
            results.push(await measure<MeasuredOrders>('orders', input, [], child));
        }
    } finally {
        for (const name of Object.values(names).flat()) await benchDatabase(server).drop(name);
    }
    const against = { floor: median(results.map(({ raw }) => raw)), what: 'raw INSERT' };
    const line = (what: string, list: readonly MeasuredOrders[], part: keyof MeasuredOrders): ReportLine[] =>
        list.length === 0 ? [] : [{ what, amount, measured: median(list.map(each => each[part])), against }];
    printReport(server, 'orders', [
        ...line('DataHub import', results, 'imported'),
        ...line('DataHub import, cold', results, 'cold'),
        ...line('DataHub import, without ledger', without, 'imported'),
        ...line('DataHub, unchanged', results, 'again'),
        ...line('raw INSERT', results, 'raw'),
    ]);
}
