import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { builtInLoaders } from '../../loaders';
import { builtInOperators } from '../../operators';
import type { OperatorConfig } from '../../sdk/definition/definition';
import type { OperatorAdapter } from '../../sdk/operator';
import { runOperator } from '../../testing/run-operator';
import { builtInRegistry } from '../../validation/built-in-registry';
import { validateDefinition } from '../../validation/validate-definition';
import { draftDefinition, type DraftInput } from './draft-definition';

const file = { uploadId: 'x', delimiter: ';' };
const draft = (input: Partial<DraftInput>) => draftDefinition({ file, loader: 'product', mappings: [], ...input });

/** What the loader gets: the definition is checked, its operators run, and the records fit the loader. */
async function loaded(input: Partial<DraftInput>, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    const definition = draft(input);
    expect(validateDefinition(definition, builtInRegistry()).problems).toEqual([]);
    const shape = definition.steps.find(({ key }) => key === 'shape');
    let records: JsonObject[] = [...rows];
    for (const { op, args } of (shape?.config?.operators ?? []) as unknown as OperatorConfig[]) {
        const adapter = builtInOperators.find(({ code }) => code === op) as OperatorAdapter;
        const run = await runOperator(adapter, args, records);
        expect(run.rejected).toEqual([]);
        records = run.kept;
    }
    const { record } = builtInLoaders.find(({ code }) => code === (input.loader ?? 'product'))!;
    for (const each of records) expect(record.safeParse(each).error?.issues ?? []).toEqual([]);
    return records;
}

