import { type CustomFieldConfig, TaxCategory, Zone } from '@vendure/core';
import fc from 'fast-check';
import type { JsonObject } from '../../shared/json';

/** Of every type that Vendure knows; the same for products and variants. */
export const CUSTOM_FIELDS: CustomFieldConfig[] = [
    { name: 'erpId', type: 'string', nullable: true },
    { name: 'claim', type: 'localeString', nullable: true },
    { name: 'manual', type: 'text', nullable: true },
    { name: 'story', type: 'localeText', nullable: true },
    { name: 'rating', type: 'int', defaultValue: 3 },
    { name: 'weight', type: 'float', nullable: true },
    { name: 'fragile', type: 'boolean', defaultValue: false },
    { name: 'releasedAt', type: 'datetime', nullable: true },
    { name: 'tags', type: 'string', list: true, nullable: true },
    { name: 'widths', type: 'float', list: true, nullable: true },
    { name: 'dates', type: 'datetime', list: true, nullable: true },
    { name: 'box', type: 'struct', fields: BOX() },
    { name: 'parts', type: 'struct', list: true, fields: BOX() },
    { name: 'duty', type: 'relation', entity: TaxCategory },
    { name: 'zones', type: 'relation', entity: Zone, list: true },
];

/** In the order in which the shop gets them, as records speak of relations by id. */
export const ZONES = ['Europe', 'Abroad', 'Moon'];
const TAX_CATEGORIES = ['Standard Tax', 'Reduced Tax'];
export const LOCATIONS = ['Default Stock Location', 'B2B store', 'Outlet store'];
/** Besides the default one, which sells in dollars and euros. */
export const CHANNELS = {
    b2b: { currencies: ['EUR'], location: 'B2B store' },
    outlet: { currencies: ['GBP', 'USD'], location: 'Outlet store' },
};
export const LANGUAGES = ['en', 'de', 'fr'];

const FACET_VALUES = [
    ['Colour', 'Red', 'Farbe', 'Rot'],
    ['Colour', 'Größe 42', 'Farbe', 'Size 42'],
    ['Season', 'Summer', 'Jahreszeit', 'Sommer'],
    ['Season', 'Red', 'Jahreszeit', 'Rot'],
    ['Brand & Co.', 'Äpfel/Birnen', 'Marke', 'Obst'],
].map(([facet, value, ofFacet, ofValue]) => ({
    facet: facet!,
    value: value!,
    translations: [{ languageCode: 'de', facet: ofFacet!, value: ofValue! }],
}));

/** What the variants of a product differ in. Variant number n has one option of each group, see {@link optionsOf}. */
const SHAPES = [
    { groups: [], variants: 1 },
    { groups: [{ name: 'Size', options: ['S', 'M', 'Übergröße'] }], variants: 3 },
    {
        groups: [
            { name: 'Size', options: ['S', 'M'] },
            { name: 'Colour & more', options: ['red', 'dark red'] },
        ],
        variants: 4,
    },
];
type Shape = (typeof SHAPES)[number];

/** Records of the `product` loader: what a shop is given first, and then, round by round, what changes. */
export function catalogRounds(products: number, rounds: number): fc.Arbitrary<JsonObject[][]> {
    const histories = Array.from({ length: products }, (_, number) => history(number, rounds));
    return fc
        .tuple(...histories)
        .map(all =>
            Array.from({ length: rounds }, (_, round) =>
                all.map(records => records[round]).filter(record => record !== null && record !== undefined),
            ),
        );
}

function history(number: number, rounds: number): fc.Arbitrary<(JsonObject | null)[]> {
    return fc.constantFrom(...SHAPES).chain(shape => {
        const changes = Array.from({ length: rounds - 1 }, () => fc.option(record(number, shape, false)));
        return fc.tuple<(JsonObject | null)[]>(record(number, shape, true), ...changes);
    });
}

export const text = (maxLength = 20) => fc.string({ unit: 'grapheme', minLength: 1, maxLength });
const money = fc.oneof(fc.nat(100), fc.nat(10_000_000));
/** MariaDB rounds what has more digits than these when it is read. */
const float = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(value => Number(value.toPrecision(15)));
const instant = fc
    .date({ min: new Date('1990-01-01'), max: new Date('2037-01-01'), noInvalidDate: true })
    .map(date => date.toISOString());

function record(number: number, shape: Shape, creates: boolean): fc.Arbitrary<JsonObject> {
    const slug = `thing-${number}`;
    const variants = Array.from({ length: shape.variants }, (_, index) => fc.option(variant(slug, shape, index)));
    const fields = {
        name: text(),
        description: fc.oneof(fc.constant(null), fc.constant(''), text(3_000)),
        enabled: fc.boolean(),
        translations: translations(languageCode => ({
            name: text(),
            // Several products want the same ones.
            slug: fc.constantFrom('Lampe', `${languageCode} ${number}`, 'Über-Größe', 'stuhl-7'),
        })),
        facetValues: fc.subarray(FACET_VALUES),
        channels: fc.subarray(Object.keys(CHANNELS)),
        customFields: customFields(),
        variants: fc.tuple(...variants).map(list => list.filter(entry => entry !== null)),
    };
    return fc
        .record(fields, { requiredKeys: creates ? ['name', 'variants'] : [] })
        .map(given => ({ slug, ...given, ...groupsOf(shape) }))
        .map<JsonObject>(pricesWhereItIs);
}

