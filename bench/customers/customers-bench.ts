import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ContenderInput, Measured } from '../import/contender';
import { measure } from '../import/measure';
import { benchDatabase, copyDatabase } from '../support/raw-database';
import { commonOptions, median, printReport, type ReportLine } from '../support/report';
import { writeCustomers } from './customers-file';

const folder = join(__dirname, '..', '..', '.bench');
const csvPath = join(folder, 'customers.ndjson');
const names = {
    empty: 'dh_customers_empty',
    dataHub: 'dh_customers_datahub',
    raw: 'dh_customers_raw',
    warmUps: ['dh_customers_warm_1', 'dh_customers_warm_2'],
    rawWarmUps: ['dh_customers_raw_warm_1', 'dh_customers_raw_warm_2'],
};

interface Settings {
    server: string;
    customers: number;
    rounds: number;
    byService: number;
    withoutLedger: boolean;
}

/**
 * Imports customers through a pipeline, and writes the very same rows by raw INSERTs into a copy of the same empty shop.
 * Both processes have done so before in two other shops; `cold` is the first thing that a process does.
 */
export async function customersBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            ...commonOptions,
            rounds: { type: 'string', default: '1' },
            customers: { type: 'string', default: '10000' },
            /** Customers that Vendure's own service creates; 0 leaves it out. */
            'service-customers': { type: 'string', default: '300' },
        },
    });
    mkdirSync(folder, { recursive: true });
    try {
        for (const server of values.db.split(',')) {
            for (const customers of values.customers.split(',').map(Number)) {
                await benchOn({
                    server,
                    customers,
                    rounds: Number(values.rounds),
                    byService: Number(values['service-customers']),
                    withoutLedger: values.ledger === 'off',
                });
            }
        }
    } finally {
        rmSync(csvPath, { force: true });
    }
}

async function benchOn({ server, customers, rounds, byService, withoutLedger }: Settings): Promise<void> {
    writeCustomers(csvPath, customers, 42);
    const database = benchDatabase(server);
    const run = (name: string, input: Partial<ContenderInput> = {}): Promise<Measured> =>
        measure(name, { server, database: names.dataHub, csvPath, pipeline: 'customers', ...input });
    const anew = (...to: string[]) => copyDatabase(database, names.empty, ...to);
    const measured = {
        imported: [] as Measured[],
        cold: [] as Measured[],
        withoutLedger: [] as Measured[],
        raw: [] as Measured[],
        again: [] as Measured[],
    };
    try {
        await run('emptyShop', { database: names.empty });
        for (let round = 0; round < rounds; round++) {
            const warm = { warmUpDatabases: names.warmUps };
            if (withoutLedger) {
                await anew(names.dataHub, ...names.warmUps);
                measured.withoutLedger.push(await run('dataHub', { ledger: false, ...warm }));
            }
            await anew(names.dataHub);
            measured.cold.push(await run('dataHub'));
            await anew(names.dataHub, ...names.warmUps);
            measured.imported.push(await run('dataHub', warm));
            await anew(names.raw, ...names.rawWarmUps);
            const input = { database: names.raw, sourceDatabase: names.dataHub, part: 'customers' } as const;
            const floorWarm = { warmUpDatabases: names.rawWarmUps, warmUpSources: names.warmUps };
            measured.raw.push(await run('rawInsert', { ...input, ...floorWarm }));
            measured.again.push(await run('dataHub', { warmUps: 1 }));
        }
        const floor = median(measured.raw);
        const imported = median(measured.imported);
        const against = { floor, what: 'raw INSERT' };
        const amount = customers;
        const lines: ReportLine[] = [
            { what: 'DataHub import', amount, measured: imported, against },
            { what: 'DataHub import, cold', amount, measured: median(measured.cold), against },
        ];
        if (withoutLedger) {
            const without = median(measured.withoutLedger);
            lines.push({ what: 'DataHub import, without ledger', amount, measured: without, against });
        }
        lines.push({ what: 'raw INSERT', amount, measured: floor });
        lines.push({ what: 'DataHub, unchanged', amount, measured: median(measured.again), against });
        if (byService > 0) {
            await anew(names.raw);
            const service = await run('vendureCustomers', { database: names.raw, limit: byService });
            const share = byService / customers;
            const scaled = { ...imported, seconds: imported.seconds * share, cpuSeconds: imported.cpuSeconds! * share };
            const byDataHub = { floor: scaled, what: 'DataHub, as many customers' };
            lines.push({ what: 'Vendure’s service', amount: byService, measured: service, against: byDataHub });
        }
        printReport(server, 'customers', lines);
    } finally {
        for (const name of Object.values(names).flat()) await database.drop(name);
    }
}
