import {
    Collection,
    CollectionTranslation,
    Customer,
    Product,
    ProductTranslation,
    ProductVariant,
} from '@vendure/core';
import type { EntityMetadata } from 'typeorm';
import type { PipelineRecord } from '../../sdk/record';
import { idFromText } from '../apply/batch';
import type { DescriptionBook } from '../apply/description-book';
import { pointedTo } from '../collection/filter-values';
import type { CatalogFacts } from '../product/catalog-facts';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { References } from '../references';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { learnCustomerKeys } from './customer-keys';
import { accountOwnersOf, emailOwnersOf } from './email-owners';
import { groupsOfProducts, LiveEntity, lockEntities, readLiveEntities } from './live-entities';
import { logInsOf } from './log-ins';
import { Mentioned, NaturalKeys } from './natural-keys';
import { isRestored, isThereByRun, NetChange } from './net-change';
import { facetKeyOf } from './plan-return';
import { asUndoRecord, UndoRecord } from './undo-record';
import { UndoMemory } from './undo-memory';
import { isSlug, type SiblingVariant, slugKey, type UndoState } from './undo-state';
import { Use, usesOf } from './uses';

/** What does not change during a run of an undo. */
export interface UndoFacts {
    facts: CatalogFacts;
    descriptions: DescriptionBook;
    rulesOf(entityType: string): CustomFieldRules;
    /** Of a dry run; else each batch has its own. */
    memory?: UndoMemory;
    metadatas: readonly EntityMetadata[];
}

/** Reads everything that the entities of a batch are now; the number of statements depends on their types alone. */
export async function resolveUndo(
    records: readonly PipelineRecord[],
    run: UndoFacts,
    sql: SqlSession,
): Promise<Omit<UndoState, 'services'>> {
    const resolver = new UndoResolver(
        records.map(record => asUndoRecord(record.data)),
        run,
        sql,
    );
    return resolver.resolve();
}

class UndoResolver {
    private readonly changes: NetChange[];

    constructor(
        private readonly records: readonly UndoRecord[],
        private readonly run: UndoFacts,
        private readonly sql: SqlSession,
    ) {
        this.changes = records.flatMap(record => record.changes);
    }

    async resolve(): Promise<Omit<UndoState, 'services'>> {
        const { run, sql } = this;
        const variantsOf = await this.siblings();
        const ids = this.idsToRead(variantsOf);
        if (!run.memory) {
            for (const { description, list } of ids) await lockEntities(description, list, sql);
        }
        const live = new Map<string, LiveEntity>();
        for (const { description, list } of ids) {
            const rules = run.rulesOf(description.entityType);
            const found = await readLiveEntities(description, list, { sql, facts: run.facts, rules });
            for (const [id, entity] of found) live.set(`${description.entityType} ${id}`, entity);
        }
        const keys = await NaturalKeys.read(await this.mentioned(live), run.facts, sql);
        await learnCustomerKeys(keys, live, this.changes, sql);
        const references = new References();
        run.facts.fill(references);
        return {
            facts: run.facts,
            descriptions: run.descriptions,
            memory: run.memory ?? new UndoMemory(),
            references,
            live,
            variantsOf,
            keys,
            uses: await this.uses(live),
            skuOwners: await this.skuOwners(live),
            slugOwners: await this.slugOwners(live),
            emailOwners: await emailOwnersOf(this.changes, live, sql),
            accountOwners: await accountOwnersOf(this.changes, live, sql),
            ownerKeys: this.ownerKeys(live),
        };
    }

    /** All variants of products that are to be deleted or to come back. */
    private async siblings(): Promise<Map<string, SiblingVariant[]>> {
        const isWhole = (change: NetChange) => change.action !== 'UPDATE' || isRestored(change);
        const wholes = this.changes.filter(change => change.entityType === 'Product' && isWhole(change));
        const table = this.sql.table(ProductVariant);
        const columns = ['id', 'productId', 'sku', 'deletedAt'];
        const rows = await this.sql.selectIn(table, columns, 'productId', this.idsOf(Product, wholes));
        const siblings = new Map<string, SiblingVariant[]>();
        for (const [id, productId, sku, deletedAt] of rows) {
            const list = siblings.get(String(productId)) ?? [];
            const instant = deletedAt instanceof Date ? deletedAt.toISOString() : null;
            list.push({ id: id as EntityId, sku: String(sku), deletedAt: instant });
            siblings.set(String(productId), list);
        }
        return siblings;
    }