function variant(slug: string, { groups }: Shape, index: number): fc.Arbitrary<JsonObject> {
    const stock = fc.oneof(
        fc.record({ stockOnHand: fc.integer({ min: -2, max: 50 }) }),
        fc.subarray(LOCATIONS).chain(locations =>
            fc.record({
                stock: fc.tuple(
                    ...locations.map(location =>
                        fc.record({ location: fc.constant(location), stockOnHand: fc.nat(50) }),
                    ),
                ),
            }),
        ),
        fc.constant({}),
    );
    const places = ['default EUR', 'b2b EUR', 'outlet GBP', 'outlet USD'];
    const prices = fc.subarray(places).chain(chosen =>
        fc.tuple(
            ...chosen.map(place => {
                const [channel, currencyCode] = place.split(' ');
                return fc.record({
                    channel: fc.constant(channel!),
                    currencyCode: fc.constant(currencyCode!),
                    price: money,
                });
            }),
        ),
    );
    const fields = {
        name: text(),
        enabled: fc.boolean(),
        price: money,
        prices,
        trackInventory: fc.constantFrom('TRUE', 'FALSE', 'INHERIT'),
        outOfStockThreshold: fc.integer({ min: -5, max: 5 }),
        useGlobalOutOfStockThreshold: fc.boolean(),
        taxCategory: fc.constantFrom(...TAX_CATEGORIES),
        facetValues: fc.subarray(FACET_VALUES),
        translations: translations(() => ({ name: text() })),
        customFields: customFields(),
    };
    return fc.tuple(fc.record(fields, { requiredKeys: [] }), stock).map(([given, levels]) => ({
        sku: `${slug}-${index}`,
        ...(groups.length > 0 ? { options: optionsOf(groups, index) } : {}),
        ...given,
        ...levels,
    }));
}

function groupsOf({ groups }: Shape): JsonObject {
    if (groups.length === 0) return {};
    return {
        optionGroups: groups.map(({ name, options }) => ({
            name,
            translations: [{ languageCode: 'de', name: `${name} de` }],
            options: options.map(option => ({
                name: option,
                translations: [{ languageCode: 'de', name: `${option} de` }],
            })),
        })),
    };
}

/** Counts through the options like a number through its digits. */
function optionsOf(groups: Shape['groups'], index: number): JsonObject {
    let rest = index;
    const chosen: JsonObject = {};
    for (const { name, options } of groups) {
        chosen[name] = options[rest % options.length]!;
        rest = Math.floor(rest / options.length);
    }
    return chosen;
}

/** A price in a channel without the product is refused, so each record that gives one also says that it is there. */
function pricesWhereItIs(product: JsonObject): JsonObject {
    const variants = (product.variants ?? []) as { prices?: { channel: string }[] }[];
    const priced = variants.flatMap(({ prices }) => prices ?? []).map(({ channel }) => channel);
    const needed = Object.keys(CHANNELS).filter(channel => priced.includes(channel));
    if (needed.length === 0) return product;
    return { ...product, channels: [...new Set([...((product.channels as string[]) ?? []), ...needed])] };
}

function translations(
    texts: (languageCode: string) => Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<JsonObject[]> {
    return fc.subarray(LANGUAGES.slice(1)).chain(languages =>
        fc.tuple(
            ...languages.map(languageCode =>
                fc.record({
                    languageCode: fc.constant(languageCode),
                    ...texts(languageCode),
                    customFields: fc.record(
                        { claim: fc.option(text()), story: fc.option(text(500)) },
                        { requiredKeys: [] },
                    ),
                }),
            ),
        ),
    );
}

export function customFields(): fc.Arbitrary<JsonObject> {
    const box = fc.record({ width: fc.nat(500), unit: text(4) });
    const values = {
        erpId: fc.option(fc.constantFrom('007', '', ' x ', 'a"b')),
        claim: fc.option(text()),
        manual: fc.option(text(5_000)),
        story: fc.option(text(500)),
        rating: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }).filter(rating => rating > -2_147_483_648),
        weight: fc.option(float),
        fragile: fc.boolean(),
        releasedAt: fc.option(instant),
        tags: fc.option(fc.array(text(), { maxLength: 3 })),
        widths: fc.option(fc.array(float, { maxLength: 3 })),
        dates: fc.option(fc.array(instant, { maxLength: 2 })),
        box: fc.option(box),
        parts: fc.option(fc.array(box, { maxLength: 2 })),
        duty: fc.option(fc.constantFrom(1, 2).map(String)),
        zones: fc.subarray(['1', '2', '3']),
    };
    return fc.record(values, { requiredKeys: [] });
}

function BOX(): { name: string; type: 'int' | 'string' }[] {
    return [
        { name: 'width', type: 'int' },
        { name: 'unit', type: 'string' },
    ];
}
