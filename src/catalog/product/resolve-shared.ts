import type { EntityTarget, ObjectLiteral } from 'typeorm';
import {
    CustomFieldConfig,
    Facet,
    FacetValue,
    ProductTranslation,
    ProductVariant,
    StructFieldConfig,
} from '@vendure/core';
import { isJsonObject, type JsonObject } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { EntityId, SqlSession, Table } from '../sql/sql-session';
import { AssetDirectory } from './asset-directory';
import type { BatchState, Match, SkuOwner } from './batch-state';
import type { CatalogRun } from './catalog-run';
import { facetAndValue } from './compare-facet-values';
import type { CustomFieldRules } from './custom-field-rules';
import type { FacetValueReference, ProductRecord, VariantRecord } from './product-record';
import { groupDefinition } from './option-book';
import { fillLinks } from './read-live';

/** Parts of resolving that products and single variants have in common. Each costs a fixed number of statements. */

/** An id as the column holds it; undefined for text that cannot be one, which the database would refuse to compare. */
export function parseId(id: unknown, table: Table): EntityId | undefined {
    const isUuid = table.metadata.primaryColumns[0]?.generationStrategy === 'uuid';
    const text = String(id);
    if (isUuid) return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : undefined;
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Outside the default channel a run sees only what is assigned to its channel, like a user who works in it. */
export async function inChannel(
    entity: EntityTarget<ObjectLiteral>,
    ids: readonly EntityId[],
    run: CatalogRun,
    sql: SqlSession,
): Promise<Set<EntityId>> {
    if (run.inDefaultChannel) return new Set(ids);
    const links = await sql.linksOf(sql.joinTable(entity, 'channels'), ids);
    return new Set(links.filter(([, channel]) => channel === run.channel.id).map(([id]) => id));
}

/** Variants that have one of the SKUs, whatever their product. */
export async function findSkus(
    skus: readonly string[],
    run: CatalogRun,
    sql: SqlSession,
): Promise<Map<string, SkuOwner[]>> {
    const owners = new Map<string, SkuOwner[]>();
    const columns = ['id', 'productId', 'sku'];
    const rows = await sql.selectIn(sql.table(ProductVariant), columns, 'sku', skus, { isNull: ['deletedAt'] });
    if (rows.length === 0) return owners;
    const visible = await inChannel(
        ProductVariant,
        rows.map(row => row[0] as EntityId),
        run,
        sql,
    );
    for (const [variantId, productId, sku] of rows) {
        if (!visible.has(variantId as EntityId)) continue;
        const owner = { variantId: variantId as EntityId, productId: productId as EntityId, productSlug: '' };
        const known = owners.get(sku as string);
        if (known) known.push(owner);
        else owners.set(sku as string, [owner]);
    }
    return owners;
}

/** Adds the slugs of the products, for messages. */
export async function nameOwners(owners: readonly SkuOwner[], run: CatalogRun, sql: SqlSession): Promise<void> {
    if (owners.length === 0) return;
    const ids = owners.map(owner => owner.productId);
    const columns = ['base', 'languageCode', 'slug'];
    const slugs = new Map<EntityId, string>();
    for (const [id, language, slug] of await sql.selectIn(sql.table(ProductTranslation), columns, 'base', ids)) {
        if (language === run.languageCode || !slugs.has(id as EntityId)) slugs.set(id as EntityId, slug as string);
    }
    for (const owner of owners) owner.productSlug = slugs.get(owner.productId) ?? `id ${owner.productId}`;
}

export interface Mentioned {
    facetValues: FacetValueReference[];
    assets: Set<string>;
    sharedGroupCodes: Set<string>;
}

export function mentionedBy(records: Iterable<Partial<ProductRecord | VariantRecord>>): Mentioned {
    const mentioned: Mentioned = {
        facetValues: [],
        assets: new Set(),
        sharedGroupCodes: new Set(),
    };
    for (const record of records) {
        if (record.facetValues) mentioned.facetValues.push(...record.facetValues);
        for (const asset of record.assets ?? []) mentioned.assets.add(asset);
        if (typeof record.featuredAsset === 'string') mentioned.assets.add(record.featuredAsset);
        if ('optionGroups' in record) {
            for (const group of (record as ProductRecord).optionGroups ?? []) {
                const { code } = groupDefinition(group);
                if (code !== undefined) mentioned.sharedGroupCodes.add(code);
            }
        }
    }
    return mentioned;
}

export async function learnFacets(
    mentioned: Mentioned,
    linked: Iterable<EntityId>,
    state: BatchState<unknown>,
    sql: SqlSession,
): Promise<void> {
    const { run } = state;
    const texts = mentioned.facetValues.map(facetAndValue);
    await state.facets.learn(texts, sql);
    await state.facets.learnIds(linked, sql);
    if (run.inDefaultChannel) return;
    const values = new Set<EntityId>();
    const facets = new Set<EntityId>();
    for (const [facet, value] of texts) {
        const known = state.facets.value(facet, value);
        if (known) values.add(known.id);
        const ofValue = state.facets.facet(facet);
        if (ofValue) facets.add(ofValue.id);
    }
    await noteElsewhere(Facet, facets, state, sql);
    await noteElsewhere(FacetValue, values, state, sql);
}

async function noteElsewhere(
    entity: typeof Facet | typeof FacetValue,
    ids: ReadonlySet<EntityId>,
    { run, facetsElsewhere }: BatchState<unknown>,
    sql: SqlSession,
): Promise<void> {
    const channels = new Map<EntityId, EntityId[]>([...ids].map(id => [id, []]));
    await fillLinks(entity, 'channels', new Map([...ids].map(id => [id, id])), id => channels.get(id)!, sql);
    for (const [id, list] of channels)
        if (!list.includes(run.channel.id)) facetsElsewhere.set(`${entity.name} ${id}`, list);
}

export function readAssets(
    mentioned: Mentioned,
    owners: Iterable<{ assetIds: readonly EntityId[]; featuredAssetId: EntityId | null }>,
    sql: SqlSession,
): Promise<AssetDirectory> {
    const linked = new Set<EntityId>();
    for (const { assetIds, featuredAssetId } of owners) {
        for (const id of assetIds) linked.add(id);
        if (featuredAssetId !== null) linked.add(featuredAssetId);
    }
    return AssetDirectory.read(mentioned.assets, linked, sql);
}

/** Which of the entities that relation custom fields point to exist. */
export async function readRelated(
    given: Iterable<readonly [CustomFieldRules, Record<string, unknown> | undefined]>,
    state: Pick<BatchState<unknown>, 'related'>,
    sql: SqlSession,
): Promise<void> {
    const wanted = new Map<string, { table: Table; ids: Set<EntityId> }>();
    for (const [rules, customFields] of given) {
        for (const name in customFields) {
            const config = rules.rules.get(name)?.config;
            if (config?.type !== 'relation') continue;
            const { entity } = config;
            let group = wanted.get(entity.name);
            if (!group) wanted.set(entity.name, (group = { table: sql.table(entity), ids: new Set() }));
            const values = Array.isArray(customFields[name]) ? (customFields[name] as unknown[]) : [customFields[name]];
            for (const value of values) {
                const id = parseId(
                    typeof value === 'object' && value !== null ? (value as JsonObject).id : value,
                    group.table,
                );
                if (id !== undefined) group.ids.add(id);
            }
        }
    }
    for (const [name, { table, ids }] of wanted) {
        const rows = await sql.selectIn(table, ['id'], 'id', [...ids]);
        state.related.set(name, new Set(rows.map(row => String(row[0]))));
    }
}

/** Runs the `validate` functions of custom fields, which may wait for something, and notes what they refuse. */
export async function validateCustomFields<R>(
    matches: ReadonlyMap<PipelineRecord, Pick<Match<R>, 'record' | 'problem'>>,
    fieldsOf: (record: R) => Iterable<readonly [CustomFieldRules, Record<string, unknown> | undefined]>,
    run: Pick<CatalogRun, 'rules' | 'injector' | 'ctx' | 'languageCode'>,
): Promise<void> {
    const anyValidates = run.rules.some(rules => [...rules.rules.values()].some(rule => validates(rule.config)));
    if (!anyValidates) return;
    for (const match of matches.values()) {
        if (match.problem) continue;
        for (const [rules, customFields] of fieldsOf(match.record)) {
            for (const name in customFields) {
                const config = rules.rules.get(name)?.config;
                if (!config || !validates(config)) continue;
                for (const [path, validate, value] of checksOf(config, name, customFields[name])) {
                    const complaint = await validate(value, run.injector, run.ctx);
                    if (complaint) match.problem ??= refusedByShop(path, complaint, run.languageCode);
                }
            }
        }
    }
}

function validates(config: CustomFieldConfig | StructFieldConfig): boolean {
    if (typeof config.validate === 'function') return true;
    return config.type === 'struct' && config.fields.some(validates);
}

/** What the shop checks of a value, in Vendure's order: the fields of a struct, then the whole. */
function* checksOf(config: CustomFieldConfig, name: string, given: unknown): Iterable<[string, Validate, unknown]> {
    if (config.type === 'struct') {
        for (const struct of Array.isArray(given) ? given : [given]) {
            if (!isJsonObject(struct)) continue;
            for (const part of config.fields) {
                if (typeof part.validate !== 'function') continue;
                yield [`${name}.${part.name}`, part.validate as Validate, struct[part.name]];
            }
        }
    }
    if (typeof config.validate === 'function') yield [name, config.validate as Validate, given];
}

type Complaint = string | { languageCode: string; value: string }[];
type Validate = (value: unknown, injector: unknown, ctx: unknown) => Complaint | void | Promise<Complaint | void>;

function refusedByShop(name: string, complaint: Complaint, languageCode: string): UserError {
    const text =
        typeof complaint === 'string'
            ? complaint
            : ((complaint.find(c => c.languageCode === languageCode) ?? complaint[0])?.value ?? 'not valid');
    const field = `customFields.${name}`;
    return new UserError('invalid-custom-field', `${field}: ${text}`, 'Correct the value.', { field });
}
