import type { FileProduct } from './catalog-file';
import type { ForeignConnection } from './foreign-connection';

interface OracleOptions {
    /** Stock and rows have a history: movements add up to the stock, and deleted rows may still be there. */
    withHistory?: boolean;
}

/**
 * Compares an imported shop, which was empty before, with the file: every difference as one line, none when all is well.
 *
 * What belongs together is read with inner joins and must be exactly what the file says; then each table must have
 * exactly as many rows as that took, so a row that is there twice or belongs to nothing shows as one too many.
 */
export async function differencesFromFile(
    shop: ForeignConnection,
    products: FileProduct[],
    { withHistory = false }: OracleOptions = {},
): Promise<string[]> {
    const differences: string[] = [];
    for (const [what, columns, from, expected] of catalogOf(products)) {
        if (withHistory && what === 'stock movements') continue;
        differences.push(...unequal(what, expected, await shop.lines(columns, from)));
    }
    differences.push(...(await stockDifferences(shop)));
    if (withHistory) return differences;
    for (const [table, expected] of Object.entries(rowCountsOf(products))) {
        const actual = await shop.count(table);
        if (actual !== expected) differences.push(`${table}: ${actual} rows instead of ${expected}`);
    }
    return differences;
}

/** Whatever happened to the stock was written as a movement, once. */
async function stockDifferences(shop: ForeignConnection): Promise<string[]> {
    const rows = await shop.rows(
        `SELECT v."sku", stock."stockOnHand" AS "onHand", coalesce(sum(m."quantity"), 0) AS "moved"
         FROM "product_variant" v
         JOIN "stock_level" stock ON stock."productVariantId" = v."id"
         LEFT JOIN "stock_movement" m ON m."productVariantId" = v."id"
         WHERE v."deletedAt" IS NULL GROUP BY v."id", v."sku", stock."stockOnHand"`,
    );
    const of = (column: string) => rows.map(row => line(row.sku, Number(row[column])));
    return unequal('stock and its movements', of('onHand'), of('moved'));
}

type Comparison = [what: string, columns: string[], from: string, expected: string[]];

function catalogOf(products: FileProduct[]): Comparison[] {
    const variants = products.flatMap(product => product.variants.map(variant => ({ ...variant, slug: product.slug })));
    const facetValues = unique(products.flatMap(product => product.facetValues));
    return [
        [
            'products',
            ['t.slug', 't.name', 't.description', 't.languageCode', 'p.enabled', 'c.code'],
            `"product" p
             JOIN "product_translation" t ON t."baseId" = p."id"
             JOIN "product_channels_channel" pc ON pc."productId" = p."id"
             JOIN "channel" c ON c."id" = pc."channelId"
             WHERE p."deletedAt" IS NULL`,
            products.map(({ slug, name, description }) =>
                line(slug, name, description, 'en', 1, '__default_channel__'),
            ),
        ],
        [
            'variants',
            [
                'v.sku',
                'pt.slug',
                't.name',
                't.languageCode',
                'v.enabled',
                'v.trackInventory',
                'tax.name',
                'price.price',
                'price.currencyCode',
                'pricechannel.code',
                'c.code',
                'stock.stockOnHand',
                'stock.stockAllocated',
                'place.name',
            ],
            `"product_variant" v
             JOIN "product_translation" pt ON pt."baseId" = v."productId"
             JOIN "product_variant_translation" t ON t."baseId" = v."id"
             JOIN "tax_category" tax ON tax."id" = v."taxCategoryId"
             JOIN "product_variant_price" price ON price."variantId" = v."id"
             JOIN "channel" pricechannel ON pricechannel."id" = price."channelId"
             JOIN "product_variant_channels_channel" vc ON vc."productVariantId" = v."id"
             JOIN "channel" c ON c."id" = vc."channelId"
             JOIN "stock_level" stock ON stock."productVariantId" = v."id"
             JOIN "stock_location" place ON place."id" = stock."stockLocationId"
             WHERE v."deletedAt" IS NULL`,
            variants.map(({ sku, slug, name, priceCents, stockOnHand }) =>
                line(
                    ...[sku, slug, name, 'en', 1, 'TRUE', 'Standard Tax'],
                    ...[priceCents, 'USD', '__default_channel__', '__default_channel__'],
                    ...[stockOnHand, 0, 'Default Stock Location'],
                ),
            ),
        ],
        [
            'stock movements',
            ['v.sku', 'm.type', 'm.discriminator', 'm.quantity', 'place.name'],
            `"stock_movement" m
             JOIN "product_variant" v ON v."id" = m."productVariantId"
             JOIN "stock_location" place ON place."id" = m."stockLocationId"`,
            variants
                .filter(({ stockOnHand }) => stockOnHand > 0)
                .map(({ sku, stockOnHand }) =>
                    line(sku, 'ADJUSTMENT', 'StockAdjustment', stockOnHand, 'Default Stock Location'),
                ),
        ],
        [
            'options of variants',
            ['v.sku', 'gt.name', 'ot.name'],
            `"product_variant_options_product_option" link
             JOIN "product_variant" v ON v."id" = link."productVariantId"
             JOIN "product_option" o ON o."id" = link."productOptionId"
             JOIN "product_option_translation" ot ON ot."baseId" = o."id"
             JOIN "product_option_group_translation" gt ON gt."baseId" = o."groupId"
             JOIN "product_option_groups_product_option_group" owner
               ON owner."productOptionGroupId" = o."groupId" AND owner."productId" = v."productId"
             WHERE o."deletedAt" IS NULL`,
            variants.flatMap(({ sku, options }) => options.map(({ group, value }) => line(sku, group, value))),
        ],
        [
            'facet values of products',
            ['t.slug', 'f.code', 'fv.code'],
            `"product_facet_values_facet_value" link
             JOIN "product_translation" t ON t."baseId" = link."productId"
             JOIN "facet_value" fv ON fv."id" = link."facetValueId"
             JOIN "facet" f ON f."id" = fv."facetId"`,
            products.flatMap(({ slug, facetValues: own }) => own.map(value => line(slug, ...value.split(':')))),
        ],
        [
            'facet values',
            ['ft.name', 'fvt.name'],
            `"facet_value" fv
             JOIN "facet_value_translation" fvt ON fvt."baseId" = fv."id"
             JOIN "facet_translation" ft ON ft."baseId" = fv."facetId"`,
            facetValues.map(value => line(...value.split(':'))),
        ],
    ];
}

