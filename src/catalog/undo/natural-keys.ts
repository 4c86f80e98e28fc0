import {
    Asset,
    Collection,
    CollectionTranslation,
    Facet,
    FacetValue,
    Product,
    ProductOption,
    ProductOptionGroup,
    ProductTranslation,
    ProductVariant,
    Tag,
} from '@vendure/core';
import { DataHubReference } from '../../entities/data-hub-reference.entity';
import { idFromText } from '../apply/batch';
import { ASSET_ENTITY_TYPE, ASSET_SOURCE, assetReferenceId } from '../assets/asset-reference';
import type { CatalogFacts } from '../product/catalog-facts';
import { keyPart } from '../product/codes';
import { ReferenceKind, References } from '../references';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';

/** Keys and ids that the records of a batch and the live entities mention. */
export interface Mentioned {
    facetKeys: Set<string>;
    facetValueKeys: Set<string>;
    facetValueIds: Set<EntityId>;
    assetKeys: Set<string>;
    tagValues: Set<string>;
    tagIds: Set<EntityId>;
    collectionKeys: Set<string>;
    /** What filters of collections point to. */
    skus: Set<string>;
    productSlugs: Set<string>;
    /** Of variants, by product. */
    options: Map<string, Set<EntityId>>;
    /** Option groups by product. */
    groups: Map<string, Set<EntityId>>;
}

/** Translates between the natural keys of change sets and ids, for the entities of one batch. */
export class NaturalKeys {
    private readonly ids = new References();
    private readonly keys = new Map<string, string>();
    private rootIds = new Set<string>();

    constructor(private readonly facts: CatalogFacts) {
        facts.fill(this.ids);
    }

    static async read(mentioned: Mentioned, facts: CatalogFacts, sql: SqlSession): Promise<NaturalKeys> {
        const keys = new NaturalKeys(facts);
        await keys.readFacetValues(mentioned, sql);
        await keys.readAssets(mentioned, sql);
        await keys.readTags(mentioned, sql);
        await keys.readOptions(mentioned, sql);
        await keys.readCollections(mentioned, sql);
        await keys.readFilterTargets(mentioned, sql);
        return keys;
    }

    /** `owner` is the id of the product, for what only means something within one. */
    idOf(kind: ReferenceKind, key: string, owner = ''): EntityId | undefined {
        return this.ids.get(kind, isOfProduct(kind) ? `${owner}/${key}` : key);
    }

    keyOf(kind: ReferenceKind, id: EntityId, owner = ''): string {
        switch (kind) {
            case 'Channel':
                return this.facts.channelOf(id)?.code ?? `id:${id}`;
            case 'TaxCategory':
                return this.facts.taxCategoryNameOf(id) ?? `id:${id}`;
            case 'StockLocation':
                return this.facts.locationKeyOf(id) ?? `id:${id}`;
            default:
                return this.keys.get(`${kind} ${isOfProduct(kind) ? `${owner}/` : ''}${id}`) ?? `id:${id}`;
        }
    }

    /** Of collections; what stands below it is called top-level. */
    isRoot(id: EntityId): boolean {
        return this.rootIds.has(String(id));
    }

    learn(kind: ReferenceKind, key: string, id: EntityId, owner = ''): void {
        const scope = isOfProduct(kind) ? `${owner}/` : '';
        // Codes of values are not unique in the database; the oldest is meant, as everywhere.
        if (!this.ids.has(kind, scope + key)) this.ids.set(kind, scope + key, id);
        this.keys.set(`${kind} ${scope}${id}`, key);
    }

