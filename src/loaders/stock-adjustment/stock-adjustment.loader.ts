import type { CatalogHost } from '../../catalog/catalog-scope';
import { adjustmentUpdate, stockAdjustmentRecord } from '../../catalog/variant-update/variant-update';
import { ConfigOf } from '../../sdk/adapter';
import { defineLoader } from '../../sdk/loader';
import { variantUpdateConfig as schema, variantUpdateLoader } from '../variant-update-loader';

export const stockAdjustmentLoader = defineLoader({
    code: 'stockAdjustment',
    name: 'Stock adjustments',
    description:
        'Adds to the stock of existing variants or takes from it, by location, such as deliveries and corrections. One record is one adjustment, or several of one variant.',
    category: 'catalog',
    entityType: 'ProductVariant',
    schema,
    record: stockAdjustmentRecord,
    guarantees:
        'A difference is added to the stock that is there at that moment, once, also when the run is killed and resumed or its batch is tried again. With externalId also when the file is loaded again; undoing the run lets it happen again.',
    limits: 'Creates no variants. Loading a file again adds its differences again, unless the records carry an externalId. An undo puts stock back only where it has not moved since.',
    examples: [
        {
            title: 'A delivery that counts once',
            config: {},
            record: { sku: 'TS-S', delta: 24, externalId: 'GR-2024-0815' },
        },
        {
            title: 'Moved from one location to another',
            config: {},
            record: {
                sku: 'TS-S',
                stock: [
                    { location: 'Warehouse', delta: -5 },
                    { location: 'Shop', delta: 5 },
                ],
            },
        },
        { title: 'A recount', config: {}, record: { sku: 'TS-S', location: 'Warehouse', stockOnHand: 17 } },
    ],
    create: ({ config, host }: { config: ConfigOf<{ schema: typeof schema }>; host: CatalogHost }) =>
        variantUpdateLoader(
            {
                record: stockAdjustmentRecord,
                what: 'stock adjustment',
                shape: adjustmentUpdate,
                claimsOf: ({ adjustments = [], externalId }, variant) =>
                    externalId === undefined
                        ? []
                        : adjustments.map(({ location = '' }) => `adjustment:${externalId}:${location}:${variant}`),
            },
            config,
            host,
        ),
});
