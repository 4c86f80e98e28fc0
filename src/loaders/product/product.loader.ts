import type { JsonObject } from '../../../shared/json';
import type { CatalogHost } from '../../catalog/catalog-scope';
import { CatalogRun } from '../../catalog/product/catalog-run';
import { codeFor } from '../../catalog/product/codes';
import { compareProduct } from '../../catalog/product/compare-product';
import { LIST_MODES } from '../../catalog/product/list-mode';
import { productRecord } from '../../catalog/product/product-record';
import { ProductResolver } from '../../catalog/product/product-resolver';
import { RecordCheck } from '../../catalog/product/record-check';
import { config, field } from '../../sdk/field';
import { ConfigOf } from '../../sdk/adapter';
import { defineLoader } from '../../sdk/loader';
import { catalogLoader, customFieldKey, keyText } from '../catalog-loader';
import { catalogLoaderFields, channelsMode } from '../catalog-loader-config';

const schema = config({
    ...catalogLoaderFields,
    matchBy: field
        .choice('Match by', 'How the product of a record is found.', {
            slug: 'By slug; a record without one by the slug that its name gives.',
            sku: 'By the SKUs of its variants.',
            id: 'By the id in the database.',
            customField: 'By a custom field of the product, see matchField.',
        })
        .default('slug'),
    matchField: field
        .text('Match field', 'Custom field of the product to match by, with matchBy customField.', { example: 'erpId' })
        .optional(),
    variantMatchField: field
        .text('Variant match field', 'Custom field that tells the variants of a product apart before the SKU does.', {
            example: 'erpId',
            advanced: true,
        })
        .optional(),
    variantsMode: field
        .choice('Variants', 'How the variants of a record meet those that are there.', {
            ...LIST_MODES,
            REPLACE_ALL: 'The record names all; variants that it does not name are soft-deleted.',
            REMOVE: 'Soft-deletes the variants that the record names.',
        })
        .default('MERGE'),
    channelsMode,
});

export const productLoader = defineLoader({
    code: 'product',
    name: 'Products',
    description:
        'Creates and updates products with their variants, options, prices, stock, facet values, assets and channels. One record is one product.',
    category: 'catalog',
    entityType: 'Product',
    schema,
    record: productRecord,
    guarantees:
        'Only fields that a record gives are touched. A batch is written with a number of statements that does not depend on its size, and an unchanged record writes nothing. A second run finds what the first one made, as long as the matched field stays the same.',
    limits: 'Option groups are added, never taken away. A price copied to a further channel is taken as it is, also where one channel has prices with tax and the other without. Two pipelines that give the same product a text in a new language, or the same variant a price in a new currency, at the same moment may both add it; runs of one pipeline take turns.',
    examples: [
        {
            title: 'A product with two sizes',
            config: {},
            record: {
                name: 'T-Shirt',
                description: 'Plain cotton.',
                facetValues: ['category:Clothing'],
                optionGroups: ['Size'],
                variants: [
                    { sku: 'TS-S', options: { Size: 'S' }, price: 1999, stockOnHand: 20 },
                    { sku: 'TS-M', options: { Size: 'M' }, price: 1999, stockOnHand: 35 },
                ],
            },
        },
        {
            title: 'Prices and stock only, found by SKU',
            config: { strategy: 'UPDATE', matchBy: 'sku' },
            record: { variants: [{ sku: 'TS-S', price: 1799, stockOnHand: 4 }] },
        },
        {
            title: 'The texts of a second language',
            config: { languageCode: 'en' },
            record: {
                slug: 't-shirt',
                translations: [{ languageCode: 'de', name: 'T-Shirt', description: 'Schlichte Baumwolle.' }],
            },
        },
    ],
    async create({ config: settings, host }: { config: ConfigOf<{ schema: typeof schema }>; host: CatalogHost }) {
        const run = await CatalogRun.start(host, settings);
        const { matchBy, matchField, variantMatchField } = settings;
        const column =
            matchBy === 'customField' ? run.matchColumn(run.productRules, matchField, 'matchField') : undefined;
        const variantColumn =
            variantMatchField === undefined
                ? undefined
                : run.matchColumn(run.variantRules, variantMatchField, 'variantMatchField');
        const resolver = new ProductResolver(
            run,
            { by: matchBy, column, variantColumn, skip: skippedFields(settings) },
            new RecordCheck(productRecord, 'product'),
        );
        const comparison = { ...settings, variantMatchColumn: variantColumn };
        return catalogLoader(host, {
            run,
            policy: settings,
            keysOf: record => keysOf(record, settings, run, column),
            orderOf: record => slugKeys(record, name => run.makeSlugNow(name)),
            nameOf,
            resolve: (records, sql, known) => resolver.resolve(records, sql, known),
            compare: (record, match, state) => compareProduct(record, match, comparison, state),
            repeats: { entityType: 'Product', settings, idOf: ({ product }) => product?.id },
        });
    },
});

