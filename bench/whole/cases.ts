import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { WholeOperation } from '../../src/sdk/whole-operation';

export interface WholeCase {
    operation: WholeOperation;
    rows: number;
    rightRows: number;
    memoryLimitMb: number;
    seed: number;
}

export interface WholeMeasured {
    seconds: number;
    /** Records that came out. */
    output: number;
    peakRssMb: number;
}

export const wholeOperations: Record<string, WholeOperation> = {
    sort: { kind: 'SORT', by: [{ field: 'sku', direction: 'ASC' }] },
    join: { kind: 'JOIN', type: 'INNER', leftKey: 'sku', rightKey: 'sku', right: { step: 'prices' }, prefix: 'r_' },
    'group-by': {
        kind: 'GROUP',
        by: ['category'],
        aggregates: [
            { into: 'articles', with: 'COUNT' },
            { into: 'total', with: 'SUM', of: 'price' },
            { into: 'mean', with: 'AVG', of: 'price' },
        ],
    },
    distinct: { kind: 'DISTINCT', by: ['sku'], keep: 'LAST' },
};

/** Runs one case in a process of its own with a bounded heap; fails when it dies of it or gives a wrong answer. */
export function measureWhole(wholeCase: WholeCase, heapMb: number): Promise<WholeMeasured> {
    const child = spawn(
        process.execPath,
        [
            `--max-old-space-size=${heapMb}`,
            ...['-r', '@swc-node/register', join(__dirname, 'child.ts'), JSON.stringify(wholeCase)],
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', code => {
            const measured = /^MEASURED (.*)$/m.exec(output)?.[1];
            if (code === 0 && measured) resolve(JSON.parse(measured) as WholeMeasured);
            else reject(new Error(`${wholeCase.operation.kind} ended with ${code}.\n${output}`));
        });
    });
}