describe('the draft of a definition', () => {
    it('reads, shapes and writes', () => {
        expect(
            draft({
                loader: 'stockLevel',
                loaderConfig: { matchBy: 'sku' },
                mappings: [{ column: 'a', target: 'sku' }],
            }),
        ).toMatchObject({
            version: 1,
            steps: [
                { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', uploadId: 'x', delimiter: ';' } },
                { key: 'shape', type: 'TRANSFORM' },
                { key: 'write', type: 'LOAD', config: { adapterCode: 'stockLevel', matchBy: 'sku' } },
            ],
        });
        expect(draft({}).steps.map(({ key }) => key)).toEqual(['read', 'write']);
    });

    it('converts what the columns hold', async () => {
        const mappings: DraftInput['mappings'] = [
            { column: 'Artikel-Nr.', target: 'variants.sku', conversion: 'TEXT' },
            { column: 'Name', target: 'name' },
            {
                column: 'Preis',
                target: 'variants.price',
                conversion: 'MONEY',
                options: { decimalSign: ',', thousandsSign: '.' },
            },
            { column: 'Bestand', target: 'variants.stockOnHand', conversion: 'INTEGER' },
            {
                column: 'Aktiv',
                target: 'enabled',
                conversion: 'BOOLEAN',
                options: { trueValues: ['ja'], falseValues: ['nein'] },
            },
            { column: 'Seit', target: 'customFields.since', conversion: 'DATE', options: { dateFormat: 'dd.MM.yyyy' } },
            {
                column: 'Gewicht',
                target: 'variants.customFields.weight',
                conversion: 'NUMBER',
                options: { decimalSign: ',' },
            },
            { column: 'Bilder', target: 'assets', conversion: 'LIST', options: { separator: '|' } },
            { column: 'Marke', target: 'facetValues', conversion: 'FACETS', options: { facet: 'brand' } },
            { column: 'Tags', target: 'facetValues', conversion: 'FACETS', options: { facet: 'tag', separator: ',' } },
        ];
        const row = {
            'Artikel-Nr.': '00123', Name: ' Topf ', Preis: '1.299,00 €', Bestand: '4', Aktiv: 'ja', Seit: '31.01.2026',
            Gewicht: '1,5', Bilder: 'a.jpg|b.jpg', Marke: 'Acme', Tags: 'neu, rot', Rest: 'x',
        }; // prettier-ignore
        expect(await loaded({ mappings }, [row])).toEqual([
            {
                name: 'Topf',
                enabled: true,
                customFields: { since: '2026-01-31T00:00:00.000Z' },
                assets: ['a.jpg', 'b.jpg'],
                facetValues: ['brand:Acme', 'tag:neu', 'tag:rot'],
                variants: [{ sku: '00123', price: 129_900, stockOnHand: 4, customFields: { weight: 1.5 } }],
            },
        ]);
        // Empty cells say nothing.
        const empty = Object.fromEntries(Object.keys(row).map(name => [name, '']));
        expect(await loaded({ mappings }, [{ ...empty, Name: 'Topf', 'Artikel-Nr.': '1' }])).toEqual([
            { name: 'Topf', variants: [{ sku: '1' }] },
        ]);
    });

    it('groups the rows of a product', async () => {
        const mappings: DraftInput['mappings'] = [
            { column: 'Handle', target: 'slug' },
            { column: 'Title', target: 'name' },
            { column: 'Title (de)', target: 'translations.de.name' },
            { column: 'Vendor', target: 'facetValues', conversion: 'FACETS', options: { facet: 'vendor' } },
            { column: 'Image', target: 'assets', conversion: 'LIST' },
            { column: 'SKU', target: 'variants.sku', conversion: 'TEXT' },
            { column: 'Variant name', target: 'variants.name' },
            { column: 'Size', target: 'variants.options.Size', conversion: 'TEXT' },
            { column: 'Price', target: 'variants.price', conversion: 'MONEY' },
        ];
        const rows = [
            { Handle: 'top', Title: 'Top', 'Title (de)': 'Oberteil', Vendor: 'Acme', Image: 'a.jpg', SKU: 'T-S', 'Variant name': 'Top S', Size: 'S', Price: '20' },
            { Handle: 'top', Title: '', 'Title (de)': '', Vendor: '', Image: 'b.jpg', SKU: 'T-M', 'Variant name': '', Size: 'M', Price: '21.5' },
            { Handle: 'top', Title: '', 'Title (de)': '', Vendor: '', Image: 'c.jpg', SKU: '', 'Variant name': '', Size: '', Price: '' },
            { Handle: 'hat', Title: 'Hat', 'Title (de)': '', Vendor: '', Image: '', SKU: 'H', 'Variant name': '', Size: 'One', Price: '9' },
        ]; // prettier-ignore
        const expected = [
            {
                slug: 'top',
                name: 'Top',
                translations: [{ languageCode: 'de', name: 'Oberteil' }],
                facetValues: ['vendor:Acme'],
                assets: ['a.jpg', 'b.jpg', 'c.jpg'],
                optionGroups: ['Size'],
                variants: [
                    { sku: 'T-S', name: 'Top S', options: { Size: 'S' }, price: 2000 },
                    { sku: 'T-M', options: { Size: 'M' }, price: 2150 },
                ],
            },
            {
                slug: 'hat',
                name: 'Hat',
                optionGroups: ['Size'],
                variants: [{ sku: 'H', options: { Size: 'One' }, price: 900 }],
            },
        ];
        expect(await loaded({ mappings, groupBy: 'Handle' }, rows)).toEqual(expected);
        // By a column that goes nowhere.
        const bySku = rows.map(row => ({ ...row, Parent: row.Handle }));
        expect(await loaded({ mappings, groupBy: 'Parent' }, bySku)).toEqual(expected);
    });

    it('gives a customer an address', async () => {
        const mappings: DraftInput['mappings'] = [
            { column: 'Mail', target: 'emailAddress' },
            { column: 'PLZ', target: 'addresses.postalCode', conversion: 'TEXT' },
            { column: 'Ort', target: 'addresses.city' },
            { column: 'Gruppe', target: 'groups', conversion: 'LIST' },
        ];
        expect(await loaded({ loader: 'customer', mappings }, [
            { Mail: 'a@example.com', PLZ: '04109', Ort: 'Leipzig', Gruppe: 'Handel' },
            { Mail: 'b@example.com', PLZ: '', Ort: '', Gruppe: '' },
        ])).toEqual([
            { emailAddress: 'a@example.com', addresses: [{ postalCode: '04109', city: 'Leipzig' }], groups: ['Handel'] },
            { emailAddress: 'b@example.com' },
        ]); // prettier-ignore
    });

    it('is refused for mappings that contradict each other', () => {
        const twice =
            (...targets: string[]) =>
            () =>
                draft({ mappings: targets.map((target, index) => ({ column: `c${index}`, target })) });
        expect(twice('name', 'name')).toThrow('The field "name" is mapped twice.');
        expect(() =>
            draft({
                mappings: [
                    { column: 'a', target: 'x' },
                    { column: 'a', target: 'y' },
                ],
            }),
        ).toThrow('The column "a" is mapped twice.');
        expect(twice('name', '')).toThrow('A mapping lacks its column or its target.');
        expect(() =>
            draft({ mappings: [{ column: 'a', target: 'x', conversion: 'TEXT', options: { decimals: 2 } }] }),
        ).toThrow('The conversion TEXT of column "a" has no option "decimals".');
    });
});
