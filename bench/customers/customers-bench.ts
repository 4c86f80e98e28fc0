import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import type { ContenderInput, Measured } from '../import/contender';
import { measure } from '../import/measure';
import { benchDatabase, copyDatabase } from '../support/raw-database';
import { writeCustomers } from './customers-file';

const folder = join(__dirname, '..', '..', '.bench');
const names = { empty: 'dh_customers_empty', dataHub: 'dh_customers_datahub', raw: 'dh_customers_raw' };

/** Imports customers through a pipeline, and writes the very same rows by raw INSERTs into a copy of the same empty shop. */
export async function customersBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: { db: { type: 'string', default: 'postgres' }, customers: { type: 'string', default: '10000' } },
    });
    const { db: server } = values;
    const customers = Number(values.customers);
    const database = benchDatabase(server);
    mkdirSync(folder, { recursive: true });
    const csvPath = join(folder, 'customers.ndjson');
    writeCustomers(csvPath, customers, 42);
    const run = (name: string, input: Partial<ContenderInput>): Promise<Measured> =>
        measure(name, { server, database: names.dataHub, csvPath, pipeline: 'customers', ...input });
    try {
        await run('emptyShop', { database: names.empty });
        await copyDatabase(database, names.empty, names.dataHub);
        const imported = await run('dataHub', {});
        await copyDatabase(database, names.empty, names.raw);
        const raw = await run('rawInsert', {
            database: names.raw,
            sourceDatabase: names.dataHub,
            part: 'customers',
        });
        const again = await run('dataHub', {});
        print(server, customers, { 'DataHub import': imported, 'raw INSERT': raw, 'DataHub, unchanged': again });
        console.log(`  import: ${(imported.seconds / raw.seconds).toFixed(2)}× the time of raw INSERT`);
    } finally {
        for (const name of Object.values(names)) await database.drop(name);
        rmSync(csvPath, { force: true });
    }
}

function print(server: string, customers: number, contenders: Record<string, Measured>): void {
    console.log(`\n${server}, node ${process.version}`);
    printTable(
        ['contender', 'customers', 'seconds', 'customers/s', 'statements', 'shop writes', 'peak RSS MB', ''],
        Object.entries(contenders).map(([what, line]) => [
            what,
            customers,
            line.seconds.toFixed(2),
            Math.round(customers / line.seconds),
            line.statements,
            line.shopWrites === undefined ? '' : String(line.shopWrites),
            line.peakRssMb,
            line.note ?? '',
        ]),
    );
}
