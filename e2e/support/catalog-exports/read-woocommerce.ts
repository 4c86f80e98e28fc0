import {
    cell,
    countBy,
    type ExpectedCatalog,
    filled,
    levelsOf,
    minorUnits,
    numberOr,
    pictures,
    type ReadProduct,
    type ReadVariant,
    type Row,
    unescapedList,
} from './expected-catalog';

const TAXES: Record<string, string> = {
    '': 'Standard Tax',
    standard: 'Standard Tax',
    'reduced-rate': 'Reduced Tax',
    'zero-rate': 'Zero Tax',
};

export function readWooCommerce(rows: Row[]): ExpectedCatalog {
    const refusals: string[] = [];
    const isVariation = (row: Row) => row.Type!.includes('variation');
    const seen = new Set<string>();
    const firstOnly = rows.filter(row => {
        const key = row.SKU !== '' ? row.SKU! : `id:${row.ID}`;
        if (seen.has(key)) refusals.push(isVariation(row) ? 'group-item-twice' : 'duplicate-key');
        return !seen.has(key) && seen.add(key);
    });
    const parents = firstOnly.filter(row => !isVariation(row));
    const trees: string[][] = [];
    const products = parents.map((parent): ReadProduct => {
        const key = parent.SKU !== '' ? parent.SKU! : `id:${parent.ID}`;
        const children = firstOnly.filter(row => isVariation(row) && row.Parent === key);
        const makesOne = !/variable|grouped/i.test(parent.Type!);
        const variantRows = makesOne ? [parent] : children;
        const levels = levelsOf(
            unescapedList(cell(parent, 'Categories')).map(path => path.split('>').map(s => s.trim())),
        );
        const brands = levelsOf(unescapedList(cell(parent, 'Brands')).map(path => path.split('>').map(s => s.trim())));
        trees.push(levels);
        const images = pictures(unescapedList(cell(parent, 'Images')));
        const broken = [...(makesOne ? [] : variantRows)].some(
            row => pictures(unescapedList(cell(row, 'Images'))).anyMissing,
        );
        if (images.anyMissing || broken) refusals.push('http-status');
        return {
            name: parent.Name!,
            enabled: isPublished(parent),
            description: textOf(parent, 'Description'),
            facets: [
                ...levels.map(level => `category:${level}`),
                ...brands.map(brand => `brand:${brand}`),
                ...unescapedList(cell(parent, 'Tags')).map(tag => `tag:${tag}`),
                ...attributesOf(parent).flatMap(([name, values]) => values.map(value => `${name}:${value}`)),
            ],
            assets: images.assets,
            fields: filled({
                externalId: key,
                shortDescription: textOf(parent, 'Short description'),
                featured: parent['Is featured?'] ? parent['Is featured?'] === '1' : undefined,
                visibility: cell(parent, 'Visibility in catalog'),
                externalUrl: cell(parent, 'External URL'),
                buttonText: cell(parent, 'Button text'),
                groupedSkus: unescapedList(cell(parent, 'Grouped products')),
                upsellSkus: unescapedList(cell(parent, 'Upsells')),
                crossSellSkus: unescapedList(cell(parent, 'Cross-sells')),
            }),
            variants: variantRows.map(row => variantOf(row, parent)),
        };
    });
    return { products, collections: countBy(trees), refusals };
}

/** Line breaks are written as `\n`. */
const textOf = (row: Row, name: string): string => cell(row, name).replaceAll('\\n', '\n');

/** Without a word about it a new product is enabled. */
const isPublished = (row: Row): boolean => !['0', '-1', '2'].includes(cell(row, 'Published'));

function variantOf(row: Row, parent: Row): ReadVariant {
    const isOwn = row !== parent;
    const dated = cell(row, 'Date sale price starts') !== '' || cell(row, 'Date sale price ends') !== '';
    const regular = minorUnits(cell(row, 'Regular price'));
    const sale = cell(row, 'Sale price') === '' ? undefined : minorUnits(cell(row, 'Sale price'));
    const stockText = cell(row, 'Stock') === 'parent' ? cell(parent, 'Stock') : cell(row, 'Stock');
    const isOut = cell(row, 'In stock?') === '0';
    const taxClass = cell(row, 'Tax class') === 'parent' ? cell(parent, 'Tax class') : cell(row, 'Tax class');
    const instant = (text: string) => (text === '' ? undefined : new Date(`${text.replace(' ', 'T')}Z`).toISOString());
    return {
        sku: cell(row, 'SKU'),
        // Without a price it cannot be bought.
        enabled: cell(row, 'Regular price') !== '' && (isOwn ? isPublished(row) : true),
        price: sale !== undefined && !dated ? sale : regular,
        options: isOwn ? attributesOf(row, ['Any']).map(([name, values]) => `${name}:${values[0]}`) : [],
        stock: isOut ? 0 : Number(stockText),
        tracked: stockText !== '' || isOut ? 'TRUE' : 'FALSE',
        tax: TAXES[taxClass]!,
        facets: [],
        assets: isOwn ? pictures(unescapedList(cell(row, 'Images'))).assets : [],
        fields: filled({
            compareAtPrice: sale !== undefined && !dated ? regular : undefined,
            salePrice: sale !== undefined && dated ? sale : undefined,
            saleFrom: sale === undefined ? undefined : instant(cell(row, 'Date sale price starts')),
            saleUntil: sale === undefined ? undefined : instant(cell(row, 'Date sale price ends')),
            barcode: cell(row, 'GTIN, UPC, EAN, or ISBN'),
            weight: numberOr(cell(row, 'Weight (kg)')),
            length: numberOr(cell(row, 'Length (cm)')),
            width: numberOr(cell(row, 'Width (cm)')),
            height: numberOr(cell(row, 'Height (cm)')),
        }),
    };
}

function attributesOf(row: Row, otherwise: string[] = []): [string, string[]][] {
    return Array.from({ length: 9 }, (_, i) => i + 1).flatMap(n => {
        const name = cell(row, `Attribute ${n} name`);
        const values = unescapedList(cell(row, `Attribute ${n} value(s)`));
        return name === '' ? [] : [[name, values.length > 0 ? values : otherwise]];
    });
}
