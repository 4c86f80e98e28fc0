import { describe, expect, it } from 'vitest';
import { edgesOf } from '../../../shared/edges';
import type { JsonObject } from '../../../shared/json';
import { AdapterRegistry } from '../../adapters/adapter-registry';
import { productRecord } from '../../catalog/product/product-record';
import { builtInOperators } from '../../operators';
import { runOperator } from '../../testing/run-operator';
import { FILE_STYLES } from './file-styles';

describe('cells as WooCommerce writes them', () => {
    const simple = (cells: JsonObject) => ({ ID: '7', Type: 'simple', SKU: 'A', Name: 'Lamp', 'Regular price': '10', ...cells }); // prettier-ignore
    const one = async (cells: JsonObject) => (await productsOf('woocommerce-products', [simple(cells)]))[0]!;

    it.each([
        ['1', true],
        ['0', false],
        ['-1', false],
        ["'-1", false],
        ['2', false],
    ])('Published %s makes enabled %s', async (Published, enabled) => {
        expect(await one({ Published })).toMatchObject({ enabled });
    });

    it('lose the apostrophe that keeps spreadsheets from computing them', async () => {
        const cells = { Name: "'+5 Lamp", Stock: "'-3", Tags: "'@home, 'quoted", 'Attribute 1 name': 'Dioptre', 'Attribute 1 value(s)': "'-1.5, -2" }; // prettier-ignore
        expect(await one(cells)).toMatchObject({
            name: '+5 Lamp',
            facetValues: [
                'tag:@home',
                "tag:'quoted",
                { facet: 'Dioptre', value: '-1.5' },
                { facet: 'Dioptre', value: '-2' },
            ],
            variants: [{ stockOnHand: -3 }],
        });
    });

    it('have their line breaks again', async () => {
        const text = '<p>One</p>\\n<p>In C:\\\\new</p>';
        expect(await one({ Description: text, 'Short description': 'a\\nb' })).toMatchObject({
            description: '<p>One</p>\n<p>In C:\\new</p>',
            customFields: { shortDescription: 'a\nb' },
        });
    });

    it('tell when a sale begins with hours of one digit', async () => {
        const cells = { 'Sale price': '8', 'Date sale price starts': '2026-05-01 0:00:00', 'Date sale price ends': '2026-05-31 23:59:59' }; // prettier-ignore
        expect(await one(cells)).toMatchObject({
            variants: [
                {
                    price: 1000,
                    customFields: {
                        salePrice: 800,
                        saleFrom: '2026-05-01T00:00:00.000Z',
                        saleUntil: '2026-05-31T23:59:59.000Z',
                    },
                },
            ],
        });
    });

    it('keep the commas in addresses of images and in SKUs', async () => {
        const cells = { Images: 'https://shop.example/a\\,b.jpg, https://shop.example/c.jpg', Upsells: 'A\\,1, B', 'Cross-sells': 'C\\,1', 'Grouped products': 'D\\,1' }; // prettier-ignore
        expect(await one(cells)).toMatchObject({
            assets: ['https://shop.example/a,b.jpg', 'https://shop.example/c.jpg'],
            customFields: { upsellSkus: ['A,1', 'B'], crossSellSkus: ['C,1'], groupedSkus: ['D,1'] },
        });
    });
});

describe('a product of WooCommerce', () => {
    it('cannot be bought while it has no price', async () => {
        const variantsOf = async (rows: JsonObject[]) =>
            (await productsOf('woocommerce-products', rows)).map(({ enabled, variants }) => ({ enabled, variants }));
        const simple = { Type: 'simple', SKU: 'A', Name: 'Lamp', Published: '1' };
        const variable = { Type: 'variable', SKU: 'P', Name: 'Shirt', Published: '1', 'Regular price': '' };
        const size = { Type: 'variation', Parent: 'P', 'Attribute 1 name': 'Size', Published: '1' };
        const rows = [
            { ...simple, 'Regular price': '' },
            { ...simple, SKU: 'B', 'Regular price': '9' },
            variable,
            { ...size, SKU: 'P-S', 'Attribute 1 value(s)': 'S', 'Regular price': '' },
            { ...size, SKU: 'P-M', 'Attribute 1 value(s)': 'M', 'Regular price': '9' },
        ];
        expect(await variantsOf(rows)).toMatchObject([
            { enabled: true, variants: [{ enabled: false }] },
            { enabled: true, variants: [{ enabled: true }] },
            { enabled: true, variants: [{ enabled: false }, { enabled: true }] },
        ]);
        expect(await variantsOf([simple])).not.toHaveProperty('0.variants.0.enabled');
    });
});

