import type { INestApplication } from '@nestjs/common';
import { bootstrap, JobQueueService } from '@vendure/core';
import { populateInitialData } from '@vendure/core/cli';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { catalogs, filesFolder, shopConfig, type ShopOptions } from './vendure-config';

/** A fresh shop on SQLite with the catalogs in its import folder; the server works on its own jobs. */
export async function startShop(options: ShopOptions): Promise<INestApplication> {
    const files = filesFolder(options.folder);
    rmSync(options.folder, { recursive: true, force: true });
    mkdirSync(files, { recursive: true });
    for (const { source, file } of Object.values(catalogs)) copyFileSync(source, join(files, file));

    const app = await bootstrap(shopConfig(options));
    const { default: initialData } = await import('@vendure/create/assets/initial-data.json');
    await populateInitialData(app, { ...initialData, collections: [] } as never);
    await app.get(JobQueueService).start();
    return app;
}
