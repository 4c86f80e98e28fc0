import { parse } from 'csv-parse/sync';
import { encode } from 'iconv-lite';

export type System = 'magento' | 'shopify' | 'shopify-template' | 'vendure' | 'woocommerce';

export interface Mutant {
    content: Buffer;
    /** For the extractor. */
    settings: { encoding?: string };
    /** What the file says, in UTF-8, comma and LF, for who reads it independently. */
    plain: string;
    description: string;
}

type Random = () => number;

/** Columns without which a row means something else, or nothing. */
const NEEDED: Record<System, RegExp> = {
    magento: /^(sku|store_view_code|product_type|name|price|url_key|configurable_variations)$/,
    shopify: /^(Handle|Title|Option\d (Name|Value)|Variant (SKU|Price))$/,
    'shopify-template': /^(URL handle|Title|Option\d (name|value)|SKU|Price)$/,
    vendure: /^(name|sku|price|optionGroups|optionValues)$/,
    woocommerce: /^(ID|Type|SKU|Name|Parent|Regular price|Sale price|Date sale.*|Attribute \d+ (name|value.*))$/,
};
/** Columns that tell products and variants apart, so that the mutant makes products of its own. */
const KEYS: Record<System, RegExp> = {
    magento: /^(sku|url_key|configurable_variations)$/,
    shopify: /^(Handle|Variant SKU)$/,
    'shopify-template': /^(URL handle|SKU)$/,
    vendure: /^(name|slug|sku)$/,
    woocommerce: /^(ID|SKU|Parent|Name)$/,
};
const SKU: Record<System, string> = {
    magento: 'sku',
    shopify: 'Variant SKU',
    'shopify-template': 'SKU',
    vendure: 'sku',
    woocommerce: 'SKU',
};

/** The same catalog as another program, another country or a careless hand would have written it. */
export function mutateExport(system: System, text: string, random: Random, suffix: string): Mutant {
    const padded = system === 'vendure';
    const [header = [], ...body]: string[][] = parse(text, {
        bom: true,
        skip_empty_lines: true,
        ltrim: padded,
        rtrim: padded,
    });
    const names = header.map(name => name.trim());
    const rows = body.map(cells => cells.map((cell, i) => rekeyed(system, names[i]!, cell, suffix)));
    // Two variants of Vendure may have one SKU, as in the catalog that it ships.
    const duplicated = system !== 'vendure' && random() < 0.7 && duplicate(system, names, rows, random);
    const kept = names.map((_, i) => i).filter(i => NEEDED[system].test(names[i]!) || random() < 0.85);
    const order = shuffled(kept, random);
    const table = [names, ...rows].map(cells => order.map(i => cells[i] ?? ''));
    const delimiter = one([',', ';', '\t', '|'], random);
    const newline = one(['\n', '\r\n'], random);
    const quotesAll = random() < 0.3;
    const encoding = one(['utf-8', 'utf-8 with BOM', 'windows-1252'], random);
    const written = tableText(table, delimiter, newline, quotesAll);
    const content =
        encoding === 'windows-1252'
            ? encode(written, 'windows-1252')
            : Buffer.from((encoding === 'utf-8' ? '' : '\ufeff') + written);
    const left = names.length - kept.length;
    return {
        content,
        settings: encoding === 'windows-1252' ? { encoding } : {},
        plain: tableText(table, ',', '\n', false),
        description: `${encoding}, ${JSON.stringify(delimiter + newline)}, ${left} columns less${duplicated ? ', a SKU twice' : ''}`,
    };
}

function rekeyed(system: System, column: string, cell: string, suffix: string): string {
    if (!KEYS[system].test(column) || cell.trim() === '') return cell;
    if (column === 'configurable_variations') return cell.replace(/sku=([^,|]+)/g, `sku=$1${suffix}`);
    return cell.trimEnd() + suffix;
}

function duplicate(system: System, names: string[], rows: string[][], random: Random): boolean {
    const sku = names.indexOf(SKU[system]);
    const view = names.indexOf('store_view_code');
    const able = rows.filter(cells => cells[sku]?.trim() && (view === -1 || cells[view] === ''));
    if (able.length === 0) return false;
    const chosen = one(able, random);
    const copy = [...chosen];
    // Where rows continue those above them, the copy must stand with them.
    if (system.startsWith('shopify')) rows.splice(rows.indexOf(chosen) + 1, 0, copy);
    else rows.push(copy);
    return true;
}

function tableText(table: string[][], delimiter: string, newline: string, quotesAll: boolean): string {
    const cellText = (cell: string) =>
        quotesAll || /["\r\n,;\t|]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    return table.map(cells => cells.map(cellText).join(delimiter) + newline).join('');
}

function one<T>(list: readonly T[], random: Random): T {
    return list[Math.floor(random() * list.length)]!;
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
}
