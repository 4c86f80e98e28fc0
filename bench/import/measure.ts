import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ContenderInput, Measured } from './contender';

/** Runs one contender of a child.ts in a process of its own. */
export function measure<T = Measured>(
    name: string,
    input: ContenderInput,
    nodeOptions: string[] = [],
    script = join(__dirname, 'child.ts'),
): Promise<T> {
    const child = spawn(
        process.execPath,
        [...nodeOptions, '-r', '@swc-node/register', script, name, JSON.stringify(input)],
        {
            stdio: ['ignore', 'pipe', 'inherit'],
            env: { ...process.env, VENDURE_DISABLE_TELEMETRY: 'true' },
        },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', code => {
            const measured = /^MEASURED (.*)$/m.exec(output)?.[1];
            if (code === 0 && measured) resolve(JSON.parse(measured) as T);
            else reject(new Error(`${name} ended with ${code}.\n${output}`));
        });
    });
}
