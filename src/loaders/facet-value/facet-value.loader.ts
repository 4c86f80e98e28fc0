import type { CatalogHost } from '../../catalog/catalog-scope';
import { FACET_VALUE } from '../../catalog/facet/facet-kind';
import { facetValueRecord } from '../../catalog/facet/facet-record';
import { ConfigOf } from '../../sdk/adapter';
import { defineLoader } from '../../sdk/loader';
import { facetLoader, facetLoaderConfig as schema } from '../facet-loader';

export const facetValueLoader = defineLoader({
    code: 'facetValue',
    name: 'Facet values',
    description: 'Creates and updates values of facets that exist. One record is one value.',
    category: 'catalog',
    entityType: 'FacetValue',
    schema,
    record: facetValueRecord,
    guarantees:
        'Only fields that a record gives are touched. A batch is written with a number of statements that does not depend on its size, and an unchanged record writes nothing. A record whose facet does not exist yet waits for it in quarantine.',
    limits: 'Deletes nothing, and moves no value to another facet. A value is only put into channels that its facet is in, and not taken out of one in which products or variants have it.',
    examples: [
        {
            title: 'A value in two languages',
            config: {},
            record: {
                facet: 'brand',
                code: 'acme',
                name: 'Acme',
                translations: [{ languageCode: 'de', name: 'Acme' }],
            },
        },
        { title: 'Its code made from the name', config: {}, record: { facet: 'brand', name: 'Own Brand' } },
    ],
    create: ({ config, host }: { config: ConfigOf<{ schema: typeof schema }>; host: CatalogHost }) =>
        facetLoader(FACET_VALUE, config, host),
});