type Settings = ConfigOf<{ schema: typeof schema }>;

function skippedFields(settings: Settings): Set<string> {
    const skipped = new Set<string>();
    if (settings.facetValuesMode === 'SKIP') skipped.add('facetValues');
    if (settings.assetsMode === 'SKIP') skipped.add('assets').add('featuredAsset');
    if (settings.channelsMode === 'SKIP') skipped.add('channels');
    if (settings.variantsMode === 'SKIP') skipped.add('variants').add('optionGroups');
    return skipped;
}

/** What a record claims for itself: the product it means, and the SKUs of its variants. */
function keysOf(record: JsonObject, settings: Settings, run: CatalogRun, column: string | undefined): string[] {
    const keys: string[] = [];
    if (settings.matchBy === 'slug') {
        const slug = typeof record.slug === 'string' ? codeFor(record.slug) : undefined;
        if (slug) keys.push(`product:slug:${slug}`);
        else if (typeof record.name === 'string' && record.name !== '')
            keys.push(`product:slug:${run.makeSlugNow(record.name)}`);
    } else if (settings.matchBy === 'id' && record.id !== undefined) {
        keys.push(`product:id:${keyText(record.id)}`);
    } else if (column !== undefined) {
        const key = customFieldKey(record, column);
        if (key !== undefined) keys.push(`product:${column}:${key}`);
    }
    if (settings.variantsMode === 'SKIP' || !Array.isArray(record.variants)) return keys;
    const skus = new Set<string>();
    for (const variant of record.variants) {
        const sku = (variant as JsonObject | null)?.sku;
        if (typeof sku === 'string' && sku !== '') skus.add(sku);
    }
    for (const sku of skus) keys.push(`sku:${sku}`);
    return keys;
}

/**
 * Slugs that the record may give away. One that is taken gets a number (`laptop-2` to `laptop-51`), so those numbers
 * stand in one row with the slug without.
 */
function slugKeys(record: JsonObject, made: (name: string) => string): string[] {
    const texts = [record, ...(Array.isArray(record.translations) ? (record.translations as JsonObject[]) : [])];
    const keys = new Set<string>();
    for (const given of texts) {
        const slug =
            typeof given?.slug === 'string'
                ? codeFor(given.slug)
                : typeof given?.name === 'string' && given.name !== ''
                  ? made(given.name)
                  : undefined;
        if (!slug) continue;
        const [, stem, number] = /^(.+)-([1-9]\d?)$/.exec(slug) ?? [];
        keys.add(`product:slug:${stem && Number(number) <= 51 ? stem : slug}`);
    }
    return [...keys];
}

function nameOf(record: JsonObject): string {
    const variants = Array.isArray(record.variants) ? (record.variants as (JsonObject | null)[]) : [];
    const name = record.slug ?? record.name ?? variants.find(variant => variant?.sku)?.sku ?? record.id;
    return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}
