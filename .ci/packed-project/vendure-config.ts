import { DefaultLogger, LogLevel, type VendureConfig } from '@vendure/core';
import { DashboardPlugin } from '@vendure/dashboard/plugin';
import { DataHubPlugin } from '@vendure/data-hub';
import { createPipeline, operators } from '@vendure/data-hub/sdk';
import { join } from 'node:path';

const pipeline = createPipeline()
    .code('hello')
    .name('Hello')
    .extract('read', { adapterCode: 'inMemory', records: [{ Name: 'A' }] })
    .transform('shape', [operators.rename({ from: 'Name', to: 'name' })])
    .load('write', { adapterCode: 'product' })
    .build();

export const config: VendureConfig = {
    apiOptions: { port: 0, hostname: '127.0.0.1', adminApiPath: 'admin-api' },
    authOptions: {
        tokenMethod: ['bearer'],
        superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
    },
    dbConnectionOptions: { type: 'better-sqlite3', database: 'shop.sqlite', synchronize: true },
    paymentOptions: { paymentMethodHandlers: [] },
    logger: new DefaultLogger({ level: LogLevel.Warn }),
    plugins: [
        DashboardPlugin.init({ route: 'dashboard', appDir: join(__dirname, 'built-dashboard'), viteDevServerPort: 1 }),
        DataHubPlugin.init({ pipelines: [pipeline] }),
    ],
};
