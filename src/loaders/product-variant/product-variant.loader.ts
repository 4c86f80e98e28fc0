import type { JsonObject } from '../../../shared/json';
import type { CatalogHost } from '../../catalog/catalog-scope';
import { CatalogRun } from '../../catalog/product/catalog-run';
import { compareSingleVariant } from '../../catalog/product/compare-single-variant';
import { singleVariantRecord } from '../../catalog/product/product-record';
import { RecordCheck } from '../../catalog/product/record-check';
import { VariantResolver } from '../../catalog/product/variant-resolver';
import { ConfigOf } from '../../sdk/adapter';
import { config, field } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import { catalogLoader, customFieldKey, keyText } from '../catalog-loader';
import { catalogLoaderFields } from '../catalog-loader-config';

const schema = config({
    ...catalogLoaderFields,
    matchBy: field
        .choice('Match by', 'How the variant of a record is found.', {
            sku: 'By SKU.',
            id: 'By the id in the database.',
            customField: 'By a custom field of the variant, see matchField.',
        })
        .default('sku'),
    matchField: field
        .text('Match field', 'Custom field of the variant to match by, with matchBy customField.', { example: 'erpId' })
        .optional(),
});

type Settings = ConfigOf<{ schema: typeof schema }>;

export const productVariantLoader = defineLoader({
    code: 'productVariant',
    name: 'Product variants',
    description:
        'Updates variants one by one, such as prices and stock from an ERP, and adds variants to products that exist. One record is one variant.',
    category: 'catalog',
    entityType: 'ProductVariant',
    schema,
    record: singleVariantRecord,
    guarantees:
        'Only fields that a record gives are touched. A batch is written with a number of statements that does not depend on its size, and an unchanged record writes nothing.',
    limits: 'Does not create products; a new variant goes to the product whose slug the record gives, and takes one option of each of its groups.',
    examples: [
        {
            title: 'Price and stock by SKU',
            config: { strategy: 'UPDATE' },
            record: { sku: 'TS-S', price: 1799, stockOnHand: 4 },
        },
        {
            title: 'A further size of a product',
            config: {},
            record: { sku: 'TS-L', product: 't-shirt', options: { Size: 'L' }, price: 1999 },
        },
    ],
    async create({ config: settings, host }: { config: Settings; host: CatalogHost }) {
        const run = await CatalogRun.start(host, settings);
        const column =
            settings.matchBy === 'customField'
                ? run.matchColumn(run.variantRules, settings.matchField, 'matchField')
                : undefined;
        const resolver = new VariantResolver(
            run,
            { by: settings.matchBy, column, skip: skippedFields(settings) },
            new RecordCheck(singleVariantRecord, 'variant'),
        );
        return catalogLoader(host, {
            run,
            policy: settings,
            keysOf: record => keysOf(record, settings, column),
            nameOf,
            resolve: (records, sql, known) => resolver.resolve(records, sql, known),
            compare: (record, match, state) => compareSingleVariant(record, match, state),
            repeats: { entityType: 'ProductVariant', settings, idOf: ({ variant }) => variant?.id },
        });
    },
});

function skippedFields(settings: Settings): Set<string> {
    const skipped = new Set<string>();
    if (settings.facetValuesMode === 'SKIP') skipped.add('facetValues');
    if (settings.assetsMode === 'SKIP') skipped.add('assets').add('featuredAsset');
    return skipped;
}

function keysOf(record: JsonObject, { matchBy }: Settings, column: string | undefined): string[] {
    const keys: string[] = [];
    if (typeof record.sku === 'string' && record.sku !== '') keys.push(`sku:${record.sku}`);
    if (matchBy === 'id' && record.id !== undefined) keys.push(`variant:id:${keyText(record.id)}`);
    if (column !== undefined) {
        const key = customFieldKey(record, column);
        if (key !== undefined) keys.push(`variant:${column}:${key}`);
    }
    return keys;
}

function nameOf(record: JsonObject): string {
    const name = record.sku || record.id;
    return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}
