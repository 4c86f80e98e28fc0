import { parseArgs } from 'node:util';
import { printTable } from '../../demo/terminal';
import { measureWhole, wholeOperations } from './cases';

/** Operators that need all their input, with more data than the heap can hold. */
export async function wholeBench(args: string[]): Promise<void> {
    const { values } = parseArgs({
        args,
        options: {
            rows: { type: 'string', default: '1000000' },
            /** Limit of the V8 heap. DuckDB's memory comes on top of it. */
            'heap-mb': { type: 'string', default: '512' },
            'memory-limit-mb': { type: 'string', default: '256' },
            seed: { type: 'string', default: '42' },
        },
    });
    const rows = Number(values.rows);
    const lines: (string | number)[][] = [];
    for (const [name, operation] of Object.entries(wholeOperations)) {
        const rightRows = operation.kind === 'JOIN' ? rows : 0;
        const sizes = { rows, rightRows, memoryLimitMb: Number(values['memory-limit-mb']), seed: Number(values.seed) };
        const { seconds, output, peakRssMb } = await measureWhole({ operation, ...sizes }, Number(values['heap-mb']));
        const read = rows + rightRows;
        lines.push([name, read, output, seconds.toFixed(1), Math.round(read / seconds), peakRssMb]);
    }
    printTable(['operation', 'rows read', 'rows out', 'seconds', 'rows/s', 'peak RSS MB'], lines);
}
