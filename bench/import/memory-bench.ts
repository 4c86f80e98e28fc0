import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import { writeCatalogCsv } from '../catalog/catalog-csv';
import { benchDatabase, copyDatabase } from '../support/raw-database';
import { measure } from './measure';

const folder = join(__dirname, '..', '..', '.bench');
const names = { empty: 'dh_memory_empty', shop: 'dh_memory_shop' };

/**
 * Node lets garbage grow to several times what is alive before it collects, so peak memory without a limit says more about
 * the collector than about the import. Under this one a process that holds on to anything dies instead of growing.
 */
const HEAP_MB = 256;

interface MemoryLine {
    products: number;
    peakRssMb: number;
    seconds: number;
    note: string | undefined;
}

/** Peak memory of a whole server process that imports a catalog, and one many times as large. */
export async function memoryBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            db: { type: 'string', default: 'postgres' },
            products: { type: 'string', default: '10000,100000' },
            /** Limit of the V8 heap; 0 for none. */
            'heap-mb': { type: 'string', default: String(HEAP_MB) },
        },
    });
    const lines = await measureMemory(values.db, values.products.split(',').map(Number), Number(values['heap-mb']));
    printTable(
        ['products', 'seconds', 'peak RSS MB', 'times the first', 'run'],
        lines.map(line => [
            line.products,
            line.seconds.toFixed(1),
            line.peakRssMb,
            `${(line.peakRssMb / lines[0]!.peakRssMb).toFixed(2)}×`,
            line.note ?? '',
        ]),
    );
}

export async function measureMemory(server: string, sizes: number[], heapMb = HEAP_MB): Promise<MemoryLine[]> {
    const database = benchDatabase(server);
    const csvPath = join(folder, 'memory.csv');
    mkdirSync(folder, { recursive: true });
    const lines: MemoryLine[] = [];
    try {
        await measure('emptyShop', { server, database: names.empty, csvPath });
        for (const products of sizes) {
            await writeCatalogCsv(csvPath, { products, seed: 42 });
            await copyDatabase(database, names.empty, names.shop);
            const { peakRssMb, seconds, note } = await measure(
                'dataHub',
                { server, database: names.shop, csvPath },
                heapMb > 0 ? [`--max-old-space-size=${heapMb}`] : [],
            );
            lines.push({ products, peakRssMb, seconds, note });
        }
    } finally {
        for (const name of Object.values(names)) await database.drop(name);
        rmSync(csvPath, { force: true });
    }
    return lines;
}
