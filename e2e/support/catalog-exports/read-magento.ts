import {
    cell,
    countBy,
    type ExpectedCatalog,
    filled,
    levelsOf,
    listed,
    minorUnits,
    numberOr,
    pictures,
    type ReadVariant,
    type Row,
} from './expected-catalog';

const TAXES: Record<string, string> = { 'Taxable Goods': 'Standard Tax', Reduced: 'Reduced Tax' };

export function readMagento(rows: Row[]): ExpectedCatalog {
    const refusals: string[] = [];
    const base = new Map<string, Row>();
    for (const row of rows.filter(one => cell(one, 'store_view_code') === '')) {
        if (base.has(row.sku!)) refusals.push('duplicate-key');
        else base.set(row.sku!, row);
    }
    const german = new Map(
        rows.filter(row => ['de', 'german'].includes(cell(row, 'store_view_code'))).map(row => [row.sku!, row]),
    );
    const options = new Map<string, { family: string; options: string[] }>();
    for (const row of base.values()) {
        for (const text of listed(cell(row, 'configurable_variations'), '|')) {
            const pairs = text.split(',').map(pair => pair.split('=') as [string, string]);
            const sku = pairs.find(([name]) => name === 'sku')![1];
            const own = pairs.filter(([name]) => name !== 'sku').map(([name, value]) => `${name}:${value}`);
            if (!base.has(sku)) refusals.push('variation-missing');
            else if (options.has(sku)) refusals.push('group-item-twice');
            else options.set(sku, { family: row.sku!, options: own });
        }
    }
    const trees: string[][] = [];
    const products = [...base.values()].flatMap(row => {
        if (options.has(row.sku!)) return [];
        const levels = levelsOf(categoriesOf(cell(row, 'categories')));
        trees.push(levels);
        const isOne = !['configurable', 'grouped', 'bundle'].includes(cell(row, 'product_type'));
        const members = isOne
            ? [row]
            : [...options].filter(([, of]) => of.family === row.sku).map(([sku]) => base.get(sku)!);
        const images = picturesOf(row);
        if (images.anyMissing || (!isOne && members.some(one => picturesOf(one).anyMissing))) {
            refusals.push('asset-not-found');
        }
        return {
            name: row.name!,
            enabled: cell(row, 'product_online') !== '2',
            description: cell(row, 'description'),
            facets: [...levels.map(level => `category:${level}`), ...attributesOf(cell(row, 'additional_attributes'))],
            assets: images.assets,
            german: germanName(german.get(row.sku!)),
            fields: filled({
                externalId: row.sku,
                seoTitle: cell(row, 'meta_title'),
                seoDescription: cell(row, 'meta_description'),
                shortDescription: cell(row, 'short_description'),
                visibility: cell(row, 'visibility'),
                relatedSkus: listed(cell(row, 'related_skus')),
                crossSellSkus: listed(cell(row, 'crosssell_skus')),
                upsellSkus: listed(cell(row, 'upsell_skus')),
                groupedSkus: listed(cell(row, 'associated_skus')).map(text => text.split('=')[0]),
            }),
            variants: members.map(one => variantOf(one, row, options.get(one.sku!)?.options, german)),
        };
    });
    return { products, collections: countBy(trees), refusals };
}

function variantOf(row: Row, product: Row, options: string[] | undefined, german: Map<string, Row>): ReadVariant {
    const dated = cell(row, 'special_price_from_date') !== '' || cell(row, 'special_price_to_date') !== '';
    const regular = minorUnits(cell(row, 'price'));
    const special = cell(row, 'special_price') === '' ? undefined : minorUnits(cell(row, 'special_price'));
    const isOut = cell(row, 'is_in_stock') === '0';
    const from = cell(row, 'special_price_from_date');
    const qty = cell(row, 'qty');
    const isOwn = row !== product;
    return {
        sku: row.sku!,
        // Without a price it cannot be bought.
        enabled: cell(row, 'price') !== '' && (isOwn ? cell(row, 'product_online') !== '2' : true),
        price: special !== undefined && !dated ? special : regular,
        options: options ?? [],
        stock: isOut ? 0 : Number(qty),
        tracked: (qty !== '' || isOut) && cell(row, 'manage_stock') !== '0' ? 'TRUE' : 'FALSE',
        tax: TAXES[cell(row, 'tax_class_name')] ?? 'Standard Tax',
        facets: isOwn ? attributesOf(cell(row, 'additional_attributes')) : [],
        assets: isOwn ? picturesOf(row).assets : [],
        ...(isOwn && german.has(row.sku!) ? { german: germanName(german.get(row.sku!)) } : {}),
        fields: filled({
            compareAtPrice: special !== undefined && !dated ? regular : undefined,
            salePrice: special !== undefined && dated ? special : undefined,
            saleFrom:
                special !== undefined && from !== '' ? new Date(`${from.replace(' ', 'T')}Z`).toISOString() : undefined,
            weight: numberOr(cell(row, 'weight')),
        }),
    };
}

const germanName = (row: Row | undefined): string | undefined => row && cell(row, 'name');

const picturesOf = (row: Row) =>
    pictures([cell(row, 'base_image'), ...listed(cell(row, 'additional_images'))].filter(Boolean));

/** Without the root; `\/` is a slash within a name. */
function categoriesOf(text: string): string[][] {
    const paths = listed(text).map(path => path.replaceAll('\\/', '\u0001').split('/').slice(1));
    return paths.map(path => path.map(name => name.replaceAll('\u0001', '/')));
}

/** A piece without a sign belongs to the value before it. */
function attributesOf(text: string): string[] {
    const pairs: [string, string][] = [];
    for (const match of text.matchAll(/([^=,]+)=("(?:[^"]|"")*"(?=,|$)|(?:(?!,[^=,]+=).)*)/gs)) {
        pairs.push([match[1]!.trim(), match[2]!.replace(/^"(.*)"$/s, '$1').trim()]);
    }
    return pairs.flatMap(([name, value]) => listed(value, '|').map(item => `${name}:${item}`));
}
