import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const repository = join(__dirname, '..');
const cache = join(repository, '.dashboard');

/** What the built dashboard depends on: the extension, the schema that it is told of, the config, the libraries. */
const sources = [
    'dashboard',
    'shared',
    'src/api/schema',
    'src/entities',
    'demo/vendure-config.ts',
    'package-lock.json',
];

/** In a process of its own: Vite loads the config with Vendure's singletons, which this process needs untouched. */
const vite = join(dirname(require.resolve('vite/package.json')), 'bin', 'vite.js');
const config = ['--config', join(repository, 'dashboard', 'build', 'vite.config.mts')];

/**
 * The folder of Vendure's dashboard, built with this extension. A build takes about a minute; it is kept until a source
 * of it changes.
 */
export async function buildDashboard(): Promise<string> {
    const name = `app-${fingerprint()}`;
    const folder = join(cache, name);
    if (existsSync(join(folder, 'index.html'))) return folder;
    console.log('Building the dashboard, which takes a minute the first time …');
    mkdirSync(cache, { recursive: true });
    for (const old of readdirSync(cache).filter(entry => entry.startsWith('app-')))
        rmSync(join(cache, old), { recursive: true });
    const unfinished = join(cache, `unfinished-${process.pid}`);
    const options = ['--outDir', unfinished, '--logLevel', 'error'];
    // A test runner's NODE_ENV would make a build for development, with other messages and warnings than users get.
    const env = { ...process.env, NODE_ENV: 'production' };
    await promisify(execFile)(process.execPath, [vite, 'build', ...config, ...options], { cwd: repository, env });
    renameSync(unfinished, folder);
    return folder;
}

/** A Vite server that lives as long as this process. */
export async function serveDashboard(
    viteDevServerPort = 5_199,
): Promise<{ appDir: string; viteDevServerPort: number }> {
    const server = spawn(process.execPath, [vite, ...config, '--port', `${viteDevServerPort}`], {
        cwd: repository,
        stdio: ['ignore', 'ignore', 'inherit'],
    });
    process.on('exit', () => server.kill());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
    const url = `http://127.0.0.1:${viteDevServerPort}/dashboard/`;
    while (
        !(await fetch(url).then(
            answer => answer.ok,
            () => false,
        ))
    ) {
        if (server.exitCode !== null) throw new Error(`The Vite server on port ${viteDevServerPort} did not start.`);
        await setTimeout(200);
    }
    return { appDir: cache, viteDevServerPort };
}

function fingerprint(): string {
    const hash = createHash('sha256');
    for (const path of sources.flatMap(source => filesUnder(join(repository, source))))
        hash.update(relative(repository, path)).update('\0').update(readFileSync(path)).update('\0');
    return hash.digest('hex').slice(0, 16);
}

function filesUnder(path: string): string[] {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter(name => !name.includes('.spec.'));
    return names.sort().flatMap(name => filesUnder(join(path, name)));
}