    private async readFacetValues({ facetKeys, facetValueKeys, facetValueIds }: Mentioned, sql: SqlSession) {
        const table = sql.table(FacetValue);
        const columns = ['id', 'code', 'facetId'];
        // A code may hold a colon itself, so each end of the key may be the code of the value.
        const codes = new Set([...facetValueKeys].flatMap(endsOf));
        const rows = [
            ...(await sql.selectIn(table, columns, 'code', [...codes])),
            ...(await sql.selectIn(table, columns, 'id', [...facetValueIds])),
        ].sort((a, b) => compareIds(a[0] as EntityId, b[0] as EntityId));
        const facets = sql.table(Facet);
        const byId = await sql.selectIn(
            facets,
            ['id', 'code'],
            'id',
            rows.map(row => row[2]),
        );
        const byCode = await sql.selectIn(facets, ['id', 'code'], 'code', [...facetKeys]);
        const facetCodes = new Map<unknown, string>();
        for (const [id, code] of [...byId, ...byCode]) {
            facetCodes.set(id, String(code));
            this.learn('Facet', String(code), id as EntityId);
        }
        for (const [id, code, facetId] of rows) {
            const facet = facetCodes.get(facetId);
            if (facet !== undefined) this.learn('FacetValue', `${facet}:${String(code)}`, id as EntityId);
        }
    }

    private async readTags({ tagValues, tagIds }: Mentioned, sql: SqlSession) {
        const table = sql.table(Tag);
        const rows = [
            ...(await sql.selectIn(table, ['id', 'value'], 'value', [...tagValues])),
            ...(await sql.selectIn(table, ['id', 'value'], 'id', [...tagIds])),
        ].sort((a, b) => compareIds(a[0] as EntityId, b[0] as EntityId));
        for (const [id, value] of rows) this.learn('Tag', String(value), id as EntityId);
    }

    /** An asset is called by the file it came from, or by its id. */
    private async readAssets({ assetKeys }: Mentioned, sql: SqlSession) {
        const table = sql.table(Asset);
        const candidates: [key: string, id: EntityId][] = [];
        const byReference = new Map<string, string>();
        for (const key of assetKeys) {
            const id = key.startsWith('id:') ? idFromText(key.slice('id:'.length), table) : undefined;
            if (id !== undefined) candidates.push([key, id]);
            else byReference.set(assetReferenceId(key), key);
        }
        const references = await sql.selectIn(
            sql.table(DataHubReference),
            ['externalId', 'entityId'],
            'externalId',
            [...byReference.keys()],
            { equals: { source: ASSET_SOURCE, entityType: ASSET_ENTITY_TYPE } },
        );
        for (const [externalId, entityId] of references) {
            const id = idFromText(String(entityId), table);
            const key = byReference.get(String(externalId));
            if (id !== undefined && key !== undefined) candidates.push([key, id]);
        }
        const existing = await sql.selectIn(
            table,
            ['id'],
            'id',
            candidates.map(([, id]) => id),
        );
        const present = new Set(existing.map(([id]) => String(id)));
        for (const [key, id] of candidates) if (present.has(String(id))) this.learn('Asset', key, id);
    }

    /** A collection is called by its slug, or by its id. */
    private async readCollections({ collectionKeys }: Mentioned, sql: SqlSession) {
        if (collectionKeys.size === 0) return;
        const table = sql.table(Collection);
        const roots = await sql.query(
            `SELECT ${table.column('id')} FROM ${table.path} WHERE ${table.column('isRoot')} = ` +
                (sql.dialect === 'postgres' ? 'TRUE' : '1'),
        );
        this.rootIds = new Set(roots.map(([id]) => String(id)));
        const translations = sql.table(CollectionTranslation);
        const slugs = [...collectionKeys].filter(key => !key.startsWith('id:'));
        const rows = await sql.selectIn(translations, ['slug', 'base'], 'slug', slugs);
        rows.sort((a, b) => compareIds(a[1] as EntityId, b[1] as EntityId));
        for (const [slug, id] of rows) this.learn('Collection', String(slug), id as EntityId);
        const byId = [...collectionKeys].filter(key => key.startsWith('id:'));
        const ids = byId.flatMap(key => idFromText(key.slice('id:'.length), table) ?? []);
        for (const [id] of await sql.selectIn(table, ['id'], 'id', ids)) {
            this.learn('Collection', `id:${String(id)}`, id as EntityId);
        }
    }

