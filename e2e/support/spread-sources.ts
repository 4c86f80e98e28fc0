import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCatalogCsv } from '../../bench/catalog/catalog-csv';
import { CATALOG_FILE, COMMON_FILE, NAMESAKES_FILE } from './spread-shop';

export interface SpreadSources {
    products: number;
    /** Products whose batches all want to create the same facet values and the same asset first. */
    common: number;
    /** At most 40: further ones would get slugs that are made of their SKUs. */
    namesakes: number;
}

export async function writeSpreadSources(
    folder: string,
    { products, common, namesakes }: SpreadSources,
): Promise<void> {
    await writeCatalogCsv(join(folder, CATALOG_FILE), { products, seed: 11 });
    writeFileSync(join(folder, 'logo.png'), 'the same picture for all');
    const shared = Array.from({ length: common }, (_, i) => ({
        name: `Common ${i + 1000}`,
        slug: `common-${i + 1000}`,
        facetValues: ['material:Oak', 'material:Steel', `finish:${i % 3 === 0 ? 'Matt' : 'Gloss'}`],
        assets: ['logo.png'],
        optionGroups: ['Size'],
        variants: ['S', 'M'].map(size => ({ sku: `COMMON-${i}-${size}`, price: 1000 + i, options: [size] })),
    }));
    writeFileSync(join(folder, COMMON_FILE), JSON.stringify(shared));
    const lamps = Array.from({ length: namesakes }, (_, i) => ({
        name: i % 5 === 4 ? 'Lamp 2' : 'Lamp',
        variants: [{ sku: `LAMP-${i}`, price: 2000 + i }],
    }));
    writeFileSync(join(folder, NAMESAKES_FILE), JSON.stringify(lamps));
}
