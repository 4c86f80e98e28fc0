import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../shared/json';
import { AdapterRegistry } from '../adapters/adapter-registry';
import { productRecord } from '../catalog/product/product-record';
import { builtInOperators } from '../operators';
import { runOperator } from '../testing/run-operator';
import { AnyOperatorStep, operators } from './operators';

/** The two catalog formats that people bring along become product records by operators alone. */
const fromShopify: AnyOperatorStep[] = [
    operators.trim(),
    operators.omit({ prefixes: ['Google Shopping /'] }),
    operators.when({
        // Shopify's way to say that a product has one variant and no options.
        if: {
            all: [
                { field: 'Option1 Value', eq: 'Default Title' },
                { field: 'Option1 Name', in: ['Title', ''] },
            ],
        },
        then: [operators.remove({ paths: ['Option1 Name', 'Option1 Value'] })],
    }),
    operators.collect({ paths: ['Option1 Name', 'Option2 Name', 'Option3 Name'], target: 'optionGroups' }),
    operators.collect({ paths: ['Option1 Value', 'Option2 Value', 'Option3 Value'], target: 'options' }),
    operators.toCents({ path: 'Variant Price', target: 'price' }),
    operators.toNumber({ path: 'Variant Inventory Qty', target: 'stockOnHand', integer: true }),
    operators.ifThenElse({
        if: { field: 'Variant Inventory Tracker', eq: 'shopify' },
        target: 'trackInventory',
        then: true,
        else: false,
    }),
    operators.toBoolean({ path: 'Published' }),
    operators.split({ path: 'Tags', separator: ',' }),
    operators.prefix({ paths: ['Tags'], text: 'tag:' }),
    operators.prefix({ paths: ['Type'], text: 'type:' }),
    operators.prefix({ paths: ['Vendor'], text: 'vendor:' }),
    operators.collect({ paths: ['Vendor', 'Type', 'Tags'], target: 'facetValues', unique: true }),
    operators.when({
        if: { field: 'Variant SKU', isEmpty: true },
        then: [
            operators.collect({ paths: ['Handle', 'options'], target: 'skuParts' }),
            operators.joinText({ path: 'skuParts', separator: '-', target: 'Variant SKU' }),
            operators.slugify({ from: 'Variant SKU' }),
        ],
    }),
    operators.group({
        key: 'Handle',
        parent: ['Title', 'Body (HTML)', 'Published', 'optionGroups', 'facetValues'],
        child: ['Variant SKU', 'price', 'options', 'stockOnHand', 'trackInventory', 'Variant Image'],
        skipChildWhenEmpty: ['price', 'options'],
        collect: { assets: 'Image Src' },
    }),
    operators.map({
        fields: {
            Handle: 'slug',
            Title: 'name',
            'Body (HTML)': 'description',
            Published: 'enabled',
            optionGroups: 'optionGroups',
            facetValues: 'facetValues',
            assets: 'assets',
            variants: 'variants',
        },
    }),
    operators.each({
        path: 'variants',
        operators: [
            operators.collect({ paths: ['Variant Image'], target: 'assets', removeSources: true }),
            operators.rename({ from: 'Variant SKU', to: 'sku' }),
        ],
    }),
];

const fromVendure: AnyOperatorStep[] = [
    operators.trim(),
    operators.nest({ prefix: 'product:', target: 'customFields' }),
    operators.nest({ prefix: 'variant:', target: 'variantCustomFields' }),
    ...['assets', 'facets', 'optionGroups', 'optionValues', 'variantAssets', 'variantFacets'].map(path =>
        operators.split({ path }),
    ),
    operators.split({ path: 'customFields.keywords' }),
    operators.parseJson({ path: 'customFields.owner' }),
    operators.toNumber({ path: 'variantCustomFields.weight' }),
    operators.toCents({ path: 'price' }),
    operators.toNumber({ path: 'stockOnHand', integer: true }),
    operators.toBoolean({ path: 'trackInventory' }),
    operators.group({
        key: 'name',
        continuation: 'EMPTY_KEY',
        parent: ['slug', 'description', 'assets', 'facets', 'optionGroups', 'customFields'],
    }),
    operators.slugify({ from: 'name', to: 'slug', overwrite: false }),
    operators.rename({ from: 'facets', to: 'facetValues' }),
    operators.each({
        path: 'variants',
        operators: [
            operators.map({
                fields: {
                    optionValues: 'options',
                    variantAssets: 'assets',
                    variantFacets: 'facetValues',
                    variantCustomFields: 'customFields',
                },
                keepUnmapped: true,
            }),
        ],
    }),
];

