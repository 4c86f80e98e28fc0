import {
    cell,
    type ExpectedCatalog,
    filled,
    levelsOf,
    listed,
    minorUnits,
    numberOr,
    pictures,
    type Row,
} from './expected-catalog';

/** What the product template calls otherwise than the export. */
const TEMPLATE_NAMES: Record<string, string> = {
    'URL handle': 'Handle',
    Description: 'Body (HTML)',
    'Product category': 'Product Category',
    'Published on online store': 'Published',
    SKU: 'Variant SKU',
    Barcode: 'Variant Barcode',
    Price: 'Variant Price',
    'Compare-at price': 'Variant Compare At Price',
    'Inventory tracker': 'Variant Inventory Tracker',
    'Inventory quantity': 'Variant Inventory Qty',
    'Weight value (grams)': 'Variant Grams',
    'Product image URL': 'Image Src',
    'Variant image URL': 'Variant Image',
    'Gift card': 'Gift Card',
    'SEO title': 'SEO Title',
    'SEO description': 'SEO Description',
};

export function readShopifyTemplate(rows: Row[]): ExpectedCatalog {
    const inExport = (name: string) =>
        TEMPLATE_NAMES[name] ?? name.replace(/^(Option\d) n/, '$1 N').replace(/^(Option\d) v/, '$1 V');
    return readShopify(
        rows.map(row => Object.fromEntries(Object.entries(row).map(([name, text]) => [inExport(name), text]))),
    );
}

export function readShopify(rows: Row[]): ExpectedCatalog {
    const refusals: string[] = [];
    const skus = new Set<string>();
    const handles = [...new Set(rows.map(row => row.Handle!))];
    const products = handles.map(handle => {
        const own = rows.filter(row => row.Handle === handle);
        const first = own[0]!;
        const images = pictures(own.map(row => cell(row, 'Image Src')).filter(Boolean));
        const variantImages = pictures(own.map(row => cell(row, 'Variant Image')).filter(Boolean));
        if (images.anyMissing || variantImages.anyMissing) refusals.push('http-status');
        const hasOptions = cell(first, 'Option1 Value') !== 'Default Title';
        const groups = [1, 2, 3].map(n => cell(first, `Option${n} Name`)).filter(Boolean);
        const variants = own.flatMap(row => {
            const price = cell(row, 'Variant Price');
            if (price === '') return [];
            const sku = cell(row, 'Variant SKU');
            if (sku !== '' && skus.has(sku)) {
                refusals.push('group-item-twice');
                return [];
            }
            skus.add(sku);
            const compareAt = cell(row, 'Variant Compare At Price');
            const cost = cell(row, 'Cost per item');
            return {
                sku,
                enabled: true,
                price: minorUnits(price),
                options: hasOptions ? groups.map((name, i) => `${name}:${cell(row, `Option${i + 1} Value`)}`) : [],
                stock: Number(cell(row, 'Variant Inventory Qty')),
                tracked: cell(row, 'Variant Inventory Tracker') === '' ? 'FALSE' : 'TRUE',
                tax: 'Standard Tax',
                facets: [],
                assets: pictures([cell(row, 'Variant Image')].filter(Boolean)).assets,
                fields: filled({
                    compareAtPrice: compareAt && minorUnits(compareAt),
                    costPrice: cost && minorUnits(cost),
                    weightGrams: numberOr(cell(row, 'Variant Grams')),
                    barcode: cell(row, 'Variant Barcode'),
                }),
            };
        });
        const status = cell(first, 'Status').toLowerCase();
        const published = cell(first, 'Published').toLowerCase();
        const giftCard = cell(first, 'Gift Card').toLowerCase();
        return {
            name: cell(first, 'Title'),
            enabled: (status === '' || status === 'active') && published !== 'false',
            description: cell(first, 'Body (HTML)'),
            facets: [
                ...levelsOf([listed(cell(first, 'Product Category'), '>')]).map(level => `category:${level}`),
                ...listed(cell(first, 'Vendor'), '\n').map(vendor => `vendor:${vendor}`),
                ...listed(cell(first, 'Type'), '\n').map(type => `type:${type}`),
                ...listed(cell(first, 'Tags')).map(tag => `tag:${tag}`),
            ],
            assets: images.assets,
            fields: filled({
                seoTitle: cell(first, 'SEO Title'),
                seoDescription: cell(first, 'SEO Description'),
                giftCard: giftCard === '' ? undefined : giftCard === 'true',
            }),
            variants,
        };
    });
    return { products, collections: {}, refusals };
}
