import {
    ChannelService,
    Facet,
    Product,
    ProductVariantService,
    TaxCategory,
    StockLocation,
    UuidIdStrategy,
} from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChangeSetApplier } from '../src/catalog/apply/change-set-applier';
import { References } from '../src/catalog/references';
import { openSqlSession } from '../src/catalog/sql/open-sql-session';
import type { ChangeSet } from '../src/sdk/change-set';
import { changeSet, created } from './support/applier-change-sets';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { hostOf } from './support/run-loader';
import { BootedVendure, bootVendure } from './support/vendure';

describeOnEachDatabase('the applier in a shop with uuids', database => {
    let server: BootedVendure;

    beforeAll(async () => {
        server = await bootVendure({
            database,
            databaseName: 'applier_uuid_e2e',
            plugins: [ReferencePlugin],
            config: { entityOptions: { entityIdStrategy: new UuidIdStrategy() } },
        });
    });

    afterAll(() => server?.close());

    it('creates, updates and deletes', async () => {
        const create = changeSet('mug', 'CREATE', [
            created('Facet', 'colour', { code: 'colour', 'translations.en.name': 'Colour' }),
            created('FacetValue', 'colour:red', { code: 'red', 'translations.en.name': 'Red' }),
            created('Product', 'mug', {
                'translations.en.name': 'Mug',
                'translations.en.slug': 'mug',
                channels: ['__default_channel__'],
                facetValues: ['colour:red'],
            }),
            created('ProductVariant', 'mug', {
                product: 'mug',
                sku: '007',
                taxCategory: 'Standard Tax',
                'translations.en.name': 'Mug',
                channels: ['__default_channel__'],
                'prices.__default_channel__.USD': 700,
                'stock.Default Stock Location': 4,
            }),
        ]);
        await apply(create);
        const [, , product, variant] = create.entities;
        expect(product!.entityId).toMatch(/^[0-9a-f-]{36}$/);
        const service = server.app.get(ProductVariantService);
        const before = await service.findOne(server.ctx, variant!.entityId!);
        expect(before).toMatchObject({ sku: '007', price: 700, productId: product!.entityId });

        await apply(
            changeSet('mug', 'UPDATE', [
                {
                    ...variant!,
                    action: 'UPDATE',
                    fields: [
                        { path: 'prices.__default_channel__.USD', before: 700, after: 800 },
                        { path: 'stock.Default Stock Location', before: 4, after: 1 },
                        { path: 'translations.en.name', before: 'Mug', after: 'Cup' },
                    ],
                },
            ]),
        );
        expect(await service.findOne(server.ctx, variant!.entityId!)).toMatchObject({ price: 800, name: 'Cup' });

        await apply(
            changeSet('mug', 'DELETE', [
                {
                    ...product!,
                    action: 'DELETE',
                    fields: [{ path: 'deletedAt', after: new Date().toISOString() }],
                },
            ]),
        );
        expect(await service.findOne(server.ctx, variant!.entityId!)).toBeUndefined();
        const facets = await server.connection.rawConnection
            .getRepository(Facet)
            .find({ relations: { channels: true } });
        expect(facets.map(facet => facet.channels.length)).toEqual([1]);
    });

    async function apply(set: ChangeSet): Promise<void> {
        const references = new References();
        const { rawConnection } = server.connection;
        references.set('Channel', '__default_channel__', (await server.app.get(ChannelService).getDefaultChannel()).id);
        for (const { id, name } of await rawConnection.getRepository(TaxCategory).find())
            references.set('TaxCategory', name, id);
        for (const { id, name } of await rawConnection.getRepository(StockLocation).find())
            references.set('StockLocation', name, id);
        await server.connection.withTransaction(server.ctx, async ctx => {
            const { queryRunner } = server.connection.getRepository(ctx, Product).manager;
            const applier = new ChangeSetApplier(hostOf(server));
            await applier.apply([set], references, { ctx, sql: await openSqlSession(queryRunner!) });
        });
    }
});
