import { z } from 'zod';
import { customFields, entityId, filledText, flag, languageCode, listOf, text, wholeNumber } from '../field-kinds';
import { assets, featuredAsset } from '../product/product-record';

const filter = z.looseObject(
    {
        code: filledText('Code of the filter, such as `facet-value-filter`.'),
        args: z
            .record(z.string(), z.json(), { error: 'must be an object; give the arguments of the filter by name' })
            .optional()
            .meta({
                description:
                    'Arguments by name. Facet values are written `facet:value`, variants as SKUs, products as slugs; `id:7` means a database id.',
            }),
    },
    { error: 'must be a filter; give { code, args }' },
);

/** What a record for the collection loader may hold; see product-record for what absent, null and empty mean. */
export const collectionRecord = z.looseObject({
    id: entityId.optional(),
    slug: filledText('Part of the web address; made from the name when a collection is created without.').optional(),
    name: filledText('Name.').optional(),
    description: text('Description, may hold HTML.').nullable().optional(),
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
    parent: filledText(
        'Slug of the parent, or the slugs from the top down as in `clothing/shoes`; null is the top level.',
    )
        .nullable()
        .optional(),
    position: wholeNumber(
        'Place among its siblings; after the last one when a collection is created without.',
    ).optional(),
    isPrivate: flag('Whether the collection is hidden in the shop.').optional(),
    filters: listOf(
        filter,
        'Which variants belong to the collection; an empty list takes all filters away.',
    ).optional(),
    inheritFilters: flag('Whether the filters of the parents apply too.').optional(),
    assets: assets.optional(),
    featuredAsset: featuredAsset.optional(),
    channels: listOf(
        filledText('Channel code.'),
        'Channels the collection is in besides the default one and that of the run.',
    ).optional(),
    customFields: customFields.optional(),
});

export type CollectionRecord = z.output<typeof collectionRecord>;
export type GivenFilter = z.output<typeof filter>;
