import { parse } from 'csv-parse/sync';

/** A catalog in words that an export and a shop have in common. Money is in minor units. */
export interface ReadProduct {
    name: string;
    enabled: boolean;
    description: string;
    /** `facet:value` by name. */
    facets: string[];
    /** File names, in order. */
    assets: string[];
    /** Name in German. */
    german?: string;
    fields: Record<string, unknown>;
    variants: ReadVariant[];
}

export interface ReadVariant {
    sku: string;
    enabled: boolean;
    price: number;
    /** `group:option` by name. */
    options: string[];
    stock: number;
    tracked: string;
    tax: string;
    facets: string[];
    assets: string[];
    german?: string;
    fields: Record<string, unknown>;
}

export interface ExpectedCatalog {
    products: ReadProduct[];
    /** Paths of names from the top, with the number of products in each. */
    collections: Record<string, number>;
    /** Codes of what must stand in the quarantine. */
    refusals: string[];
}

export type Row = Record<string, string>;

/** The cells of a file, by csv-parse and not by the parsers under test. */
export function rowsOf(text: string, trim = false): Row[] {
    const rows: Row[] = parse(text, { columns: true, bom: true, skip_empty_lines: true, ltrim: trim, rtrim: trim });
    return rows.map(row => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name.trim(), cell.trim()])));
}

export const cell = (row: Row, name: string): string => row[name] ?? '';

/** "19.9" → 1990, by moving digits. */
export function minorUnits(text: string): number {
    const [whole = '', fraction = ''] = text.split('.');
    return Number(`${whole}${fraction.padEnd(2, '0').slice(0, 2)}`);
}

export const listed = (text: string, separator = ','): string[] =>
    text
        .split(separator)
        .map(item => item.trim())
        .filter(item => item !== '');

/** WooCommerce writes a comma within a value as `\,`. */
export const unescapedList = (text: string): string[] =>
    listed(text.replaceAll('\\,', '\u0001')).map(item => item.replaceAll('\u0001', ','));

/** File names of the pictures that can be had, and whether one cannot. */
export function pictures(sources: readonly string[]): { assets: string[]; anyMissing: boolean } {
    const names = [...new Set(sources)].map(source =>
        source
            .split(/[/?]/)
            .filter(part => /\.\w+$/.test(part))
            .at(-1)!,
    );
    return { assets: names.filter(isThere), anyMissing: names.some(name => !isThere(name)) };
}

/** Pictures with this in their names answer 404, or are not in the folder. */
export const isThere = (name: string): boolean => !name.includes('missing');

/** Without what is empty, as a shop shows it. */
export function filled(fields: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(fields).filter(([, value]) => {
            return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && !value.length);
        }),
    );
}

export const numberOr = (text: string): number | undefined => (text === '' ? undefined : Number(text));

/** Every level of every path from the top, once. */
export function levelsOf(paths: readonly (readonly string[])[]): string[] {
    return [...new Set(paths.flatMap(path => path.map((_, i) => path.slice(0, i + 1).join(' > '))))];
}

export function countBy(lists: readonly (readonly string[])[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const list of lists) for (const item of list) counts[item] = (counts[item] ?? 0) + 1;
    return counts;
}
