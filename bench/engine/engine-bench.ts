import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import type { EngineMeasured } from './contender';
import { measure } from './measure';
import { articlesCsv } from './rows';

const folder = join(__dirname, '..', '..', '.bench', 'engine');

const ENGINE = 'dataHub';
const HAND_WRITTEN = ['withPapaparse', 'withCsvParse'];
const PIECES = ['parserOnly', 'throughBatches', 'throughOperators', 'throughExport'];

const TITLES: Record<string, string> = {
    dataHub: 'DataHub: file → 5 operators → file',
    withPapaparse: 'hand-written over papaparse',
    withCsvParse: 'hand-written over csv-parse',
    parserOnly: 'piece: extractor',
    throughBatches: 'piece: and batches',
    throughOperators: 'piece: and operators',
    throughExport: 'piece: and export',
};

/** The speed of the engine itself, without a database, against the same work written by hand for this one file. */
export async function engineBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            rows: { type: 'string', default: '1000000' },
            'batch-size': { type: 'string', default: '500' },
            /** The median of so many rounds; in each one every contender runs once, so that all meet the same weather. */
            rounds: { type: 'string', default: '3' },
            pieces: { type: 'boolean', default: false },
        },
    });
    const names = [ENGINE, ...HAND_WRITTEN, ...(values.pieces ? PIECES : [])];
    const csvPath = await articlesCsv(folder, Number(values.rows));
    const runs = new Map<string, EngineMeasured[]>(names.map(name => [name, []]));
    const outputs = new Map<string, string>();
    for (let round = 0; round < Number(values.rounds); round++) {
        for (const name of names) {
            const outputPath = join(folder, `${name}.ndjson`);
            const input = { csvPath, outputPath, batchSize: Number(values['batch-size']) };
            runs.get(name)!.push(await measure(name, input));
            if (round === 0 && !PIECES.includes(name)) outputs.set(name, await hashOf(outputPath));
            rmSync(outputPath, { force: true });
        }
    }
    const median = new Map(names.map(name => [name, medianOf(runs.get(name)!)]));
    printTable(
        ['contender', 'seconds', 'rows/s', 'CPU seconds', 'rows per CPU second', 'peak RSS MB'],
        names.map(name => lineOf(TITLES[name]!, median.get(name)!)),
    );
    if (new Set(outputs.values()).size > 1) throw new Error('The contenders did not write the same file.');
    const best = HAND_WRITTEN.map(name => median.get(name)!).sort((a, b) => a.cpuSeconds - b.cpuSeconds)[0]!;
    const engine = median.get(ENGINE)!;
    console.log(`All wrote the same ${engine.written} lines; ${engine.rejected} rows were refused.`);
    console.log(
        `Against the faster hand-written one: ${percent(best.seconds / engine.seconds)} of its speed, ` +
            `${percent(best.cpuSeconds / engine.cpuSeconds)} by CPU time.`,
    );
}

function lineOf(title: string, { read, seconds, cpuSeconds, peakRssMb }: EngineMeasured): (string | number)[] {
    return [
        title,
        seconds.toFixed(1),
        Math.round(read / seconds),
        cpuSeconds.toFixed(1),
        Math.round(read / cpuSeconds),
        peakRssMb,
    ];
}

function medianOf(runs: EngineMeasured[]): EngineMeasured {
    return [...runs].sort((a, b) => a.cpuSeconds - b.cpuSeconds)[Math.floor(runs.length / 2)]!;
}

async function hashOf(path: string): Promise<string> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
