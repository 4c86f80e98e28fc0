import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { EngineInput, EngineMeasured } from './contender';

/** Runs one contender of child.ts in a process of its own. */
export function measure(name: string, input: EngineInput, nodeOptions: string[] = []): Promise<EngineMeasured> {
    const args = [...nodeOptions, '-r', '@swc-node/register', join(__dirname, 'child.ts'), name, JSON.stringify(input)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', code => {
            const measured = /^MEASURED (.*)$/m.exec(output)?.[1];
            if (code === 0 && measured) resolve(JSON.parse(measured) as EngineMeasured);
            else reject(new Error(`${name} ended with ${code}.\n${output}`));
        });
    });
}
