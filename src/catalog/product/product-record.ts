import { z } from 'zod';
import {
    customFields,
    entityId,
    filledText,
    flag,
    languageCode,
    listOf,
    money,
    text,
    wholeNumber,
} from '../field-kinds';

const nameTranslation = z.looseObject({ languageCode, name: filledText('Name in that language.') });

const facetValueProblem = 'must be a facet value; write it as "facet:value" or as { facet, value }';
const facetValueReference = z
    .union(
        [
            z.string().regex(/^\s*[^:\s][^:]*:[^\S\n\r]*\S.*$/, { error: facetValueProblem }),
            z.looseObject({
                facet: filledText('Code or name of the facet.'),
                value: filledText('Code or name of the value.'),
                translations: z
                    .array(z.looseObject({ languageCode, facet: z.string().min(1), value: z.string().min(1) }))
                    .optional()
                    .meta({ description: 'Names in other languages, used when facet or value is created.' }),
            }),
        ],
        { error: facetValueProblem },
    )
    .meta({ description: 'Facet value as `facet:value` or `{ facet, value }`.' });

const facetValues = listOf(facetValueReference, 'Facet values, found by code or name.');
export const assets = listOf(
    filledText('Path or URL of a file.'),
    'Files in order; the first becomes the featured asset.',
);
export const featuredAsset = filledText('Path or URL of the main image; null removes it.').nullable();

const optionValue = z.union([z.string().min(1), z.number()], {
    error: 'must be the name of an option; give it as text',
});
const optionDefinition = z.union(
    [
        optionValue,
        z.looseObject({
            code: z.string().min(1).optional(),
            name: z.string().min(1),
            translations: z.array(nameTranslation).optional(),
        }),
    ],
    { error: 'must be an option; give its name as text or { name, code, translations }' },
);
const optionGroup = z.union(
    [
        z.string().min(1),
        z.looseObject({
            code: z.string().min(1).optional(),
            name: z.string().min(1),
            options: z.array(optionDefinition).optional(),
            translations: z.array(nameTranslation).optional(),
        }),
    ],
    {
        error: 'must be an option group; give its name or "name:code" as text, or { name, code, options, translations }',
    },
);

export const variantRecord = z.looseObject({
    id: entityId.optional(),
    sku: text('Stock keeping unit; may be empty.').optional(),
    name: filledText('Name; made from product and option names when a variant is created without.').optional(),
    enabled: flag('Whether the variant is for sale.').optional(),
    options: z
        .union([z.array(optionValue), z.record(z.string(), optionValue)], {
            error: 'must be options; give { "Size": "S" } or a list in the order of optionGroups',
        })
        .optional()
        .meta({ description: 'One option of each group, by group name or in the order of `optionGroups`.' }),
    price: money('Price in minor units, in the default currency of the channel.').optional(),
    prices: listOf(
        z.looseObject(
            {
                channel: filledText('Channel code; the channel of the run if absent.').optional(),
                currencyCode: filledText('Currency; the default one of the channel if absent.').optional(),
                price: money('Price in minor units; null removes it.').nullable(),
            },
            { error: 'must be a price; give { channel, currencyCode, price }' },
        ),
        'Prices in several channels and currencies.',
    ).optional(),
    stockOnHand: wholeNumber('Stock at the default location of the channel.').optional(),
    stock: listOf(
        z.looseObject(
            { location: filledText('Name of the stock location.'), stockOnHand: wholeNumber('Stock there.') },
            { error: 'must be a stock level; give { location, stockOnHand }' },
        ),
        'Stock by location.',
    ).optional(),
    trackInventory: z
        .union([z.boolean(), z.enum(['TRUE', 'FALSE', 'INHERIT'])], {
            error: 'must be true, false or "INHERIT"; turn it into one with mapValues',
        })
        .optional()
        .meta({ description: 'Whether stock is counted; `INHERIT` follows the settings of the channel.' }),
    outOfStockThreshold: wholeNumber('Stock at which the variant counts as sold out.').optional(),
    useGlobalOutOfStockThreshold: flag('Whether the threshold of the shop applies.').optional(),
    taxCategory: filledText('Name of the tax category; the default one when a variant is created without.').optional(),
    facetValues: facetValues.optional(),
    assets: assets.optional(),
    featuredAsset: featuredAsset.optional(),
    customFields: customFields.optional(),
    translations: listOf(
        z.looseObject({
            languageCode,
            name: filledText('Name in that language.').optional(),
            customFields: customFields.optional(),
        }),
        'Texts by language.',
    ).optional(),
});

/** A variant on its own: a variant record and, where it may be created, the product it belongs to. */
export const singleVariantRecord = variantRecord.extend({
    product: filledText('Slug of the product; needed to create a variant.').optional(),
});

/**
 * What a record for the product loaders may hold. Only given fields are touched: an absent field is left alone, `null`
 * clears where that is possible, an empty list means "none" where a list replaces.
 */
export const productRecord = z.looseObject({
    id: entityId.optional(),
    slug: filledText('Part of the web address; made from the name when a product is created without.').optional(),
    name: filledText('Name.').optional(),
    description: text('Description, may hold HTML.').nullable().optional(),
    enabled: flag('Whether the product is visible in the shop.').optional(),
    translations: listOf(
        z.looseObject({
            languageCode,
            name: filledText('Name in that language.').optional(),
            slug: filledText('Slug in that language.').optional(),
            description: text('Description in that language.').nullable().optional(),
            customFields: customFields.optional(),
        }),
        'Texts by language.',
    ).optional(),
    facetValues: facetValues.optional(),
    assets: assets.optional(),
    featuredAsset: featuredAsset.optional(),
    channels: listOf(filledText('Channel code.'), 'Channels the product is in besides the default one.').optional(),
    customFields: customFields.optional(),
    optionGroups: listOf(optionGroup, 'What the variants differ in, such as size and colour.').optional(),
    variants: listOf(variantRecord, 'The variants of the product.').optional(),
});

export type ProductRecord = z.output<typeof productRecord>;
export type VariantRecord = z.output<typeof variantRecord>;
export type SingleVariantRecord = z.output<typeof singleVariantRecord>;
export type FacetValueReference = z.output<typeof facetValueReference>;
export type OptionGroupRecord = z.output<typeof optionGroup>;