    private idsToRead(variantsOf: ReadonlyMap<string, readonly SiblingVariant[]>) {
        const byType = new Map<string, Set<string>>(
            this.run.descriptions.all.map(({ entityType }) => [entityType, new Set()]),
        );
        for (const { entityType, entityId } of this.changes) byType.get(entityType)?.add(entityId);
        for (const { entityType, id, changes } of this.records) {
            if (entityType === 'Product') byType.get('Product')!.add(id);
            if (!changes.some(change => change.entityType === 'Product' && change.action === 'DELETE')) continue;
            for (const variant of variantsOf.get(id) ?? []) byType.get('ProductVariant')!.add(String(variant.id));
        }
        return this.run.descriptions.all
            .map(description => ({
                description,
                list: [...byType.get(description.entityType)!].flatMap(
                    id => idFromText(id, this.sql.table(description.entity)) ?? [],
                ),
            }))
            .filter(({ list }) => list.length > 0);
    }

    private async mentioned(live: ReadonlyMap<string, LiveEntity>): Promise<Mentioned> {
        const mentioned: Mentioned = {
            facetKeys: new Set(),
            facetValueKeys: new Set(),
            facetValueIds: new Set(),
            assetKeys: new Set(),
            tagValues: new Set(),
            tagIds: new Set(),
            collectionKeys: new Set(),
            skus: new Set(),
            productSlugs: new Set(),
            options: new Map(),
            groups: new Map(),
        };
        for (const change of this.changes) this.mention(change, mentioned);
        for (const entity of live.values()) {
            for (const id of entity.links.get('facetValues') ?? []) mentioned.facetValueIds.add(id);
            for (const id of entity.links.get('tags') ?? []) mentioned.tagIds.add(id);
            for (const id of entity.assets) mentioned.assetKeys.add(`id:${id}`);
            const featured = entity.references.get('featuredAsset');
            if (featured !== undefined && featured !== null) mentioned.assetKeys.add(`id:${featured}`);
            const parent = entity.references.get('parent');
            if (parent !== undefined && parent !== null) mentioned.collectionKeys.add(`id:${parent}`);
            if (entity.description.entityType === 'ProductVariant') {
                const product = String(entity.parentId);
                const own = mentioned.options.get(product) ?? new Set();
                for (const id of entity.links.get('options') ?? []) own.add(id);
                mentioned.options.set(product, own);
            }
        }
        const products = [...live.values()].filter(({ description }) => description.entityType === 'Product');
        for (const [product, group] of await groupsOfProducts(
            products.map(({ id }) => id),
            this.sql,
        )) {
            const own = mentioned.groups.get(String(product)) ?? new Set();
            mentioned.groups.set(String(product), own.add(group));
        }
        return mentioned;
    }

    private mention(change: NetChange, mentioned: Mentioned): void {
        const { entityType, key } = change;
        if (entityType === 'Tag') mentioned.tagValues.add(key);
        if (entityType === 'Collection') mentioned.collectionKeys.add(key);
        if (entityType === 'Facet') mentioned.facetKeys.add(key);
        if (entityType === 'FacetValue') mentioned.facetValueKeys.add(key);
        if (entityType === 'Asset') mentioned.assetKeys.add(key);
        const facetKey = facetKeyOf(change);
        if (facetKey !== undefined) mentioned.facetKeys.add(facetKey);
        for (const { path, before, after } of change.fields) {
            const keys = [before, after].flat().filter(value => typeof value === 'string');
            if (path === 'tags') keys.forEach(value => mentioned.tagValues.add(value));
            if (path === 'parent') keys.forEach(value => mentioned.collectionKeys.add(value));
            for (const { pointer, key: target } of path === 'filters' ? [before, after].flatMap(pointedTo) : []) {
                const { facetValueKeys, skus, productSlugs } = mentioned;
                ({ facetValue: facetValueKeys, variant: skus, product: productSlugs })[pointer].add(target);
            }
            if (path === 'facetValues') keys.forEach(value => mentioned.facetValueKeys.add(value));
            if (path === 'assets' || path === 'featuredAsset') keys.forEach(value => mentioned.assetKeys.add(value));
        }
    }

    /** Who needs the things that would be deleted for good, or hidden. */
    private async uses(live: ReadonlyMap<string, LiveEntity>): Promise<Map<string, Use[]>> {
        const uses = new Map<string, Use[]>();
        const inBatch = new Map<string, EntityId[]>();
        for (const { id, description } of live.values()) {
            const { entityType } = description;
            const list = inBatch.get(entityType);
            if (list) list.push(id);
            else inBatch.set(entityType, [id]);
        }
        const question = { metadatas: this.run.metadatas, all: this.run.memory !== undefined, inBatch };
        for (const description of this.run.descriptions.all) {
            const { entityType } = description;
            if (entityType === 'Product' || entityType === 'ProductVariant') continue;
            const going = this.changes.filter(change => change.entityType === entityType && isThereByRun(change));
            const ids = this.idsOf(description.entity as never, going);
            for (const [id, list] of await usesOf(description, ids, this.sql, question)) {
                uses.set(`${entityType} ${id}`, list);
            }
        }
        const customers = this.changes.filter(({ entityType }) => entityType === 'Customer');
        for (const [id, use] of await logInsOf(this.idsOf(Customer, customers), this.sql)) {
            uses.set(`Customer ${id}`, [...(uses.get(`Customer ${id}`) ?? []), use]);
        }
        return uses;
    }

