import type { CatalogHost } from '../../catalog/catalog-scope';
import { FACET } from '../../catalog/facet/facet-kind';
import { facetRecord } from '../../catalog/facet/facet-record';
import { ConfigOf } from '../../sdk/adapter';
import { defineLoader } from '../../sdk/loader';
import { facetLoader as makeLoader, facetLoaderConfig as schema } from '../facet-loader';

export const facetLoader = defineLoader({
    code: 'facet',
    name: 'Facets',
    description: 'Creates and updates facets, such as brand or material. One record is one facet, without its values.',
    category: 'catalog',
    entityType: 'Facet',
    schema,
    record: facetRecord,
    guarantees:
        'Only fields that a record gives are touched. A batch is written with a number of statements that does not depend on its size, and an unchanged record writes nothing. The values of a facet go to the channels that it goes to, as in Vendure.',
    limits: 'Deletes nothing. A facet is not taken out of a channel in which products or variants have one of its values.',
    examples: [
        {
            title: 'A facet in two languages',
            config: {},
            record: {
                code: 'brand',
                name: 'Brand',
                translations: [{ languageCode: 'de', name: 'Marke' }],
            },
        },
        { title: 'Hidden from customers', config: { strategy: 'UPDATE' }, record: { code: 'brand', isPrivate: true } },
    ],
    create: ({ config, host }: { config: ConfigOf<{ schema: typeof schema }>; host: CatalogHost }) =>
        makeLoader(FACET, config, host),
});
