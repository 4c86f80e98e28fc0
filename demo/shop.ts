import type { INestApplication } from '@nestjs/common';
import { AssetServerPlugin } from '@vendure/asset-server-plugin';
import {
    bootstrap,
    DefaultJobQueuePlugin,
    DefaultLogger,
    DefaultSchedulerPlugin,
    DefaultSearchPlugin,
    dummyPaymentHandler,
    JobQueueService,
    LogLevel,
    type VendureConfig,
} from '@vendure/core';
import { populateInitialData } from '@vendure/core/cli';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DataHubPlugin } from '../src';
import { shopifyCatalog } from './pipelines/shopify-catalog';
import { vendureCatalog } from './pipelines/vendure-catalog';

/** Everything the demo writes; removed at each start. */
const folder = join(__dirname, '..', '.demo');
export const filesFolder = join(folder, 'files');

const shipped = dirname(require.resolve('@vendure/create/assets/products.csv'));

export const catalogs = {
    vendure: { pipeline: 'vendure-catalog', file: 'products.csv', source: join(shipped, 'products.csv') },
    shopify: {
        pipeline: 'shopify-catalog',
        file: 'shopify-homeware.csv',
        source: join(__dirname, 'catalogs', 'shopify-homeware.csv'),
    },
};

export const credentials = { identifier: 'superadmin', password: 'demo' };

/** A fresh shop on SQLite with the catalogs in its import folder; the server works on its own jobs. */
export async function startShop(port: number): Promise<INestApplication> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(filesFolder, { recursive: true });
    for (const { source, file } of Object.values(catalogs)) copyFileSync(source, join(filesFolder, file));

    const app = await bootstrap(configOf(port));
    const { default: initialData } = await import('@vendure/create/assets/initial-data.json');
    await populateInitialData(app, { ...initialData, collections: [] } as never);
    await app.get(JobQueueService).start();
    return app;
}

function configOf(port: number): VendureConfig {
    return {
        apiOptions: {
            port,
            hostname: '127.0.0.1',
            cors: false,
            csrfPrevention: true,
            adminApiPath: 'admin-api',
            shopApiPath: 'shop-api',
        },
        authOptions: {
            tokenMethod: 'bearer',
            superadminCredentials: credentials,
            cookieOptions: { secret: 'demo' },
        },
        dbConnectionOptions: { type: 'better-sqlite3', database: join(folder, 'shop.sqlite'), synchronize: true },
        importExportOptions: { importAssetsDir: join(shipped, 'images') },
        paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
        logger: new DefaultLogger({ level: LogLevel.Warn }),
        plugins: [
            AssetServerPlugin.init({ route: 'assets', assetUploadDir: join(folder, 'assets') }),
            DefaultJobQueuePlugin.init({ pollInterval: 100 }),
            DefaultSchedulerPlugin.init({}),
            DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
            DataHubPlugin.init({
                pipelines: [vendureCatalog(catalogs.vendure.file), shopifyCatalog(catalogs.shopify.file)],
                files: { rootDir: filesFolder, uploadsDir: join(folder, 'uploads') },
            }),
        ],
    };
}