    private async skuOwners(live: ReadonlyMap<string, LiveEntity>): Promise<Map<string, string[]>> {
        const wanted = new Set<string>();
        for (const { entityType, entityId, action, fields } of this.changes) {
            if (entityType !== 'ProductVariant') continue;
            const before = fields.find(({ path }) => path === 'sku')?.before;
            if (typeof before === 'string' && before !== '') wanted.add(before);
            const sku = live.get(`${entityType} ${entityId}`)?.values.get('sku');
            if (action === 'DELETE' && typeof sku === 'string' && sku !== '') wanted.add(sku);
        }
        const table = this.sql.table(ProductVariant);
        const rows = await this.sql.selectIn(table, ['sku', 'id'], 'sku', [...wanted], { isNull: ['deletedAt'] });
        return listed(rows.map(([sku, id]) => [String(sku), String(id)]));
    }

    private async slugOwners(live: ReadonlyMap<string, LiveEntity>): Promise<Map<string, string[]>> {
        const owners: [string, string][] = [];
        for (const [entityType, { entity, translation }] of Object.entries(SLUGGED)) {
            const columns = ['languageCode', 'slug', 'base'];
            const slugs = this.wantedSlugs(entityType, live);
            const rows = await this.sql.selectIn(this.sql.table(translation), columns, 'slug', slugs);
            const table = this.sql.table(entity);
            const isNull = table.has('deletedAt') ? ['deletedAt'] : [];
            const ids = rows.map(row => row[2]);
            const living = await this.sql.selectIn(table, ['id'], 'id', ids, { isNull });
            const alive = new Set(living.map(([id]) => id));
            for (const [language, slug, id] of rows) {
                if (alive.has(id)) owners.push([slugKey(entityType, String(language), String(slug)), String(id)]);
            }
        }
        return listed(owners);
    }

    /** Slugs that an undo would bring back. */
    private wantedSlugs(type: string, live: ReadonlyMap<string, LiveEntity>): string[] {
        const wanted = new Set<string>();
        for (const { entityType, entityId, action, fields } of this.changes) {
            if (entityType !== type) continue;
            for (const { path, before } of fields) if (isSlug(path) && typeof before === 'string') wanted.add(before);
            if (action !== 'DELETE') continue;
            const entity = live.get(`${entityType} ${entityId}`);
            for (const language of entity?.languages ?? []) {
                const slug = entity!.values.get(`translations.${language}.slug`);
                if (typeof slug === 'string') wanted.add(slug);
            }
        }
        return [...wanted];
    }

    /** By product id; two products that the ledger calls alike get their ids added. */
    private ownerKeys(live: ReadonlyMap<string, LiveEntity>): Map<string, string> {
        const keys = new Map<string, string>();
        const taken = new Set<string>();
        for (const { entityType, id, changes } of this.records) {
            if (entityType !== 'Product') continue;
            const entity = live.get(`Product ${id}`);
            const [language] = entity?.languages ?? [];
            const slug = entity?.values.get(`translations.${language}.slug`);
            const given = changes.find(change => change.entityType === 'Product')?.key;
            const key = given ?? (typeof slug === 'string' ? slug : `id:${id}`);
            const free = taken.has(key) ? `${key} (id ${id})` : key;
            taken.add(free);
            keys.set(id, free);
        }
        return keys;
    }

    private idsOf(entity: typeof Product | typeof Customer, changes: readonly NetChange[]): EntityId[] {
        const table = this.sql.table(entity);
        return changes.flatMap(({ entityId }) => idFromText(entityId, table) ?? []);
    }
}

/** Entities whose slugs Vendure keeps apart, though no key of the database does. */
const SLUGGED = {
    Product: { entity: Product, translation: ProductTranslation },
    Collection: { entity: Collection, translation: CollectionTranslation },
};

function listed(pairs: readonly [string, string][]): Map<string, string[]> {
    const lists = new Map<string, string[]>();
    for (const [key, value] of pairs) lists.set(key, [...(lists.get(key) ?? []), value]);
    return lists;
}
