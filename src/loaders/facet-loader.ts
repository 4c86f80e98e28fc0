import type { z } from 'zod';
import type { JsonObject } from '../../shared/json';
import type { CatalogHost } from '../catalog/catalog-scope';
import { compareFacet } from '../catalog/facet/compare-facet';
import { codeOf, mainNameOf } from '../catalog/facet/facet-code';
import type { FacetKind } from '../catalog/facet/facet-kind';
import { FacetResolver } from '../catalog/facet/facet-resolver';
import { CatalogRun } from '../catalog/product/catalog-run';
import { foldedName } from '../catalog/product/names';
import { RecordCheck } from '../catalog/product/record-check';
import { config, field } from '../sdk/field';
import type { Loader } from '../sdk/loader';
import { catalogLoader, customFieldKey, filledKeyText, keyText } from './catalog-loader';
import { catalogLoaderFields, channelsMode } from './catalog-loader-config';

const { strategy, channel, languageCode } = catalogLoaderFields;

/** Settings of the loaders of facets and of facet values. */
export const facetLoaderConfig = config({
    strategy,
    channel,
    languageCode,
    matchBy: field
        .choice('Match by', 'How what exists is found.', {
            code: 'By code, that of a value within its facet; a record without one by the code that its name gives.',
            id: 'By the id in the database.',
            customField: 'By a custom field, see matchField.',
        })
        .default('code'),
    matchField: field
        .text('Match field', 'Custom field to match by, with matchBy customField.', { example: 'erpId' })
        .optional(),
    channelsMode,
    events: field
        .choice(
            'Events',
            'Which of Vendure’s events are published after a batch is committed.',
            {
                ALL: 'One for each facet and facet value that changed.',
                NONE: 'None; other plugins do not learn of the change.',
            },
            { advanced: true },
        )
        .default('ALL'),
});

export async function facetLoader(
    kind: FacetKind,
    settings: z.output<typeof facetLoaderConfig>,
    host: CatalogHost,
): Promise<Loader> {
    const { matchBy: by, matchField, channelsMode, events } = settings;
    const run = await CatalogRun.start(host, {
        ...settings,
        facetValuesMode: 'SKIP',
        assetsMode: 'SKIP',
        createFacets: false,
    });
    const rules = run.rulesOf(kind.entityType);
    const column = by === 'customField' ? run.matchColumn(rules, matchField, 'matchField') : undefined;
    const matching = { kind, by, column, channelsMode };
    const resolver = new FacetResolver(run, matching, new RecordCheck(kind.record, kind.what));
    const codeKey = (data: JsonObject): string[] => {
        const code = isText(data.code) ? data.code : codeOfName(data, kind, run.languageCode);
        if (code === undefined || (kind.entityType === 'FacetValue' && !isText(data.facet))) return [];
        return [[kind.entityType, ...(isText(data.facet) ? [data.facet] : []), code].join(':')];
    };
    return catalogLoader(host, {
        run,
        policy: { events, searchIndex: 'NONE' },
        keysOf(data) {
            const idKey = by === 'id' ? filledKeyText(data.id) : undefined;
            const key = column === undefined ? idKey : customFieldKey(data, column);
            return [...codeKey(data), ...(key === undefined ? [] : [`${kind.entityType}:${column ?? by}:${key}`])];
        },
        nameOf: data => codeKey(data)[0]?.slice(kind.entityType.length + 1) ?? keyText(data.id ?? ''),
        resolve: (records, sql) => resolver.resolve(records, sql),
        compare: (_record, match, state) => compareFacet(match, matching, state),
    });
}

/** Of values that differ in signs only the names give one code. */
function codeOfName(data: JsonObject, { entityType }: FacetKind, languageCode: string): string | undefined {
    const code = codeOf(namesOf(data), languageCode);
    if (code === undefined || entityType === 'Facet') return code;
    const name = foldedName(mainNameOf(namesOf(data), languageCode)!);
    return name.replace(/ /g, '-') === code ? code : name;
}

/** What a code can be made of, of a record that nobody has checked yet. */
function namesOf({ name, translations }: JsonObject) {
    const list = Array.isArray(translations) ? (translations as (JsonObject | null)[]) : [];
    return {
        name: isText(name) ? name : undefined,
        translations: list.flatMap(each =>
            isText(each?.name) && isText(each.languageCode)
                ? [{ languageCode: each.languageCode, name: each.name }]
                : [],
        ),
    };
}

function isText(value: unknown): value is string {
    return typeof value === 'string' && value !== '';
}
