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
    createFacets: field
        .flag(
            'Create facets',
            'Creates facets and facet values that do not exist; otherwise such a record is rejected.',
        )
        .default(true),
    events: field
        .choice(
            'Events',
            'Which of Vendure’s events are published after a batch is committed.',
            {
                BATCH: 'Those that the search index and most plugins need, for many variants at once.',
                ALL: 'Also one for each product, facet and facet value, and for the first stock of new variants.',
                NONE: 'None; other plugins do not learn of the change.',
            },
            { advanced: true },
        )
        .default('BATCH'),
    searchIndex: field
        .choice(
            'Search index',
            'How the search index follows; DIRECT if absent and DefaultSearchPlugin is installed, else EVENTS.',
            {
                DIRECT: 'The index of DefaultSearchPlugin is written right after each batch; as EVENTS in a shop without it.',
                EVENTS: 'Through the events, variant by variant.',
                REINDEX: 'By one reindex of the affected channels after the run; quicker when much has changed.',
                NONE: 'Not at all.',
            },
            { advanced: true },
        )
        .optional(),
    ...repeatedImportFields,
};
