import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordPages } from '../../src/runtime/ports';
import { JsonObject } from '../../shared/json';
import { WholeOperation } from '../../src/sdk/whole-operation';
import { createWholeRunner } from '../../src/whole/whole-runner';
import { WholeCase, WholeMeasured } from './cases';

/* One operation in a process of its own: peak memory is the process's, DuckDB included. */

const { operation, rows, rightRows, memoryLimitMb, seed } = JSON.parse(process.argv[2]!) as WholeCase;

async function main(): Promise<void> {
    const tempDirectory = mkdtempSync(join(tmpdir(), 'data-hub-bench-whole-'));
    try {
        const runner = createWholeRunner({ tempDirectory, memoryLimitMb, maxRowsInMemory: 50_000 });
        const input = { main: generated(rows, seed, 'read'), right: generated(rightRows, seed + 1, 'prices') };
        const began = performance.now();
        const check = checkOf(operation);
        let output = 0;
        const options = { pageSize: 500, signal: new AbortController().signal };
        for await (const page of runner.run(operation, input, options)) {
            output += page.length;
            for (const { data } of page) check.next(data);
        }
        const seconds = (performance.now() - began) / 1000;
        check.end();
        const measured: WholeMeasured = {
            seconds,
            output,
            peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
        };
        process.stdout.write(`MEASURED ${JSON.stringify(measured)}\n`);
    } finally {
        rmSync(tempDirectory, { recursive: true, force: true });
    }
}

/** Articles in a mixed-up order, each once; the same for the same seed. */
async function* generated(count: number, from: number, step: string): RecordPages {
    const shift = (from * 7_919) % count || 0;
    for (let start = 0; start < count; start += 500) {
        yield Array.from({ length: Math.min(500, count - start) }, (_, i) => {
            const index = start + i;
            const number = mixed(index, count, shift);
            const data = {
                sku: `SKU-${String(number).padStart(8, '0')}`,
                name: `Article number ${number}`,
                category: `category ${number % 10_000}`,
                price: `${number % 500}.${String(number % 100).padStart(2, '0')}`,
                description: 'A description as shops have them, neither long nor short, which travels along.',
            };
            return { data, origin: { step, index, file: 'articles.csv', line: index + 2 } };
        });
    }
}

/** A permutation: the factor is a prime larger than any count. */
const mixed = (index: number, count: number, shift: number): number =>
    Number((BigInt(index) * 1_000_000_007n + BigInt(shift)) % BigInt(count));

/** Fast is worth nothing when it is wrong. */
function checkOf({ kind }: WholeOperation): { next(data: JsonObject): void; end(): void } {
    let last = '';
    let cents = 0n;
    const wrong = (what: string): never => {
        throw new Error(`The output is wrong: ${what}`);
    };
    return {
        next(data) {
            if (kind === 'SORT') {
                const sku = data['sku'] as string;
                if (sku <= last) wrong(`${sku} after ${last}`);
                last = sku;
            }
            if (kind === 'JOIN' && data['sku'] !== data['r_sku']) wrong(JSON.stringify(data));
            if (kind === 'GROUP') cents += BigInt(Math.round(Number(data['total']) * 100));
        },
        end() {
            if (kind !== 'GROUP') return;
            let expected = 0n;
            for (let number = 0; number < rows; number++) expected += BigInt((number % 500) * 100 + (number % 100));
            if (cents !== expected) wrong(`${cents} cents and not ${expected}`);
        },
    };
}

main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
});
