import type { JsonObject } from '../../../shared/json';
import { assetRecord } from '../../catalog/assets/asset-record';
import { AssetResolver } from '../../catalog/assets/asset-resolver';
import { AssetSource } from '../../catalog/assets/asset-source';
import { compareAsset } from '../../catalog/assets/compare-asset';
import type { CatalogHost } from '../../catalog/catalog-scope';
import { CatalogRun } from '../../catalog/product/catalog-run';
import { LIST_MODES } from '../../catalog/product/list-mode';
import { RecordCheck } from '../../catalog/product/record-check';
import { ConfigOf } from '../../sdk/adapter';
import { config, field } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import { catalogLoader, customFieldKey, filledKeyText } from '../catalog-loader';
import { catalogLoaderFields, channelsMode } from '../catalog-loader-config';

const { strategy, channel, languageCode } = catalogLoaderFields;

const schema = config({
    strategy,
    channel,
    languageCode,
    matchBy: field
        .choice('Match by', 'How the asset of a record is found.', {
            source: 'By the path or URL that it was made from.',
            id: 'By the id in the database.',
            customField: 'By a custom field of the asset, see matchField.',
        })
        .default('source'),
    matchField: field
        .text('Match field', 'Custom field of the asset to match by, with matchBy customField.', { example: 'damId' })
        .optional(),
    tagsMode: field.choice('Tags', 'How the tags of a record meet those that are there.', LIST_MODES).default('MERGE'),
    channelsMode,
});

type Settings = ConfigOf<{ schema: typeof schema }>;

export const assetLoader = defineLoader({
    code: 'asset',
    name: 'Assets',
    description:
        'Creates assets from files, URLs, folders and zip archives, and updates their names, tags, focal points, custom fields and channels.',
    category: 'catalog',
    entityType: 'Asset',
    schema,
    record: assetRecord,
    guarantees:
        'The same content is stored once, under whatever paths it comes. Products and collections that name the same path or URL get the same asset. Files of a batch that does not commit are removed again. Paths never leave the folder for import assets, and archives are refused before they can fill the disk.',
    limits: 'A file is read when its asset is created: other content under a known path or URL changes nothing. A file whose content is there already takes over the asset as it is; names and tags of its record are written by the next run. One record takes at most 10000 files. A zip archive is a file in the folder for import assets, not a URL. Files are stored one by one, through the AssetService.',
    examples: [
        {
            title: 'One file',
            config: {},
            record: {
                source: 'shoes/red.jpg',
                name: 'Red shoe',
                tags: ['shoes'],
                focalPoint: { x: 0.5, y: 0.3 },
            },
        },
        { title: 'All files of an archive', config: {}, record: { source: 'photos.zip', tags: ['autumn'] } },
    ],
    async create({ config: settings, host }: { config: Settings; host: CatalogHost }) {
        const options = { ...settings, facetValuesMode: 'SKIP', assetsMode: 'SKIP', createFacets: false } as const;
        const run = await CatalogRun.start(host, options);
        const rules = run.rulesOf('Asset');
        const column =
            settings.matchBy === 'customField' ? run.matchColumn(rules, settings.matchField, 'matchField') : undefined;
        const resolver = new AssetResolver(
            run,
            new AssetSource(host),
            { by: settings.matchBy, column, rules },
            new RecordCheck(assetRecord, 'asset'),
        );
        const comparison = { tagsMode: settings.tagsMode, channelsMode: settings.channelsMode, rules };
        return catalogLoader(host, {
            run,
            // The search index holds focal points.
            policy: { events: 'NONE' },
            keysOf: record => keysOf(record, settings, column),
            // Nothing in the database keeps two tags of one value apart.
            orderOf: record => tagsOf(record).map(tag => `tag:${tag}`),
            nameOf,
            resolve: (records, sql) => resolver.resolve(records, sql),
            compare: (record, _match, state) => compareAsset(record, comparison, state),
        });
    },
});

function tagsOf({ tags }: JsonObject): string[] {
    return Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [];
}

function keysOf(record: JsonObject, { matchBy }: Settings, column: string | undefined): string[] {
    const key = column === undefined ? filledKeyText(record[matchBy]) : customFieldKey(record, column);
    return key === undefined ? [] : [`asset:${column ?? matchBy}:${key}`];
}

function nameOf({ source, name, id }: JsonObject): string {
    const given = source ?? name ?? id;
    return typeof given === 'string' || typeof given === 'number' ? String(given) : '';
}
