import { Product, ProductVariant } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import type { CatalogScope } from '../src/catalog/catalog-scope';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { productLoader } from '../src/loaders';
import type { ChangeSet } from '../src/sdk/change-set';
import type { Loader } from '../src/sdk/loader';
import { describeOnEachDatabase } from './support/each-database';
import { given, PipelineShop } from './support/pipeline-shop';
import { createLoader, hostOf } from './support/run-loader';

/** Each of two pipelines knows nothing of the other, and both bring the same new products. */
describeOnEachDatabase('two pipelines that create the same products', database => {
    let shop: PipelineShop;

    beforeAll(async () => {
        shop = await PipelineShop.boot({ database, databaseName: 'repeated_imports_concurrency' });
    });
    afterAll(() => shop.close({ dropDatabase: true }));

    const products = (prefix: string) =>
        Array.from({ length: 60 }, (_, n) => ({
            slug: `${prefix}-${n}`,
            name: `${prefix} ${n}`,
            variants: [{ sku: `${prefix.toUpperCase()}-${n}`, price: 100 + n }],
        }));

    const pipelineOf = (records: object[]) =>
        shop.pipeline({
            steps: [given('read', records), { key: 'load', type: 'LOAD', config: { adapterCode: 'product' } }] as never,
            context: { throughput: { batchSize: 10, concurrency: 2 } },
        });

    it('leave each of them once', async () => {
        const records = products('twin');
        const pipelines = [await pipelineOf(records), await pipelineOf([...records].reverse())];
        const runIds = [await shop.enqueue(pipelines[0]!), await shop.enqueue(pipelines[1]!)];
        const runs = await Promise.all(runIds.map(id => shop.execute(id)));
        expect(runs.map(run => [run.status, run.rejected])).toEqual([
            ['COMPLETED', 0],
            ['COMPLETED', 0],
        ]);
        expect(runs[0]!.created + runs[1]!.created).toBe(60);
        expect(runs[0]!.unchanged + runs[1]!.unchanged).toBe(60);
        expect(await shop.rows(ProductVariant).countBy({ deletedAt: null as never })).toBe(60);
        expect(await shop.rows(Product).count()).toBe(60);
    });

    /** Stops after the reading until `proceed`, as a slow worker would. */
    async function load(loader: Loader<CatalogScope>, data: JsonObject, haveRead: () => Promise<void>) {
        const record = { data, origin: { step: 'read', index: 0 } };
        return new TypeOrmUnitOfWork(shop.server.connection, shop.server.ctx).transaction(async scope => {
            const state = await loader.resolve([record], scope);
            const changeSet = loader.compare(record, state) as ChangeSet;
            await haveRead();
            if (changeSet.action !== 'UNCHANGED') await loader.apply([changeSet], state, scope);
            return changeSet.action;
        });
    }

    it.skipIf(database.name === 'sqlite')('meet even when both have looked before one has written', async () => {
        const record: JsonObject = products('late')[0]!;
        const runs = ['one', 'two'].map(id => hostOf(shop.server, { run: { id, log: () => undefined } }));
        const [one, two] = await Promise.all(runs.map(host => createLoader(productLoader, host)));
        const meanwhile = async () => {
            expect(await load(one!, record, () => Promise.resolve())).toBe('CREATE');
        };
        await expect(load(two!, record, meanwhile)).rejects.toMatchObject({ code: 'created-concurrently' });
        expect(await load(two!, record, () => Promise.resolve())).toBe('UNCHANGED');
    });

    it('create again what has been deleted since', async () => {
        const records = products('again').slice(0, 3);
        const first = await shop.execute(await shop.enqueue(await pipelineOf(records)));
        await shop.rows(Product).createQueryBuilder().update().set({ deletedAt: new Date() }).execute();
        await shop.rows(ProductVariant).createQueryBuilder().update().set({ deletedAt: new Date() }).execute();
        const second = await shop.execute(await shop.enqueue(await pipelineOf(records)));
        expect([first.created, second.created]).toEqual([3, 3]);
    });
});
