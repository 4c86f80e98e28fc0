import {
    cell,
    type ExpectedCatalog,
    filled,
    listed,
    minorUnits,
    numberOr,
    pictures,
    type Row,
} from './expected-catalog';

const TAXES: Record<string, string> = { '': 'Standard Tax', standard: 'Standard Tax', reduced: 'Reduced Tax' };

export function readVendure(rows: Row[]): ExpectedCatalog {
    const refusals: string[] = [];
    const groups: Row[][] = [];
    for (const row of rows) {
        if (Object.values(row).every(text => text === '')) continue;
        if (cell(row, 'name') === '') groups.at(-1)!.push(row);
        else groups.push([row]);
    }
    const products = groups.flatMap(own => {
        const first = own[0]!;
        const images = pictures(listed(cell(first, 'assets'), '|'));
        const names = listed(cell(first, 'optionGroups'), '|');
        let anyMissing = images.anyMissing;
        const variants = own.flatMap(row => {
            const sku = cell(row, 'sku');
            const assets = pictures(listed(cell(row, 'variantAssets'), '|'));
            anyMissing ||= assets.anyMissing;
            const values = listed(cell(row, 'optionValues'), '|');
            const valid = cell(row, 'variant:valid');
            return {
                sku,
                enabled: true,
                price: minorUnits(cell(row, 'price')),
                options: names.map((name, i) => `${name}:${values[i]}`),
                stock: Number(cell(row, 'stockOnHand')),
                tracked: { true: 'TRUE', false: 'FALSE', '': 'INHERIT' }[cell(row, 'trackInventory')]!,
                tax: TAXES[cell(row, 'taxCategory')]!,
                facets: listed(cell(row, 'variantFacets'), '|'),
                assets: assets.assets,
                fields: filled({
                    weight: numberOr(cell(row, 'variant:weight')),
                    valid: valid === '' ? undefined : valid === 'true',
                }),
            };
        });
        if (new Set(variants.map(({ options }) => options.join())).size < variants.length) {
            refusals.push('duplicate-options');
            return [];
        }
        if (anyMissing) refusals.push('asset-not-found');
        return {
            name: cell(first, 'name'),
            enabled: true,
            description: cell(first, 'description'),
            facets: listed(cell(first, 'facets'), '|'),
            assets: images.assets,
            fields: filled({
                pageType: cell(first, 'product:pageType'),
                localName: cell(first, 'product:localName'),
                keywords: listed(cell(first, 'product:keywords'), '|'),
                owner: cell(first, 'product:owner') && 'linked',
            }),
            variants,
        };
    });
    return { products, collections: {}, refusals };
}
