import { expect, it } from 'vitest';
import { skuIndex } from '../src';
import { describeOnEachDatabase } from './support/each-database';
import { bootVendure } from './support/vendure';

describeOnEachDatabase('the index on SKUs', database => {
    it('is made where the shop asks for it, once', async () => {
        const server = await bootVendure({
            database,
            databaseName: 'sku_index_e2e',
            config: { entityOptions: { metadataModifiers: [skuIndex, skuIndex] } },
        });
        const { rawConnection } = server.connection;
        const queryRunner = rawConnection.createQueryRunner();
        try {
            const table = await queryRunner.getTable('product_variant');
            const onSku = table!.indices.filter(({ columnNames }) => columnNames.join() === 'sku');
            expect(onSku.map(({ name, isUnique }) => [name, isUnique])).toEqual([['IDX_product_variant_sku', false]]);
            // Nothing is left for a migration.
            expect((await rawConnection.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
        } finally {
            await queryRunner.release();
            await server.close();
        }
    });
});
