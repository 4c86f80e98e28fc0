import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { seededRandom } from './random';

export interface CatalogOptions {
    products: number;
    seed: number;
    /** Share of variants whose price and stock differ from those of the same seed without changes, 0 to 1. */
    changedShare?: number;
}

export interface GeneratedCatalog {
    path: string;
    products: number;
    variants: number;
}

const HEADER =
    'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets';
const COLORS = ['red', 'blue', 'green', 'black', 'white'];
const SIZES = ['S', 'M', 'L', 'XL'];
const WORDS =
    'light solid wooden steel linen daily soft quick warm classic round narrow deep bright fine handy calm useful modern sturdy'.split(
        ' ',
    );

/** Writes a catalog in the column format of Vendure's own importer: about 2.5 variants and 300 characters a product. */
export async function writeCatalogCsv(path: string, options: CatalogOptions): Promise<GeneratedCatalog> {
    const random = seededRandom(options.seed);
    // A stream of its own, so that a changed file differs in nothing but the changed values.
    const changes = seededRandom(options.seed + 1);
    const file = createWriteStream(path);
    let variants = 0;
    file.write(`${HEADER}\n`);
    for (let number = 1; number <= options.products; number++) {
        const lines = productLines(number, random, () => changes() < (options.changedShare ?? 0));
        variants += lines.length;
        if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain');
    }
    file.end();
    await finished(file);
    return { path, products: options.products, variants };
}

function productLines(number: number, random: () => number, isChanged: () => boolean): string[] {
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
    const id = String(number).padStart(7, '0');
    const name = `${pick(WORDS)} ${pick(WORDS)} thing ${id}`;
    const facets = `category:cat-${Math.floor(random() * 10)}|brand:brand-${Math.floor(random() * 30)}`;
    const description = sentence(300, random);
    const options = optionsOf(random);
    return options.values.map((value, index) => {
        const changed = isChanged() ? 1 : 0;
        const price = (Math.floor(random() * 50_000) + 100 + changed) / 100;
        const stock = Math.floor(random() * 200) + changed;
        const own = [`SKU-${id}-${index}`, price.toFixed(2), 'standard', String(stock), 'true', '', ''];
        const product =
            index === 0
                ? [name, `thing-${id}`, `"${description}"`, '', facets, options.groups]
                : ['', '', '', '', '', ''];
        return [...product, value, ...own].join(',');
    });
}

/** One to four variants, 2.5 on average; a single variant has no options. */
function optionsOf(random: () => number): { groups: string; values: string[] } {
    const count = 1 + Math.floor(random() * 4);
    if (count === 1) return { groups: '', values: [''] };
    if (count === 4) {
        return { groups: 'size|color', values: ['S|red', 'S|blue', 'M|red', 'M|blue'] };
    }
    return random() < 0.5
        ? { groups: 'size', values: SIZES.slice(0, count) }
        : { groups: 'color', values: COLORS.slice(0, count) };
}

function sentence(length: number, random: () => number): string {
    let text = '';
    while (text.length < length) text += `${WORDS[Math.floor(random() * WORDS.length)]!} `;
    return `${text.slice(0, length - 1)}.`;
}