describe('a Shopify export', () => {
    const csv = [
        'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Image Src,Google Shopping / Gender,Variant Image',
        'linen-shirt,Linen Shirt,<p>Light.</p>,Weaver,Shirts,"summer, linen",true,Size,S,Color,White,,,LS-S-W,shopify,3,49.90,https://img/1.jpg,unisex,https://img/w.jpg',
        'linen-shirt,,,,,,,,M,,White,,,,shopify,-1,49.9,https://img/2.jpg,,',
        'linen-shirt,,,,,,,,,,,,,,,,,https://img/3.jpg,,',
        'gift-card,Gift Card,,Weaver,,,false,Title,Default Title,,,,,GC,,0,25,https://img/1.jpg,,',
    ].join('\n');

    it('becomes products with variants, options, images and facet values', async () => {
        expect(await convert(rowsOf(csv), fromShopify)).toEqual([
            {
                slug: 'linen-shirt',
                name: 'Linen Shirt',
                description: '<p>Light.</p>',
                enabled: true,
                optionGroups: ['Size', 'Color'],
                facetValues: ['vendor:Weaver', 'type:Shirts', 'tag:summer', 'tag:linen'],
                assets: ['https://img/1.jpg', 'https://img/2.jpg', 'https://img/3.jpg'],
                variants: [
                    {
                        sku: 'LS-S-W',
                        price: 4990,
                        options: ['S', 'White'],
                        stockOnHand: 3,
                        trackInventory: true,
                        assets: ['https://img/w.jpg'],
                    },
                    {
                        sku: 'linen-shirt-m-white',
                        price: 4990,
                        options: ['M', 'White'],
                        stockOnHand: -1,
                        trackInventory: true,
                    },
                ],
            },
            {
                slug: 'gift-card',
                name: 'Gift Card',
                description: '',
                enabled: false,
                facetValues: ['vendor:Weaver'],
                assets: ['https://img/1.jpg'],
                variants: [{ sku: 'GC', price: 2500, stockOnHand: 0, trackInventory: false }],
            },
        ]);
    });
});

describe('a CSV in the format of Vendure’s importer', () => {
    const csv = [
        'name         ,slug ,description,assets     ,facets                  ,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets,product:keywords,product:owner ,variant:weight',
        'Garden Gloves,     ,"Sturdy, brown.",a.jpg|b.jpg,category:Garden|brand:Fox,size|colour ,"S|brown"   ,G1 ,12.5 ,standard   ,5          ,true          ,s.jpg        ,use:winter   ,hands|garden    ,"{""id"": 1}"  ,100',
        '             ,     ,           ,           ,                        ,            ,"M|brown"   ,G2 ,13   ,standard   ,           ,              ,             ,             ,                ,               ,',
        'Rake         ,rake1,           ,           ,                        ,            ,            ,R1 ,9.99 ,reduced    ,0          ,false         ,             ,             ,                ,               ,',
    ].join('\n');

    it('becomes products with variants, options, assets, facet values and custom fields', async () => {
        expect(await convert(rowsOf(csv), fromVendure)).toEqual([
            {
                name: 'Garden Gloves',
                slug: 'garden-gloves',
                description: 'Sturdy, brown.',
                assets: ['a.jpg', 'b.jpg'],
                facetValues: ['category:Garden', 'brand:Fox'],
                optionGroups: ['size', 'colour'],
                customFields: { keywords: ['hands', 'garden'], owner: { id: 1 } },
                variants: [
                    {
                        sku: 'G1',
                        price: 1250,
                        taxCategory: 'standard',
                        stockOnHand: 5,
                        trackInventory: true,
                        options: ['S', 'brown'],
                        assets: ['s.jpg'],
                        facetValues: ['use:winter'],
                        customFields: { weight: 100 },
                    },
                    { sku: 'G2', price: 1300, taxCategory: 'standard', options: ['M', 'brown'] },
                ],
            },
            {
                name: 'Rake',
                slug: 'rake1',
                description: '',
                variants: [{ sku: 'R1', price: 999, taxCategory: 'reduced', stockOnHand: 0, trackInventory: false }],
            },
        ]);
    });
});

/** Runs the operators one after the other, as a step does, and has the loaders' schema look at what comes out. */
async function convert(rows: JsonObject[], steps: readonly AnyOperatorStep[]): Promise<JsonObject[]> {
    const registry = new AdapterRegistry().register(...builtInOperators);
    let records = rows;
    for (const { op, args = {} } of steps) {
        const run = await runOperator(registry.operator(op), args as Record<string, unknown>, records);
        expect(run.rejected.map(({ error }) => error.message)).toEqual([]);
        records = run.kept;
    }
    for (const record of records) expect(productRecord.safeParse(record).error?.issues ?? []).toEqual([]);
    return records;
}

const rowsOf = (csv: string): JsonObject[] =>
    parse(csv, { columns: (names: string[]) => names.map(name => name.trim()), ltrim: true, rtrim: true });