describe('a product of Magento', () => {
    it('cannot be bought while it has no price, and others of its family can', async () => {
        const row = { product_type: 'simple', product_online: '1' };
        const rows = [
            { ...row, sku: 'A', name: 'Lamp', price: '' },
            { ...row, sku: 'B', name: 'Desk', price: '9' },
            { ...row, sku: 'P-1', name: 'Shirt-S', price: '' },
            { ...row, sku: 'P-2', name: 'Shirt-M', price: '9' },
            { ...row, sku: 'P', name: 'Shirt', price: '', product_type: 'configurable', configurable_variations: 'sku=P-1,size=S|sku=P-2,size=M' }, // prettier-ignore
        ];
        expect(await productsOf('magento-products', rows)).toMatchObject([
            { enabled: true, variants: [{ enabled: false }] },
            { enabled: true, variants: [{ enabled: true, price: 900 }] },
            { enabled: true, variants: [{ enabled: false }, { enabled: true, price: 900 }] },
        ]);
    });
});

describe('cells of a Shopify file that a spreadsheet saved', () => {
    it.each([
        [
            'shopify-products',
            { Handle: 'a', Title: 'Lamp', 'Variant Price': '1', 'Variant SKU': "'007", 'Variant Barcode': "'0123" },
        ],
        ['shopify-template-products', { 'URL handle': 'a', Title: 'Lamp', Price: '1', SKU: "'007", Barcode: "'0123" }],
    ])('lose the apostrophe before their zeros in %s', async (style, row) => {
        expect(await productsOf(style, [row])).toMatchObject([
            { variants: [{ sku: '007', customFields: { barcode: '0123' } }] },
        ]);
    });
});

describe('cells as Magento writes them', () => {
    const article = {
        sku: 'A',
        product_type: 'simple',
        name: 'Lamp',
        price: '10.0000',
        created_at: '1/5/26, 2:11\u202fPM',
    };
    const one = async (cells: JsonObject, views: JsonObject[] = []) =>
        (await productsOf('magento-products', [{ ...article, ...cells }, ...views]))[0]!;

    it.each([
        ['5/1/26', '2026-05-01'],
        ['12/31/26', '2026-12-31'],
        ['2026-05-01 00:00:00', '2026-05-01'],
    ])('tell with %s that a sale begins on %s', async (special_price_from_date, day) => {
        expect(await one({ special_price: '8', special_price_from_date })).toMatchObject({
            variants: [{ customFields: { salePrice: 800, saleFrom: `${day}T00:00:00.000Z` } }],
        });
    });

    it('do not have dates guessed that might be of another country', async () => {
        const cells = { special_price: '8', special_price_from_date: '1/5/26', created_at: '5/1/26, 14:11' };
        await expect(one(cells)).rejects.toThrow('must be a date such as 2026-01-31');
    });

    it('have no image where none is selected', async () => {
        expect(await one({ base_image: 'no_selection' })).not.toHaveProperty('assets');
    });

    it('hold lists with quotes around each item', async () => {
        expect(await one({ additional_attributes: 'a="Cotton"|"Wool, new",b="5"" disk"|"x",c=24"' })).toMatchObject({
            facetValues: [
                { facet: 'a', value: 'Cotton' },
                { facet: 'a', value: 'Wool, new' },
                { facet: 'b', value: '5" disk' },
                { facet: 'b', value: 'x' },
                { facet: 'c', value: '24"' },
            ],
        });
    });

    it('of a store view without a name leave that of the product', async () => {
        const view = { sku: 'A', store_view_code: 'de', description: 'Hell.' };
        expect(await one({}, [view])).toMatchObject({
            translations: [{ languageCode: 'de', name: 'Lamp', description: 'Hell.' }],
        });
    });

    it('of a store view without texts make no translation', async () => {
        expect(await one({}, [{ sku: 'A', store_view_code: 'de', price: '9' }])).not.toHaveProperty('translations');
    });
});

describe('attributes that are whole texts', () => {
    const text = 'Wash it well. '.repeat(20);

    it.each<[string, JsonObject]>([
        ['magento-products', { sku: 'A', name: 'Lamp', price: '1', additional_attributes: `care=${text},fit=Slim` }],
        [
            'woocommerce-products',
            {
                Type: 'simple',
                SKU: 'A',
                Name: 'Lamp',
                'Attribute 1 name': 'care',
                'Attribute 1 value(s)': text,
                'Attribute 2 name': 'fit',
                'Attribute 2 value(s)': 'Slim',
            },
        ],
    ])('of %s make no facet value, which has a name of 255 characters at most', async (style, row) => {
        expect(await productsOf(style, [row])).toMatchObject([{ facetValues: [{ facet: 'fit', value: 'Slim' }] }]);
    });
});

