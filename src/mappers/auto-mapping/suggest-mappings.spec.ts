import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { toJsonSchema } from '../../adapters/json-schema';
import { builtInLoaders } from '../../loaders';
import { Profiler } from '../profile/column-profile';
import { suggestMappings } from './suggest-mappings';
import { normalised, SYNONYMS } from './synonyms';
import { type CustomField, targetsOf } from './targets';

function targets(loader: string, customFields: CustomField[] = [], ofVariants: CustomField[] = []) {
    const { record } = builtInLoaders.find(({ code }) => code === loader)!;
    return targetsOf({
        record: toJsonSchema(record) as JsonObject,
        customFields,
        customFieldsOf: { variants: ofVariants },
        languages: ['de'],
    });
}

function suggest(loader: string, rows: JsonObject[], customFields: CustomField[] = []) {
    const profiler = new Profiler();
    for (const row of rows) profiler.add(row);
    return suggestMappings(profiler.profiles(), targets(loader, customFields));
}

function pairs(loader: string, rows: JsonObject[], customFields: CustomField[] = []) {
    const { mappings } = suggest(loader, rows, customFields);
    return Object.fromEntries(mappings.map(({ column, target, conversion }) => [column, `${target} ${conversion}`]));
}

describe('fields that a loader takes', () => {
    it('are told with what a table has to give, custom fields and languages included', () => {
        const custom = [
            { name: 'erpId', type: 'int', label: 'ERP id' },
            { name: 'notes', type: 'string', list: true },
        ];
        const paths = new Map(
            targets('product', custom, [{ name: 'weight', type: 'float' }]).map(each => [each.path, each]),
        );
        expect(paths.get('name')).toMatchObject({
            label: 'Name',
            type: 'string',
            conversion: 'TEXT',
            isCustomField: false,
        });
        expect(paths.get('variants.price')).toMatchObject({ type: 'integer', conversion: 'MONEY' });
        expect(paths.get('variants.stockOnHand')).toMatchObject({ label: 'Stock on hand', conversion: 'INTEGER' });
        expect(paths.get('variants.trackInventory')).toMatchObject({ conversion: 'BOOLEAN' });
        expect(paths.get('facetValues')).toMatchObject({ conversion: 'FACETS' });
        expect(paths.get('assets')).toMatchObject({ conversion: 'LIST' });
        expect(paths.get('customFields.erpId')).toMatchObject({
            label: 'ERP id',
            type: 'integer',
            isCustomField: true,
        });
        expect(paths.get('customFields.notes')).toMatchObject({ type: 'array', conversion: 'LIST' });
        expect(paths.get('variants.customFields.weight')).toMatchObject({ conversion: 'NUMBER' });
        expect(paths.get('translations.de.name')).toMatchObject({ label: 'Name (de)' });
        expect([...paths.keys()].filter(path => /optionGroups|prices|stock$|translations$/.test(path))).toEqual([]);
        const order = new Map(targets('order').map(each => [each.path, each.conversion]));
        expect([order.get('orderPlacedAt'), order.get('totalWithTax')]).toEqual(['DATE', 'MONEY']);
        expect(targets('customer').map(({ path }) => path)).toEqual(
            expect.arrayContaining(['emailAddress', 'addresses.postalCode', 'user.verified', 'groups']),
        );
    });
});

