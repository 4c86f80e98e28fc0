import type { CatalogHost } from '../../catalog/catalog-scope';
import { stockLevelRecord, stockUpdate } from '../../catalog/variant-update/variant-update';
import { ConfigOf } from '../../sdk/adapter';
import { defineLoader } from '../../sdk/loader';
import { variantUpdateConfig as schema, variantUpdateLoader } from '../variant-update-loader';

export const stockLevelLoader = defineLoader({
    code: 'stockLevel',
    name: 'Stock levels',
    description:
        'Sets the stock of existing variants to what was counted, by location, such as a stock file from a warehouse. One record is the stock of one variant at one location, or at several.',
    category: 'catalog',
    entityType: 'ProductVariant',
    schema,
    record: stockLevelRecord,
    guarantees:
        'A level that changes gets a stock movement over the difference from what is there at that moment, as in Vendure; stock allocated to orders is never written. A batch is written with a number of statements that does not depend on its size, and an unchanged level writes nothing.',
    limits: 'Creates no variants. The threshold belongs to the variant, not to the location: where records of one variant give several, the last one counts.',
    examples: [
        { title: 'Stock by SKU', config: {}, record: { sku: 'TS-S', stockOnHand: 40 } },
        {
            title: 'Stock at a location, sold out below five',
            config: {},
            record: { sku: 'TS-S', location: 'Default Stock Location', stockOnHand: 40, outOfStockThreshold: 5 },
        },
    ],
    create: ({ config, host }: { config: ConfigOf<{ schema: typeof schema }>; host: CatalogHost }) =>
        variantUpdateLoader(
            {
                record: stockLevelRecord,
                what: 'stock level',
                shape: stockUpdate,
                claimsOf: ({ stock = [] }, variant) => stock.map(({ location = '' }) => `stock:${location}:${variant}`),
            },
            config,
            host,
        ),
});
