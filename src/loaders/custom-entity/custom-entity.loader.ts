import { TransactionalConnection } from '@vendure/core';
import { z } from 'zod';
import type { JsonObject } from '../../../shared/json';
import { compareCustom } from '../../catalog/custom-entity/compare-custom';
import { CustomResolver } from '../../catalog/custom-entity/custom-resolver';
import type { CustomShape } from '../../catalog/custom-entity/custom-shape';
import type { CustomMatching } from '../../catalog/custom-entity/custom-state';
import { findEntity } from '../../catalog/custom-entity/find-entity';
import { assertField, RecordMapper } from '../../catalog/custom-entity/record-mapper';
import { keyColumn } from '../../catalog/custom-entity/related-entities';
import type { CatalogHost } from '../../catalog/catalog-scope';
import { CatalogRun } from '../../catalog/product/catalog-run';
import { LIST_MODES } from '../../catalog/product/list-mode';
import { repeatedImportFields } from '../../catalog/provenance/settings';
import { ConfigOf } from '../../sdk/adapter';
import { UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import { catalogLoader, filledKeyText } from '../catalog-loader';
import { catalogLoaderFields, channelsMode } from '../catalog-loader-config';

const { strategy, channel, languageCode } = catalogLoaderFields;

const schema = config({
    entity: field.text('Entity', 'Name of the entity’s class.', { example: 'Brand' }),
    matchBy: field.of(
        z.array(z.string().min(1)).min(1),
        'Match by',
        'Columns and relations to one entity by which what exists is found; several count together.',
        { example: ['code'] },
    ),
    fields: field
        .map(
            z.string().min(1),
            'Fields',
            'Field of the record for each column, relation or text of the entity, such as `translations.de.name` or `customFields.erpId`. Absent: the fields of a record have the names of the entity’s.',
            { example: { code: 'brand_code', name: 'title' } },
        )
        .optional(),
    relationKeys: field
        .map(
            z.string().min(1),
            'Relation keys',
            'For relations that are not given by id: the column or text of the other entity by which they are.',
            { example: { country: 'code' } },
        )
        .optional(),
    strategy,
    channel,
    languageCode,
    relationsMode: field
        .choice(
            'Relations',
            'How the lists of other entities of a record (many-to-many) meet those that are there.',
            LIST_MODES,
        )
        .default('MERGE'),
    channelsMode,
    ...repeatedImportFields,
});

const record = z.record(z.string(), z.json()).meta({
    description:
        'Columns, relations and texts of the entity, with `translations`, `channels` and `customFields` where it has them.',
});

export const customEntityLoader = defineLoader({
    code: 'customEntity',
    name: 'Entities of plugins',
    description: 'Creates and updates rows of any entity that a plugin has added to the shop. One record is one row.',
    category: 'plugins',
    entityType: 'VendureEntity',
    entityTypeOf: ({ entity }) => entity,
    schema,
    record,
    guarantees:
        'Only fields that a record gives are touched. A batch is read and written with a number of statements that does not depend on its size, and an unchanged record writes nothing. What a column cannot hold (too long, out of range, none of an enum, null where there must be a value) is refused with its record, before it reaches the database. Deletions are seen: what is soft-deleted counts as not there.',
    limits: 'Entities of Vendure itself and of DataHub are refused: they have loaders of their own. So are closure-table and other trees of TypeORM, and entities with several primary columns. Rows are written directly: no event is published, and no listener or subscriber of TypeORM is called. One-to-many relations are loaded from their other side. A record that refers to a row of the same batch waits in the quarantine until the run is over. Plans show what a transformer makes readable.',
    examples: [
        {
            title: 'Brands by their code, with a country',
            config: { entity: 'Brand', matchBy: ['code'], relationKeys: { country: 'code' } },
            record: { code: 'acme', name: 'Acme', founded: 1949, country: 'DE' },
        },
        {
            title: 'From a flat file',
            config: {
                entity: 'Brand',
                matchBy: ['code'],
                fields: { code: 'brand_code', name: 'name_en', 'translations.de.name': 'name_de' },
                source: 'erp',
                onDrift: 'KEEP',
            },
            record: { brand_code: 'acme', name_en: 'Acme', name_de: 'Akme' },
        },
    ],
    async create({ config: settings, host }: { config: Settings; host: CatalogHost }) {
        const { injector } = host;
        const shape = findEntity(settings.entity, injector.get(TransactionalConnection).rawConnection);
        const matching = matchingOf(settings, shape);
        const run = await CatalogRun.start(host, {
            ...settings,
            facetValuesMode: 'SKIP',
            assetsMode: 'SKIP',
            createFacets: false,
        });
        const rules = run.rulesOf(shape.name);
        const resolver = new CustomResolver(run, matching, rules);
        const valuesOf = (data: JsonObject) => {
            const mapped = matching.mapper.map(data);
            return matching.matchBy.map(name => filledKeyText(mapped[name]));
        };
        const keyOf = (data: JsonObject) => {
            const values = valuesOf(data);
            return values.includes(undefined) ? undefined : values.length > 1 ? JSON.stringify(values) : values[0];
        };
        return catalogLoader(host, {
            run,
            policy: { events: 'NONE', searchIndex: 'NONE' },
            keysOf(data) {
                const key = keyOf(data);
                return key === undefined ? [] : [`${shape.name}:${key}`];
            },
            nameOf: data =>
                valuesOf(data)
                    .filter(value => value !== undefined)
                    .join(' '),
            resolve: (records, sql, known) => resolver.resolve(records, sql, known),
            compare: (_record, match, state) => compareCustom(match, matching, rules, state),
            repeats: {
                entityType: shape.name,
                settings,
                idOf: (match, state) => state.live.get(match)?.id,
            },
        });
    },
});

type Settings = ConfigOf<{ schema: typeof schema }>;

function matchingOf(
    { matchBy, fields, relationKeys = {}, relationsMode, channelsMode }: Settings,
    shape: CustomShape,
): CustomMatching {
    const { path } = shape.id;
    const givesId = matchBy.includes(path) && !shape.columns.has(path);
    for (const name of matchBy) {
        if (name === path) continue;
        assertField(shape, name, 'matchBy');
        const relation = shape.relations.get(name);
        if (relation ? !relation.list : shape.columns.get(name)?.isKey) continue;
        const message = `matchBy: a ${shape.name} cannot be found by "${name}".`;
        const hint = 'Choose columns with texts, whole numbers or an enum, or relations to one entity.';
        throw new UserError('match-field-unfit', message, hint, { field: 'matchBy', got: name });
    }
    const unmapped = fields && matchBy.find(name => !(name in fields));
    if (unmapped !== undefined) {
        const message = `fields: "${unmapped}" is missing, and records are matched by it.`;
        throw new UserError('match-field-missing', message, `Add "${unmapped}".`, { field: 'fields', got: unmapped });
    }
    for (const [name, key] of Object.entries(relationKeys)) assertRelationKey(shape, name, key);
    const mapper = new RecordMapper(shape, fields, givesId);
    return { shape, mapper, matchBy, relationKeys, relationsMode, channelsMode };
}

function assertRelationKey(shape: CustomShape, name: string, key: string): void {
    assertField(shape, name, 'relationKeys');
    const target = shape.relations.get(name)?.target;
    if (target && keyColumn(target, key)) return;
    const message = target
        ? `relationKeys.${name}: a ${target.name} cannot be found by "${key}".`
        : `relationKeys: "${name}" of ${shape.name} is no relation.`;
    const hint = target ? 'Choose one of its columns or texts with a text, a whole number or an enum.' : 'Take it out.';
    throw new UserError('match-field-unfit', message, hint, { field: 'relationKeys', got: target ? key : name });
}
