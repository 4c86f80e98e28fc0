import { Product, ProductTranslation, ProductVariant } from '@vendure/core';
import { idFromText } from '../apply/batch';
import { codeFor } from '../product/codes';
import { facetAndValue } from '../product/compare-facet-values';
import { findSkus, inChannel } from '../product/resolve-shared';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { CollectionMatch, CollectionState } from './collection-state';
import type { FilterRules } from './filter-rules';
import type { Pointer } from './filter-values';

/** Reads what filters of records and of live collections point to, and tells the references. */
export async function learnFilterTargets(
    matches: readonly CollectionMatch[],
    rules: FilterRules,
    state: CollectionState,
    sql: SqlSession,
): Promise<void> {
    const texts = new Map<Pointer, Set<string>>();
    const ids = new Map<Pointer, Set<string>>();
    for (const { record, collection, problem } of matches) {
        if (problem || record.filters === undefined) continue;
        for (const [pointer, text] of rules.mentioned(record.filters)) add(texts, pointer, text);
        for (const [pointer, id] of rules.stored(collection?.filters ?? [])) add(ids, pointer, id);
    }
    await learnFacetValues(texts.get('facetValue'), ids.get('facetValue'), state, sql);
    await learnVariants(texts.get('variant'), ids.get('variant'), state, sql);
    await learnProducts(texts.get('product'), ids.get('product'), state, sql);
}

type Wanted = ReadonlySet<string> | undefined;

async function learnFacetValues(texts: Wanted, ids: Wanted, state: CollectionState, sql: SqlSession): Promise<void> {
    const { facets } = state;
    const pairs = [...(texts ?? [])]
        .filter(text => text.includes(':'))
        .map(text => [text, facetAndValue(text)] as const);
    await facets.learn(
        pairs.map(([, pair]) => pair),
        sql,
    );
    for (const [text, [facet, value]] of pairs) {
        const known = facets.value(facet, value);
        if (!known) continue;
        state.references.set('FacetValue', known.code, known.id);
        state.filterTargets.set(`facetValue ${text}`, [{ key: known.code, id: known.id }]);
    }
    const stored = idsOf(ids, sql, ProductVariant);
    await facets.learnIds(stored, sql);
    for (const id of stored) {
        const code = facets.codeOf(id);
        if (!code.startsWith('id:')) state.filterKeys.set(`facetValue ${id}`, code);
    }
}

async function learnVariants(texts: Wanted, ids: Wanted, state: CollectionState, sql: SqlSession): Promise<void> {
    if (texts) {
        for (const [sku, owners] of await findSkus([...texts], state.run, sql)) {
            const targets = owners.map(({ variantId }) => ({ key: sku, id: variantId }));
            state.filterTargets.set(`variant ${sku}`, targets);
            if (targets[0]) state.references.set('Sku', sku, targets[0].id);
        }
    }
    if (!ids) return;
    const table = sql.table(ProductVariant);
    const where = { isNull: ['deletedAt'] };
    for (const [id, sku] of await sql.selectIn(table, ['id', 'sku'], 'id', idsOf(ids, sql, ProductVariant), where)) {
        if (sku !== '') state.filterKeys.set(`variant ${String(id)}`, String(sku));
    }
}

async function learnProducts(texts: Wanted, ids: Wanted, state: CollectionState, sql: SqlSession): Promise<void> {
    const { run } = state;
    const table = sql.table(ProductTranslation);
    const columns = ['base', 'languageCode', 'slug'];
    const slugs = [...(texts ?? [])].map(codeFor);
    const bySlug = await sql.selectIn(table, columns, 'slug', slugs);
    const byId = ids ? await sql.selectIn(table, columns, 'base', idsOf(ids, sql, Product)) : [];
    const owners = [...bySlug, ...byId].map(([id]) => id as EntityId);
    if (owners.length === 0) return;
    const living = await sql.selectIn(sql.table(Product), ['id'], 'id', owners, { isNull: ['deletedAt'] });
    const visible = await inChannel(
        Product,
        living.map(([id]) => id as EntityId),
        run,
        sql,
    );
    for (const text of texts ?? []) {
        const rows = bySlug.filter(row => row[2] === codeFor(text) && visible.has(row[0] as EntityId));
        const own = rows.filter(row => row[1] === run.languageCode);
        const meant = [...new Set((own.length > 0 ? own : rows).map(([id]) => id as EntityId))];
        state.filterTargets.set(
            `product ${text}`,
            meant.map(id => ({ key: codeFor(text), id })),
        );
        if (meant[0] !== undefined) state.references.set('Product', codeFor(text), meant[0]);
    }
    for (const [id, language, slug] of byId) {
        const key = `product ${String(id)}`;
        if (visible.has(id as EntityId) && (language === run.languageCode || !state.filterKeys.has(key)))
            state.filterKeys.set(key, String(slug));
    }
}

function idsOf(ids: Wanted, sql: SqlSession, entity: typeof Product | typeof ProductVariant): EntityId[] {
    return [...(ids ?? [])].flatMap(id => idFromText(id, sql.table(entity)) ?? []);
}

function add(lists: Map<Pointer, Set<string>>, pointer: Pointer, text: string): void {
    const list = lists.get(pointer);
    if (list) list.add(text);
    else lists.set(pointer, new Set([text]));
}
