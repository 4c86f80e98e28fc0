import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';

export interface FileVariant {
    sku: string;
    name: string;
    priceCents: number;
    stockOnHand: number;
    options: { group: string; value: string }[];
}

export interface FileProduct {
    slug: string;
    name: string;
    description: string;
    facetValues: string[];
    optionGroups: string[];
    variants: FileVariant[];
}

/** What a generated catalog says, read without any part of DataHub. */
export function readCatalogFile(path: string): FileProduct[] {
    const rows: Record<string, string>[] = parse(readFileSync(path, 'utf8'), { columns: true });
    const products: FileProduct[] = [];
    for (const row of rows) {
        if (row.name) {
            products.push({
                slug: row.slug!,
                name: row.name,
                description: row.description!,
                facetValues: listOf(row.facets!),
                optionGroups: listOf(row.optionGroups!),
                variants: [],
            });
        }
        const product = products.at(-1)!;
        const values = listOf(row.optionValues!);
        product.variants.push({
            sku: row.sku!,
            name: [product.name, ...values].join(' '),
            priceCents: Number(row.price!.replace('.', '')),
            stockOnHand: Number(row.stockOnHand),
            options: values.map((value, index) => ({ group: product.optionGroups[index]!, value })),
        });
    }
    return products;
}

function listOf(cell: string): string[] {
    return cell === '' ? [] : cell.split('|');
}