function rowCountsOf(products: FileProduct[]): Record<string, number> {
    const variants = products.flatMap(product => product.variants);
    const facetValues = unique(products.flatMap(product => product.facetValues));
    const facets = unique(facetValues.map(value => value.split(':')[0]!));
    const groups = products.flatMap(product => product.optionGroups);
    const options = products.flatMap(product =>
        unique(product.variants.flatMap(variant => variant.options.map(({ group, value }) => `${group}:${value}`))),
    );
    return {
        ...tables(products.length, ['product', 'product_translation', 'product_channels_channel']),
        ...tables(variants.length, [
            'product_variant',
            'product_variant_translation',
            'product_variant_channels_channel',
            'product_variant_price',
            'stock_level',
        ]),
        ...tables(groups.length, [
            'product_option_group',
            'product_option_group_translation',
            'product_option_group_channels_channel',
            'product_option_groups_product_option_group',
        ]),
        ...tables(options.length, ['product_option', 'product_option_translation', 'product_option_channels_channel']),
        ...tables(facets.length, ['facet', 'facet_translation', 'facet_channels_channel']),
        ...tables(facetValues.length, ['facet_value', 'facet_value_translation', 'facet_value_channels_channel']),
        stock_movement: variants.filter(({ stockOnHand }) => stockOnHand > 0).length,
        product_variant_options_product_option: variants.flatMap(variant => variant.options).length,
        product_facet_values_facet_value: products.flatMap(product => product.facetValues).length,
        ...tables(0, ['asset']),
    };
}

/** Entities with their natural keys, as far as they have one of their own. */
const ledgered: Record<string, [columns: string[], from: string]> = {
    Product: [['p.id', 't.slug'], `"product" p JOIN "product_translation" t ON t."baseId" = p."id"`],
    ProductVariant: [['v.id', 'v.sku'], '"product_variant" v'],
    ProductOptionGroup: [['g.id'], '"product_option_group" g'],
    ProductOption: [['o.id'], '"product_option" o'],
    Facet: [['f.id', 'f.code'], '"facet" f'],
    FacetValue: [['fv.id'], '"facet_value" fv'],
};
const withKey = ['Product', 'ProductVariant', 'Facet'];

/** Everything that is in the shop was created by the run, once. */
export async function creationDifferences(shop: ForeignConnection, runId: string): Promise<string[]> {
    const expected: string[] = [];
    for (const [type, [columns, from]] of Object.entries(ledgered)) {
        for (const entity of await shop.lines(columns, from)) expected.push(line(1, type, entity));
    }
    const rows = await shop.rows(
        `SELECT * FROM "data_hub_change_set" WHERE "runId" = ${Number(runId)} AND "action" = 'CREATE'`,
    );
    const actual = rows.map(({ applied, entityType, entityId, entityKey }) =>
        line(...[Number(applied), entityType, entityId], ...(withKey.includes(String(entityType)) ? [entityKey] : [])),
    );
    return unequal('created entities', expected, actual);
}

const shown = 5;

/** Both as bags: how often a line is there counts, its place does not. */
export function unequal(what: string, expected: string[], actual: string[]): string[] {
    const surplus = new Map<string, number>();
    for (const each of actual) surplus.set(each, (surplus.get(each) ?? 0) + 1);
    for (const each of expected) surplus.set(each, (surplus.get(each) ?? 0) - 1);
    const wrong = [...surplus].filter(([, times]) => times !== 0);
    const sentences = wrong.slice(0, shown).map(([text, times]) => {
        return `${what}: ${Math.abs(times)} × too ${times > 0 ? 'many' : 'few'}: ${text}`;
    });
    return wrong.length > shown ? [...sentences, `${what}: and ${wrong.length - shown} more`] : sentences;
}

function tables(rows: number, names: string[]): Record<string, number> {
    return Object.fromEntries(names.map(name => [name, rows]));
}

function unique(values: string[]): string[] {
    return [...new Set(values)];
}

export function line(...values: unknown[]): string {
    return values.map(String).join(' | ');
}
