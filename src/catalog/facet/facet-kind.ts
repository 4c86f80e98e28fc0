import { Facet, FacetTranslation, FacetValue, FacetValueTranslation } from '@vendure/core';
import { facetRecord, facetValueRecord } from './facet-record';

/** What the loaders of facets and of facet values differ in. */
export interface FacetKind {
    entityType: 'Facet' | 'FacetValue';
    entity: typeof Facet | typeof FacetValue;
    translation: typeof FacetTranslation | typeof FacetValueTranslation;
    record: typeof facetRecord | typeof facetValueRecord;
    /** For messages. */
    what: string;
}

export const FACET: FacetKind = {
    entityType: 'Facet',
    entity: Facet,
    translation: FacetTranslation,
    record: facetRecord,
    what: 'facet',
};

export const FACET_VALUE: FacetKind = {
    entityType: 'FacetValue',
    entity: FacetValue,
    translation: FacetValueTranslation,
    record: facetValueRecord,
    what: 'facet value',
};
