import { Customer, CustomerGroup, FacetValue, Product, ProductOptionGroup, ProductVariant, User } from '@vendure/core';
import { Like } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import type { CatalogScope } from '../src/catalog/catalog-scope';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { customerLoader, productLoader } from '../src/loaders';
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

    const pipelineOf = (records: object[], config: JsonObject = {}, concurrency = 2) =>
        shop.pipeline({
            steps: [
                given('read', records),
                { key: 'load', type: 'LOAD', config: { adapterCode: 'product', ...config } },
            ] as never,
            context: { throughput: { batchSize: 10, concurrency } },
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

    it('leave what products share once, also where batches of one run are in flight together', async () => {
        const sharing = (prefix: string) =>
            Array.from({ length: 80 }, (_, n) => ({
                slug: `${prefix}-${n}`,
                name: `${prefix} ${n}`,
                facetValues: [`shared-shade:Shade ${n % 7}`],
                optionGroups: ['Colour:shared-colour'],
                variants: [{ sku: `${prefix}-${n}`, options: { Colour: `Colour ${n % 7}` } }],
            }));
        const pipelines = await Promise.all(
            ['left', 'right'].map(prefix => pipelineOf(sharing(prefix), { createFacets: true }, 4)),
        );
        const runIds = [await shop.enqueue(pipelines[0]!), await shop.enqueue(pipelines[1]!)];
        const runs = await Promise.all(runIds.map(id => shop.execute(id)));
        expect(runs.map(run => [run.status, run.created])).toEqual([
            ['COMPLETED', 80],
            ['COMPLETED', 80],
        ]);
        const groups = await shop
            .rows(ProductOptionGroup)
            .find({ where: { code: 'shared-colour' }, relations: { options: true } });
        expect(groups).toHaveLength(1);
        expect(groups[0]!.options.map(({ code }) => code).sort()).toEqual(
            Array.from({ length: 7 }, (_, n) => `colour-${n}`),
        );
        expect(await shop.rows(FacetValue).count()).toBe(7);
        for (const pipeline of pipelines) {
            expect(await shop.execute(await shop.enqueue(pipeline))).toMatchObject({ unchanged: 80, rejected: 0 });
        }
    });

    it('leave customers, their accounts and their groups once', async () => {
        const records = Array.from({ length: 40 }, (_, n) => ({
            ...{ emailAddress: `twin-${n}@example.com`, firstName: 'Twin', lastName: `${n}` },
            ...{ user: {}, groups: ['Twins'] },
        }));
        const config = { adapterCode: 'customer', createGroups: true };
        const pipelines = await Promise.all([0, 1].map(() => pipelineOf(records, config)));
        const runIds = [await shop.enqueue(pipelines[0]!), await shop.enqueue(pipelines[1]!)];
        const runs = await Promise.all(runIds.map(id => shop.execute(id)));
        expect(runs.map(({ rejected }) => rejected)).toEqual([0, 0]);
        expect(await shop.rows(Customer).count()).toBe(40);
        expect(await shop.rows(User).countBy({ identifier: Like('twin-%') })).toBe(40);
        expect(await shop.rows(CustomerGroup).count()).toBe(1);
    });

    it('leave settings that Vendure has no unique name for once', async () => {
        const records = Array.from({ length: 20 }, (_, n) => ({ name: `Group ${n}` }));
        const pipelines = await Promise.all([0, 1].map(() => pipelineOf(records, { adapterCode: 'customerGroup' })));
        const runIds = [await shop.enqueue(pipelines[0]!), await shop.enqueue(pipelines[1]!)];
        const runs = await Promise.all(runIds.map(id => shop.execute(id)));
        expect(runs[0]!.created + runs[1]!.created).toBe(20);
        expect(await shop.rows(CustomerGroup).countBy({ name: Like('Group %') })).toBe(20);
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

    it.skipIf(database.name === 'sqlite')('meet even when one writes between two looks of the other', async () => {
        const record = { emailAddress: 'between@example.com', firstName: 'B', lastName: 'T', user: {} };
        const runs = ['one', 'two'].map(id => hostOf(shop.server, { run: { id, log: () => undefined } }));
        const [one, two] = await Promise.all(runs.map(host => createLoader(customerLoader, host)));
        const none = () => Promise.resolve();
        let isWritten = false;
        const late = new TypeOrmUnitOfWork(shop.server.connection, shop.server.ctx).transaction(async scope => {
            const { sql } = scope;
            const query = sql.query.bind(sql);
            sql.query = async (statement, parameters) => {
                if (!isWritten && statement.includes('LOWER(')) {
                    isWritten = true;
                    expect(await load(one!, record, none)).toBe('CREATE');
                }
                return query(statement, parameters);
            };
            const given = { data: record, origin: { step: 'read', index: 0 } };
            const state = await two!.resolve([given], scope);
            await two!.apply([two!.compare(given, state) as ChangeSet], state, scope);
        });
        await expect(late).rejects.toMatchObject({ code: 'created-concurrently' });
        expect(isWritten).toBe(true);
        expect(await load(two!, record, none)).toBe('UNCHANGED');
    });

    it.skipIf(database.name === 'sqlite')('meet where both add the same option to a product', async () => {
        const variantOf = (sku: string, size: string) => ({ sku, price: 100, options: { Size: size } });
        const shirt = { slug: 'grown', name: 'Grown', optionGroups: ['Size'], variants: [variantOf('GROWN-S', 'S')] };
        const runs = ['one', 'two'].map(id => hostOf(shop.server, { run: { id, log: () => undefined } }));
        const [one, two] = await Promise.all(runs.map(host => createLoader(productLoader, host)));
        const none = () => Promise.resolve();
        await load(one!, shirt, none);
        const meanwhile = async () => {
            expect(await load(one!, { slug: 'grown', variants: [variantOf('GROWN-M', 'M')] }, none)).toBe('UPDATE');
        };
        const second = { slug: 'grown', variants: [variantOf('GROWN-M', 'M'), variantOf('GROWN-L', 'L')] };
        const late = { slug: 'grown', variants: [variantOf('GROWN-M-2', 'M')] };
        await expect(load(two!, late, meanwhile)).rejects.toMatchObject({ code: 'created-concurrently' });
        expect(await load(two!, second, none)).toBe('UPDATE');
        const group = await shop
            .rows(ProductOptionGroup)
            .findOneOrFail({ where: { code: 'grown-size' }, relations: { options: true } });
        expect(group.options.map(({ code }) => code).sort()).toEqual(['l', 'm', 's']);
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
