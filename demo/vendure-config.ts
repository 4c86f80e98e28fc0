import { AssetServerPlugin } from '@vendure/asset-server-plugin';
import {
    DefaultJobQueuePlugin,
    DefaultLogger,
    DefaultSchedulerPlugin,
    DefaultSearchPlugin,
    dummyPaymentHandler,
    LogLevel,
    type VendureConfig,
} from '@vendure/core';
import { DashboardPlugin } from '@vendure/dashboard/plugin';
import { dirname, join } from 'node:path';
import { DataHubPlugin } from '../src';
import { catalogCustomFields } from './pipelines/catalog-custom-fields';
import { shopifyCatalog } from './pipelines/shopify-catalog';
import { supplierPrices } from './pipelines/supplier-prices';
import { vendureCatalog } from './pipelines/vendure-catalog';

/** Everything the demo writes; removed at each start. */
export const demoFolder = join(__dirname, '..', '.demo');

/** Where pipelines of a shop find their files. */
export const filesFolder = (folder: string): string => join(folder, 'files');

const shipped = dirname(require.resolve('@vendure/create/assets/products.csv'));

export const catalogs = {
    vendure: { pipeline: 'vendure-catalog', file: 'products.csv', source: join(shipped, 'products.csv') },
    shopify: {
        pipeline: 'shopify-catalog',
        file: 'shopify-homeware.csv',
        source: join(__dirname, 'catalogs', 'shopify-homeware.csv'),
    },
    prices: {
        pipeline: 'supplier-prices',
        file: 'supplier-prices.csv',
        source: join(__dirname, 'catalogs', 'supplier-prices.csv'),
    },
};

export const credentials = { identifier: 'superadmin', password: 'demo' };

export interface ShopOptions {
    port: number;
    /** Everything the shop writes. */
    folder: string;
    dashboard: {
        /** The built dashboard, see buildDashboard. */
        appDir: string;
        /** DashboardPlugin sends its pages to a Vite server that answers there. Without one: where nothing listens. */
        viteDevServerPort?: number;
    };
    /** Hosts of this machine or its network from which pipelines may read. */
    allowPrivateHosts?: string[];
}

/** A shop on SQLite that works on its own jobs. Importing this file starts nothing: the dashboard is built from it. */
export function shopConfig({ port, folder, dashboard, allowPrivateHosts = [] }: ShopOptions): VendureConfig {
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
        customFields: catalogCustomFields,
        paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
        logger: new DefaultLogger({ level: LogLevel.Warn }),
        plugins: [
            AssetServerPlugin.init({ route: 'assets', assetUploadDir: join(folder, 'assets') }),
            DefaultJobQueuePlugin.init({ pollInterval: 100 }),
            DefaultSchedulerPlugin.init({}),
            DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
            DashboardPlugin.init({ route: 'dashboard', viteDevServerPort: 1, ...dashboard }),
            DataHubPlugin.init({
                pipelines: [
                    vendureCatalog(catalogs.vendure.file),
                    shopifyCatalog(catalogs.shopify.file),
                    supplierPrices(catalogs.prices.file),
                ],
                files: { rootDir: filesFolder(folder), uploadsDir: join(folder, 'uploads') },
                outbound: { allowPrivateHosts },
            }),
        ],
    };
}

/** What the dashboard is built from; it is never started. */
export const config: VendureConfig = shopConfig({ port: 0, folder: demoFolder, dashboard: { appDir: demoFolder } });