    private async readFilterTargets({ skus, productSlugs }: Mentioned, sql: SqlSession) {
        const living = { isNull: ['deletedAt'] };
        const variants = await sql.selectIn(sql.table(ProductVariant), ['sku', 'id'], 'sku', [...skus], living);
        for (const [sku, id] of variants) this.learn('Sku', String(sku), id as EntityId);
        const slugs = await sql.selectIn(sql.table(ProductTranslation), ['slug', 'base'], 'slug', [...productSlugs]);
        const owners = slugs.map(([, id]) => id);
        const products = await sql.selectIn(sql.table(Product), ['id'], 'id', owners, living);
        const alive = new Set(products.map(([id]) => id));
        for (const [slug, id] of slugs) if (alive.has(id)) this.learn('Product', String(slug), id as EntityId);
    }

    /** Options are called by the codes of group and option, as far as the product's groups are concerned. */
    private async readOptions({ groups, options }: Mentioned, sql: SqlSession) {
        const columns = ['id', 'groupId', 'code', 'deletedAt'];
        const table = sql.table(ProductOption);
        const linked = await sql.selectIn(
            table,
            columns,
            'id',
            [...options.values()].flatMap(ids => [...ids]),
        );
        const groupOf = new Map(linked.map(([id, groupId]) => [id, groupId as EntityId]));
        for (const [product, ids] of options) {
            const own = groups.get(product) ?? new Set<EntityId>();
            for (const id of ids) if (groupOf.has(id)) own.add(groupOf.get(id)!);
            groups.set(product, own);
        }
        const groupIds = [...groups.values()].flatMap(ids => [...ids]);
        const groupRows = await sql.selectIn(sql.table(ProductOptionGroup), ['id', 'code'], 'id', groupIds);
        const rows = await sql.selectIn(table, columns, 'groupId', groupIds);
        const optionsOf = new Map<unknown, [EntityId, string][]>();
        // Of two options with one code the living one is meant.
        const isDeleted = (row: unknown[]) => Number(row[3] !== null);
        rows.sort((a, b) => isDeleted(a) - isDeleted(b) || compareIds(a[0] as EntityId, b[0] as EntityId));
        for (const [id, groupId, code] of rows) {
            const list = optionsOf.get(groupId) ?? [];
            list.push([id as EntityId, String(code)]);
            optionsOf.set(groupId, list);
        }
        const codes = new Map(groupRows.map(([id, code]) => [id as EntityId, String(code)]));
        for (const [product, ids] of groups) this.nameGroups(product, ids, codes, optionsOf);
    }

    /** Groups of a product that share a code are numbered by age, as when they were written. */
    private nameGroups(
        product: string,
        ids: ReadonlySet<EntityId>,
        codes: ReadonlyMap<EntityId, string>,
        optionsOf: ReadonlyMap<unknown, readonly [EntityId, string][]>,
    ): void {
        const taken = new Set<string>();
        for (const id of [...ids].sort(compareIds)) {
            const code = codes.get(id);
            if (code === undefined) continue;
            let key = keyPart(code);
            for (let i = 2; taken.has(key); i++) key = `${keyPart(code)}-${i}`;
            taken.add(key);
            this.learn('ProductOptionGroup', key, id, product);
            for (const [optionId, optionCode] of optionsOf.get(id) ?? []) {
                this.learn('ProductOption', `${key}:${keyPart(optionCode)}`, optionId, product);
            }
        }
    }
}

function isOfProduct(kind: ReferenceKind): boolean {
    return kind === 'ProductOption' || kind === 'ProductOptionGroup';
}

/** `a:b:c` → `b:c`, `c` */
function endsOf(key: string): string[] {
    const ends: string[] = [];
    for (let at = key.indexOf(':'); at >= 0; at = key.indexOf(':', at + 1)) ends.push(key.slice(at + 1));
    return ends;
}
