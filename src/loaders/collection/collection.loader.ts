import { Collection, CollectionService, ConfigService } from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import type { CatalogHost } from '../../catalog/catalog-scope';
import { collectionRecord } from '../../catalog/collection/collection-record';
import { CollectionResolver } from '../../catalog/collection/collection-resolver';
import { compareCollection } from '../../catalog/collection/compare-collection';
import { FilterRules } from '../../catalog/collection/filter-rules';
import { ensureRootCollection } from '../../catalog/collection/root-collection';
import { CatalogRun } from '../../catalog/product/catalog-run';
import { codeFor } from '../../catalog/product/codes';
import { RecordCheck } from '../../catalog/product/record-check';
import { ConfigOf } from '../../sdk/adapter';
import { config, field } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import { catalogLoader, customFieldKey, keyText } from '../catalog-loader';
import { catalogLoaderFields, channelsMode } from '../catalog-loader-config';

const { strategy, channel, languageCode, assetsMode, onAssetFailure, events } = catalogLoaderFields;

const schema = config({
    strategy,
    channel,
    languageCode,
    assetsMode,
    onAssetFailure,
    events,
    matchBy: field
        .choice('Match by', 'How the collection of a record is found.', {
            slug: 'By slug; a record without one by the slug that its name gives.',
            id: 'By the id in the database.',
            customField: 'By a custom field of the collection, see matchField.',
        })
        .default('slug'),
    matchField: field
        .text('Match field', 'Custom field of the collection to match by, with matchBy customField.', {
            example: 'erpId',
        })
        .optional(),
    channelsMode,
});

type Settings = ConfigOf<{ schema: typeof schema }>;

export const collectionLoader = defineLoader({
    code: 'collection',
    name: 'Collections',
    description:
        'Creates and updates collections with their place in the tree, filters, texts, assets and channels. One record is one collection.',
    category: 'catalog',
    entityType: 'Collection',
    schema,
    record: collectionRecord,
    guarantees:
        'Only fields that a record gives are touched. Records may come in any order: a child whose parent is not there yet waits in the quarantine and goes on by itself when it is. Nothing ever comes to stand below itself. The run ends when the filters of the collections that it changed have been applied, in one job.',
    limits: 'Never deletes a collection. Collections are written batch after batch, as each may be the parent of the next. Where nothing works on the job queue `apply-collection-filters`, the run ends without waiting for it, with a warning.',
    examples: [
        {
            title: 'A collection of everything with a facet value',
            config: {},
            record: {
                name: 'Shoes',
                parent: 'clothing',
                filters: [
                    {
                        code: 'facet-value-filter',
                        args: { facetValueIds: ['category:shoes'], containsAny: false, combineWithAnd: true },
                    },
                ],
            },
        },
        {
            title: 'A hand-picked collection at the top, with a text in a second language',
            config: { languageCode: 'en' },
            record: {
                slug: 'sale',
                name: 'Sale',
                parent: null,
                position: 1,
                inheritFilters: false,
                filters: [{ code: 'variant-id-filter', args: { variantIds: ['TS-S', 'TS-M'] } }],
                translations: [{ languageCode: 'de', name: 'Angebote', slug: 'angebote' }],
            },
        },
    ],
    async create({ config: settings, host }: { config: Settings; host: CatalogHost }) {
        const { injector } = host;
        const run = await CatalogRun.start(
            host,
            { ...settings, facetValuesMode: 'SKIP', createFacets: false },
            'Collection',
        );
        const rules = run.rulesOf('Collection');
        const filterRules = new FilterRules(injector.get(ConfigService).catalogOptions.collectionFilters);
        const column =
            settings.matchBy === 'customField' ? run.matchColumn(rules, settings.matchField, 'matchField') : undefined;
        if (!host.dryRun) await ensureRootCollection(injector.get(CollectionService), host);
        const resolver = new CollectionResolver(
            run,
            { by: settings.matchBy, column, skip: skippedFields(settings), rules, filterRules },
            new RecordCheck(collectionRecord, 'collection'),
        );
        const comparison = { channelsMode: settings.channelsMode, rules, filterRules };
        return catalogLoader(host, {
            run,
            policy: { events: settings.events },
            keysOf: record => keysOf(record, settings, run, column),
            // Each batch may hold the parents of the next, and a tree is checked as a whole.
            orderOf: () => [`${Collection.name}:tree`],
            nameOf,
            resolve: (records, sql) => resolver.resolve(records, sql),
            compare: (record, _match, state) => compareCollection(record, comparison, state),
        });
    },
});

function skippedFields(settings: Settings): Set<string> {
    const skipped = new Set<string>();
    if (settings.assetsMode === 'SKIP') skipped.add('assets').add('featuredAsset');
    if (settings.channelsMode === 'SKIP') skipped.add('channels');
    return skipped;
}

function keysOf(record: JsonObject, settings: Settings, run: CatalogRun, column: string | undefined): string[] {
    if (settings.matchBy === 'slug') {
        if (typeof record.slug === 'string' && record.slug !== '') return [`collection:slug:${codeFor(record.slug)}`];
        if (typeof record.name === 'string' && record.name !== '')
            return [`collection:slug:${run.makeSlugNow(record.name)}`];
        return [];
    }
    if (settings.matchBy === 'id') return record.id === undefined ? [] : [`collection:id:${keyText(record.id)}`];
    const key = customFieldKey(record, column!);
    return key === undefined ? [] : [`collection:${column}:${key}`];
}

function nameOf(record: JsonObject): string {
    const name = record.slug ?? record.name ?? record.id;
    return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}