describe('a later file', () => {
    const ofWooCommerce = { Type: 'simple', SKU: 'A', Name: 'Lamp', 'Regular price': '10', 'Sale price': '', 'Date sale price starts': '', 'Backorders allowed?': '0' }; // prettier-ignore
    const ofMagento = { sku: 'A', product_type: 'simple', name: 'Lamp', price: '10', special_price: '', special_price_from_date: '', allow_backorders: '0' }; // prettier-ignore
    const ofShopify = { Handle: 'a', Title: 'Lamp', 'Variant Price': '10', 'Variant Compare At Price': '', 'Variant Inventory Policy': 'deny' }; // prettier-ignore
    const ofTemplate = { 'URL handle': 'a', Title: 'Lamp', Price: '10', 'Compare-at price': '', 'Continue selling when out of stock': 'DENY' }; // prettier-ignore
    const noSale = { compareAtPrice: null, salePrice: null, saleFrom: null, saleUntil: null };

    it.each<[string, JsonObject, JsonObject]>([
        ['woocommerce-products', ofWooCommerce, noSale],
        ['magento-products', ofMagento, noSale],
        ['shopify-products', ofShopify, { compareAtPrice: null }],
        ['shopify-template-products', ofTemplate, { compareAtPrice: null }],
    ])('of %s ends a sale, and selling without stock', async (style, row, customFields) => {
        const [{ variants }] = (await productsOf(style, [row])) as [{ variants: JsonObject[] }];
        expect(variants[0]).toMatchObject({ price: 1000, customFields, useGlobalOutOfStockThreshold: true });
        expect(variants[0]).not.toHaveProperty('outOfStockThreshold');
    });

    it('of WooCommerce ends one of two dates', async () => {
        const row = { ...ofWooCommerce, 'Sale price': '8', 'Date sale price starts': '', 'Date sale price ends': '2026-05-31' }; // prettier-ignore
        const [{ variants }] = (await productsOf('woocommerce-products', [row])) as [{ variants: JsonObject[] }];
        expect(variants[0]).toMatchObject({
            customFields: { ...noSale, salePrice: 800, saleUntil: '2026-05-31T00:00:00.000Z' },
        });
    });

    it.each<[string, JsonObject]>([
        ['woocommerce-products', { Type: 'simple', SKU: 'A', Name: 'Lamp', 'Regular price': '10' }],
        ['magento-products', { sku: 'A', product_type: 'simple', name: 'Lamp', price: '10' }],
        ['shopify-products', { Handle: 'a', Title: 'Lamp', 'Variant Price': '10' }],
    ])('of %s without these columns says nothing of either', async (style, row) => {
        const [{ variants }] = (await productsOf(style, [row])) as [{ variants: JsonObject[] }];
        expect(variants[0]).not.toHaveProperty('useGlobalOutOfStockThreshold');
        expect(variants[0]).not.toHaveProperty('customFields.compareAtPrice');
    });
});

describe('a variation of WooCommerce', () => {
    it('that shares the stock of its product is sold without stock where the product is', async () => {
        const parent = { Type: 'variable', SKU: 'P', Name: 'Lamp', Stock: '5', 'Backorders allowed?': '1' };
        const child = { Type: 'variation', SKU: 'P-1', Parent: 'P', 'Regular price': '9', 'Attribute 1 name': 'Size', 'Attribute 1 value(s)': 'S' }; // prettier-ignore
        const rows = [
            parent,
            { ...child, Stock: 'parent', 'Backorders allowed?': '0' },
            { ...child, SKU: 'P-2', 'Attribute 1 value(s)': 'M', Stock: '3', 'Backorders allowed?': '0' },
        ];
        expect(await productsOf('woocommerce-products', rows)).toMatchObject([
            {
                variants: [
                    { stockOnHand: 5, useGlobalOutOfStockThreshold: false, outOfStockThreshold: -1000000 },
                    { stockOnHand: 3, useGlobalOutOfStockThreshold: true },
                ],
            },
        ]);
    });
});

/** What the loader of products gets of these rows. */
async function productsOf(style: string, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    const { definition } = FILE_STYLES.find(({ code }) => code === style)!;
    const registry = new AdapterRegistry().register(...builtInOperators);
    const outputs: Record<string, JsonObject[]> = { [definition.steps[0]!.key]: [...rows] };
    const before = (key: string) => outputs[edgesOf(definition).find(({ to }) => to === key)!.from]!;
    const load = definition.steps.find(({ type }) => type === 'LOAD')!;
    for (const { key, config } of definition.steps.slice(1, definition.steps.indexOf(load))) {
        let records = structuredClone(before(key));
        for (const { op, args = {} } of config.operators as unknown as { op: string; args?: JsonObject }[]) {
            const run = await runOperator(registry.operator(op), args, records, { right: outputs.pairs });
            for (const { error } of run.rejected) throw error;
            records = run.kept;
        }
        outputs[key] = records;
    }
    for (const record of before(load.key)) expect(productRecord.safeParse(record).error?.issues ?? []).toEqual([]);
    return before(load.key);
}