describe('suggested mappings', () => {
    it('know German columns of a price and stock list', () => {
        expect(
            pairs('product', [
                { 'Artikel-Nr.': '00123', Bezeichnung: 'Topf', 'VK-Preis': '19,99 €', Lagerbestand: '4', Hersteller: 'Acme', Bild: 'a.jpg', Aktiv: 'ja' },
                { 'Artikel-Nr.': '00124', Bezeichnung: 'Pfanne', 'VK-Preis': '1.299,00 €', Lagerbestand: '0', Hersteller: 'Acme', Bild: 'b.jpg', Aktiv: 'nein' },
            ]), // prettier-ignore
        ).toEqual({
            'Artikel-Nr.': 'variants.sku TEXT',
            Bezeichnung: 'name TEXT',
            'VK-Preis': 'variants.price MONEY',
            Lagerbestand: 'variants.stockOnHand INTEGER',
            Hersteller: 'facetValues FACETS',
            Bild: 'assets LIST',
            Aktiv: 'enabled BOOLEAN',
        });
    });

    it('say how values are written', () => {
        const { mappings } = suggest('product', [
            { Preis: '1.299,00', Marke: 'Acme', Aktiv: 'ja', Kategorien: 'Küche|Töpfe', Facetten: 'a:b' },
            { Preis: '5,50', Marke: 'Best', Aktiv: 'nein', Kategorien: 'Bad', Facetten: 'c:d' },
        ]);
        const options = Object.fromEntries(mappings.map(({ column, options: each }) => [column, each]));
        expect(options.Preis).toEqual({ decimalSign: ',', thousandsSign: '.' });
        expect(options.Marke).toEqual({ facet: 'brand' });
        expect(options.Kategorien).toEqual({ facet: 'category', separator: '|' });
        expect(options.Aktiv).toMatchObject({ trueValues: expect.arrayContaining(['ja']) as unknown });
    });

    it('know the columns of WooCommerce and Magento', () => {
        expect(
            pairs('product', [{ SKU: 'A-1', Name: 'T-Shirt', Published: '1', Description: '<p>x</p>', 'Regular price': '20', Stock: '3', Categories: 'Clothing', Images: 'https://example.com/a.jpg' }]), // prettier-ignore
        ).toMatchObject({
            SKU: 'variants.sku TEXT',
            Name: 'name TEXT',
            Published: 'enabled BOOLEAN',
            'Regular price': 'variants.price MONEY',
            Stock: 'variants.stockOnHand INTEGER',
            Categories: 'facetValues FACETS',
            Images: 'assets LIST',
        });
        expect(
            pairs('product', [{ sku: 'A-1', name: 'Bag', url_key: 'bag', price: '34.0000', qty: '100', base_image: '/a.jpg', tax_class_name: 'Taxable Goods', product_online: '1' }]), // prettier-ignore
        ).toEqual({
            sku: 'variants.sku TEXT',
            name: 'name TEXT',
            url_key: 'slug TEXT',
            price: 'variants.price MONEY',
            qty: 'variants.stockOnHand INTEGER',
            base_image: 'featuredAsset TEXT',
            tax_class_name: 'variants.taxCategory TEXT',
            product_online: 'enabled BOOLEAN',
        });
    });

    it('know customers with an address', () => {
        expect(
            pairs('customer', [{ 'E-Mail': 'a@example.com', Vorname: 'Ada', Nachname: 'L.', PLZ: '04109', Ort: 'Leipzig', Straße: 'Weg 1', Land: 'DE' }]), // prettier-ignore
        ).toEqual({
            'E-Mail': 'emailAddress TEXT',
            Vorname: 'firstName TEXT',
            Nachname: 'lastName TEXT',
            PLZ: 'addresses.postalCode TEXT',
            Ort: 'addresses.city TEXT',
            Straße: 'addresses.streetLine1 TEXT',
            Land: 'addresses.countryCode TEXT',
        });
    });

    it('know languages and custom fields', () => {
        const erp = { name: 'erpNumber', type: 'string', label: 'ERP-Nummer' };
        expect(
            pairs(
                'product',
                [{ name: 'Pot', name_de: 'Topf', 'Description (DE)': 'Ein Topf', 'ERP Nummer': 'X1' }],
                [erp],
            ),
        ).toEqual({
            name: 'name TEXT',
            name_de: 'translations.de.name TEXT',
            'Description (DE)': 'translations.de.description TEXT',
            'ERP Nummer': 'customFields.erpNumber TEXT',
        });
    });

    it('tell by values what names do not', () => {
        const { mappings } = suggest('customer', [{ Kontakt: 'a@example.com' }, { Kontakt: 'b@example.com' }]);
        expect(mappings).toMatchObject([
            { column: 'Kontakt', target: 'emailAddress', reasons: [{ template: 'Its values are e-mail addresses.' }] },
        ]);
    });

    it('are not made for values that do not fit, and no target is given twice', () => {
        const { mappings, unmapped } = suggest('product', [
            { price: 'on request', Preis: '19.99', Verkaufspreis: '21.99', Notes: 'x y' },
        ]);
        expect(mappings).toHaveLength(1);
        expect(mappings[0]).toMatchObject({ target: 'variants.price' });
        expect(unmapped).toEqual(expect.arrayContaining(['price', 'Notes']));
        expect(
            suggest('product', [{ 'Image Position': '1', 'Option1 Name': 'Size', 'SEO Title': 'x' }]).mappings,
        ).toEqual([]);
    });

    it('see that several rows are one product', () => {
        const rows = [
            { Handle: 'top', 'Variant SKU': 'T-S' },
            { Handle: 'top', 'Variant SKU': 'T-M' },
        ];
        expect(suggest('product', rows).groupBy).toBe('Handle');
        expect(suggest('product', [{ Handle: 'top' }, { Handle: 'hat' }]).groupBy).toBeNull();
        expect(suggest('stockLevel', [{ sku: 'a' }, { sku: 'a' }]).groupBy).toBeNull();
    });
});

describe('the names of columns', () => {
    it('are written as they are compared, and each once in a field', () => {
        for (const [field, names] of Object.entries(SYNONYMS)) {
            expect(names.map(normalised), field).toEqual([...names]);
            expect(new Set(names).size, field).toBe(names.length);
        }
        expect(normalised('Größe (cm)')).toBe('groessecm');
        expect(normalised('Café')).toBe('cafe');
    });
});
