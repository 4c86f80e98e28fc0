import { vendureDashboardPlugin } from '@vendure/dashboard/vite';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineConfig } from 'vite';

const repository = resolve(import.meta.dirname, '..', '..');

/** Vendure's dashboard with this extension, from the demo's config; see demo/dashboard-app.ts. */
export default defineConfig(({ command }) => ({
    base: '/dashboard/',
    cacheDir: join(repository, '.dashboard', 'vite'),
    server: { host: '127.0.0.1', strictPort: true },
    build: { emptyOutDir: true },
    plugins: [
        vendureDashboardPlugin({
            vendureConfigPath: pathToFileURL(join(repository, 'demo/vendure-config.ts')),
            // The page asks the server that it came from.
            api: { host: 'auto', port: 'auto' },
            tempCompilationDir: join(repository, '.dashboard', 'config'),
            // Thousands of modules one by one are too slow for a dev server; a build from the bundle shows only "Not Found".
            useExperimentalBundle: command === 'serve',
        }),
    ],
}));
