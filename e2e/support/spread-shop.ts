import { DefaultJobQueuePlugin, type VendureConfig } from '@vendure/core';
import { BullMQJobQueuePlugin } from '@vendure/job-queue-plugin/package/bullmq';
import { join } from 'node:path';
import { vendureCatalog } from '../../demo/pipelines/vendure-catalog';
import { createPipeline } from '../../src/public-sdk';
import { DataHubPlugin } from '../../src/data-hub.plugin';
import type { CodeFirstPipeline } from '../../src/services/data-hub-options';
import { DiskAssetStorage } from './disk-asset-storage';
import { allDatabases, type TestDatabase } from './databases';
import { TrustingPreview } from './memory-asset-storage';
import { redisConnection } from './redis';
import { type BootOptions } from './vendure';

/** What all processes of one shop must agree on when batches of its runs are written by several of them. */
export interface SpreadShop {
    database: TestDatabase['name'];
    databaseName: string;
    /** Holds sources, uploads, assets and the spool. */
    folder: string;
    /** Jobs wait in Redis under this prefix; without it in the shop's database. */
    redisPrefix?: string;
    leaseTtlMs: number;
    batchSize: number;
    /** Batches in flight. */
    concurrency: number;
}

export const CATALOG_FILE = 'catalog.csv';
/** Products that have facet values, an asset and an option group in common. */
export const COMMON_FILE = 'common.json';
/** Products with one name, so that all of them want the same slug. */
export const NAMESAKES_FILE = 'namesakes.json';

export function spreadBoot(shop: SpreadShop): BootOptions & { config: Partial<VendureConfig> } {
    const { folder, redisPrefix: prefix, leaseTtlMs } = shop;
    return {
        database: allDatabases.find(({ name }) => name === shop.database)!,
        databaseName: shop.databaseName,
        config: {
            defaultChannelToken: 'spread',
            assetOptions: {
                assetStorageStrategy: new DiskAssetStorage(join(folder, 'assets')),
                assetPreviewStrategy: new TrustingPreview(),
            },
            importExportOptions: { importAssetsDir: folder },
        },
        plugins: [
            prefix
                ? BullMQJobQueuePlugin.init({
                      connection: redisConnection,
                      queueOptions: { prefix },
                      workerOptions: { prefix },
                  })
                : DefaultJobQueuePlugin.init({ pollInterval: 50 }),
            DataHubPlugin.init({
                pipelines: pipelinesOf(shop),
                files: { rootDir: folder },
                spool: { directory: join(folder, 'spool') },
                distributedLock: { defaultTtlMs: leaseTtlMs },
            }),
        ],
    };
}

function pipelinesOf({ batchSize, concurrency }: SpreadShop): CodeFirstPipeline[] {
    const throughput = { batchSize, concurrency };
    const local = [
        { ...vendureCatalog(CATALOG_FILE), code: 'catalog' },
        productsOf('common', COMMON_FILE, 'slug'),
        productsOf('namesakes', NAMESAKES_FILE, 'sku'),
    ] as CodeFirstPipeline[];
    return local.flatMap(pipeline => {
        const { definition } = pipeline;
        const as = (code: string, execution: 'LOCAL' | 'DISTRIBUTED'): CodeFirstPipeline => ({
            ...pipeline,
            code,
            definition: { ...(definition as object), context: { throughput, execution } } as never,
        });
        return [as(pipeline.code, 'DISTRIBUTED'), as(`${pipeline.code}-local`, 'LOCAL')];
    });
}

function productsOf(code: string, path: string, matchBy: 'slug' | 'sku') {
    return createPipeline()
        .code(code)
        .name(code)
        .extract('read', { adapterCode: 'file', path, format: 'JSON' })
        .load('write', { adapterCode: 'product', strategy: 'UPSERT', matchBy, createFacets: true })
        .build();
}
