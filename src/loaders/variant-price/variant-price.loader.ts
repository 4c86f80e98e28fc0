import type { CatalogHost } from '../../catalog/catalog-scope';
import { priceUpdate, variantPriceRecord } from '../../catalog/variant-update/variant-update';
import { ConfigOf } from '../../sdk/adapter';
import { defineLoader } from '../../sdk/loader';
import { variantUpdateConfig as schema, variantUpdateLoader } from '../variant-update-loader';

export const variantPriceLoader = defineLoader({
    code: 'variantPrice',
    name: 'Variant prices',
    description:
        'Changes prices of existing variants, by channel and currency, such as a price list from an ERP. One record is one price, or several of one variant.',
    category: 'catalog',
    entityType: 'ProductVariant',
    schema,
    record: variantPriceRecord,
    guarantees:
        'Only the prices that a record gives are touched. A batch is written with a number of statements that does not depend on its size, and an unchanged price writes nothing.',
    limits: 'Creates no variants. A variant keeps its price in the default currency of each of its channels. Prices are whole minor units; turn decimals into them with toCents.',
    examples: [
        { title: 'A price by SKU', config: {}, record: { sku: 'TS-S', price: 1799 } },
        {
            title: 'A price list of a channel',
            config: {},
            record: { sku: 'TS-S', channel: 'b2b', currencyCode: 'EUR', price: 1299 },
        },
        {
            title: 'A price in a further currency ends',
            config: {},
            record: { sku: 'TS-S', prices: [{ currencyCode: 'EUR', price: null }] },
        },
    ],
    create: ({ config, host }: { config: ConfigOf<{ schema: typeof schema }>; host: CatalogHost }) =>
        variantUpdateLoader(
            {
                record: variantPriceRecord,
                what: 'variant price',
                shape: priceUpdate,
                claimsOf: ({ prices = [] }, variant, run) =>
                    prices.map(price => {
                        const channel = price.channel ?? run.channel.code;
                        return `price:${channel}:${price.currencyCode ?? ''}:${variant}`;
                    }),
            },
            config,
            host,
        ),
});
