import { followUpFields } from '../catalog/follow-ups/follow-up-fields';
import { field } from '../sdk/field';
import { repeatedImportFields } from '../catalog/provenance/settings';
import { LIST_MODES } from '../catalog/product/list-mode';

/** Settings that the loaders of products and of variants have in common. */
export const catalogLoaderFields = {
    strategy: field
        .choice('Strategy', 'What may happen to the catalog.', {
            UPSERT: 'Creates what is missing and updates what exists.',
            CREATE: 'Only creates; a record for something that exists is rejected.',
            UPDATE: 'Only updates; a record for something that does not exist is rejected.',
        })
        .default('UPSERT'),
    channel: field
        .text('Channel', 'Code of the channel to work in; the channel of the run if absent.', { example: 'b2b' })
        .optional(),
    languageCode: field
        .text('Language', 'Language of the texts at the top level of a record; that of the run or channel if absent.', {
            example: 'en',
        })
        .optional(),
    facetValuesMode: field
        .choice('Facet values', 'How the facet values of a record meet those that are there.', LIST_MODES)
        .default('MERGE'),
    assetsMode: field
        .choice('Assets', 'How the assets of a record meet those that are there.', LIST_MODES)
        .default('MERGE'),
    onAssetFailure: field
        .choice('Failing assets', 'What becomes of a record with an asset that cannot be had, such as a dead link.', {
            LEAVE_OUT:
                'It is loaded without the asset. The quarantine says which one is missing and why, and its replay tries again.',
            REJECT: 'It is refused as a whole.',
        })
        .default('LEAVE_OUT'),
    createFacets: field
        .flag(
            'Create facets',
            'Creates facets and facet values that do not exist; otherwise such a record is rejected.',
        )
        .default(true),
    ...followUpFields,
    ...repeatedImportFields,
};

export const channelsMode = field
    .choice(
        'Channels',
        'How the channels of a record meet those that are there; the default channel always stays.',
        LIST_MODES,
    )
    .default('MERGE');
