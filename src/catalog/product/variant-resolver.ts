import { ProductTranslation, ProductVariant } from '@vendure/core';
import { type JsonObject, textOf } from '../../../shared/json';
import type { PipelineRecord } from '../../sdk/record';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { externalIdElsewhere, KnownEntities, withKnown } from '../provenance/known-entities';
import { BatchState, Match, SkuOwner } from './batch-state';
import type { CatalogRun } from './catalog-run';
import { codeFor } from './codes';
import type { CustomFieldRules } from './custom-field-rules';
import type { LiveProduct, LiveVariant } from './live-catalog';
import { Needs } from './needs';
import type { SingleVariantRecord } from './product-record';
import { readOptionGroups, readProducts, readVariants } from './read-live';
import type { RecordCheck } from './record-check';
import {
    findSkus,
    inChannel,
    learnFacets,
    mentionedBy,
    nameOwners,
    parseId,
    readAssets,
    readRelated,
    validateCustomFields,
} from './resolve-shared';
import { SlugBook } from './slug-book';
import { ambiguousVariant, noMatchValue, productFixed, VariantMatchBy } from './variant-problems';
import { withoutFields } from './without-fields';

export interface VariantMatching {
    by: VariantMatchBy;
    /** `customFields.<name>`, when matched by a custom field. */
    column?: string;
    skip: ReadonlySet<string>;
}

type VariantMatch = Match<SingleVariantRecord>;

/** A record that names a product, and the product of the variant that it is about. */
interface Naming {
    match: VariantMatch;
    owner: EntityId | undefined;
    isOwn?: boolean;
}

/** Finds the variants of a batch, and the products of those that are created or change their options. */
export class VariantResolver {
    constructor(
        private readonly run: CatalogRun,
        private readonly matching: VariantMatching,
        private readonly check: RecordCheck,
    ) {}

    async resolve(
        records: readonly PipelineRecord[],
        sql: SqlSession,
        known: KnownEntities = new Map(),
    ): Promise<BatchState<SingleVariantRecord>> {
        const { run } = this;
        const matches = new Map<PipelineRecord, VariantMatch>();
        for (const record of records) {
            matches.set(record, {
                record: withoutFields(record.data, this.matching.skip),
                problem: this.check.problemOf(record.data),
                known: known.get(record),
            });
        }
        const open = [...matches.values()].filter(match => !match.problem);
        const needs = new Needs(this.run.options);
        for (const { record } of open) needs.add(record as unknown as JsonObject);
        if (this.matching.column) needs.customFields.add(this.matching.column.slice('customFields.'.length));

        const skus = await this.findSkus(open, sql);
        const candidates = await this.candidates(open, skus, sql);
        for (const match of open) if (match.known) candidates.set(match, withKnown(match.known, candidates.get(match)));
        const ids = [...new Set([...candidates.values()].flat())];
        const variants = await readVariants('id', ids, needs, run.variantRules, sql);
        await this.hideOtherChannels(variants, sql);
        const products = await this.readProducts(open, candidates, variants, needs, sql);
        for (const match of open) this.match(match, candidates.get(match) ?? [], variants, products);

        const mentioned = mentionedBy(open.filter(match => !match.problem).map(match => match.record));
        const state = new BatchState<SingleVariantRecord>(
            run,
            await readAssets(mentioned, variants.values(), sql),
            new SlugBook(run.memory),
        );
        for (const [record, match] of matches) state.matches.set(record, match);
        if (products.size > 0) await readOptionGroups(products, [...mentioned.sharedGroupCodes], sql);
        const linkedValues = [...variants.values()].flatMap(variant => variant.facetValueIds);
        if (needs.facetValues) await learnFacets(mentioned, linkedValues, state, sql);
        await this.nameConflicts(open, skus, state, sql);
        await readRelated(
            open.flatMap(({ record }) => [...this.customFieldsOf(record)]),
            state,
            sql,
        );
        await validateCustomFields(matches, record => this.customFieldsOf(record), run);
        return state;
    }

    /** By SKU, all of them; otherwise only to see whether a new SKU is taken. */
    private findSkus(matches: readonly VariantMatch[], sql: SqlSession): Promise<Map<string, SkuOwner[]>> {
        return findSkus(
            matches.flatMap(({ record }) => record.sku || []),
            this.run,
            sql,
        );
    }

    private async candidates(
        matches: readonly VariantMatch[],
        skus: ReadonlyMap<string, SkuOwner[]>,
        sql: SqlSession,
    ): Promise<Map<VariantMatch, EntityId[]>> {
        const { by, column } = this.matching;
        const table = sql.table(ProductVariant);
        const found = new Map<VariantMatch, EntityId[]>();
        if (by === 'customField') {
            const name = column!.slice('customFields.'.length);
            const rule = this.run.variantRules.rules.get(name)!;
            const keys = new Map<VariantMatch, string>();
            for (const match of matches) {
                const value = match.record.customFields?.[name];
                if (value === undefined || value === null || value === '') {
                    if (!match.known) match.problem ??= noMatchValue(column!);
                } else if (rule.config.type !== 'int' || Number.isInteger(value)) keys.set(match, textOf(value));
            }
            const wanted = [...keys.values()].map(key => (rule.config.type === 'int' ? Number(key) : key));
            const byKey = new Map<string, EntityId[]>();
            const live = { isNull: ['deletedAt'] };
            for (const [id, value] of await sql.selectIn(table, ['id', column!], column!, wanted, live)) {
                byKey.set(String(value), [...(byKey.get(String(value)) ?? []), id as EntityId]);
            }
            for (const [match, key] of keys) found.set(match, byKey.get(key) ?? []);
            return found;
        }
        for (const match of matches) {
            const { id, sku } = match.record;
            if (by === 'id') {
                if (id === undefined && !match.known) match.problem ??= noMatchValue('id');
                const parsed = id === undefined ? undefined : parseId(id, table);
                found.set(match, parsed === undefined ? [] : [parsed]);
            } else {
                if (!sku && !match.known) match.problem ??= noMatchValue('sku');
                found.set(match, sku ? (skus.get(sku) ?? []).map(owner => owner.variantId) : []);
            }
        }
        return found;
    }

    private async hideOtherChannels(variants: Map<EntityId, LiveVariant>, sql: SqlSession): Promise<void> {
        const visible = await inChannel(ProductVariant, [...variants.keys()], this.run, sql);
        for (const id of variants.keys()) if (!visible.has(id)) variants.delete(id);
    }

    /** Products of variants that are new or that name options or channels, with their names, groups and variants. */
    private async readProducts(
        matches: readonly VariantMatch[],
        candidates: ReadonlyMap<VariantMatch, EntityId[]>,
        variants: ReadonlyMap<EntityId, LiveVariant>,
        needs: Needs,
        sql: SqlSession,
    ): Promise<Map<EntityId, LiveProduct>> {
        const { run } = this;
        const wanted = new Set<EntityId>();
        const slugs = new Map<string, Naming[]>();
        for (const match of matches) {
            const found = (candidates.get(match) ?? []).flatMap(id => variants.get(id) ?? []);
            if (needs.options || needs.channels) for (const variant of found) wanted.add(variant.productId);
            const { product } = match.record;
            if (product === undefined) continue;
            const slug = codeFor(product);
            const naming = { match, owner: found.length === 1 ? found[0]!.productId : undefined };
            const same = slugs.get(slug);
            if (same) same.push(naming);
            else slugs.set(slug, [naming]);
        }
        const columns = ['base', 'languageCode', 'slug'];
        const rows = await sql.selectIn(sql.table(ProductTranslation), columns, 'slug', [...slugs.keys()]);
        for (const [id, , slug] of rows) {
            const own = slugs.get(slug as string) ?? [];
            for (const naming of own) naming.isOwn ||= id === naming.owner;
        }
        for (const [id, , slug] of rows) {
            if (slugs.get(slug as string)?.some(({ isOwn }) => !isOwn)) wanted.add(id as EntityId);
        }
        if (wanted.size === 0) return new Map();
        const ofProduct = new Needs(run.options);
        ofProduct.channels = true;
        const products = await readProducts([...wanted], ofProduct, run.productRules, sql);
        if (!run.inDefaultChannel) {
            for (const { id, channelIds } of products.values()) {
                if (!channelIds.includes(run.channel.id)) products.delete(id);
            }
        }
        const ofSiblings = new Needs(this.run.options);
        ofSiblings.options = true;
        const siblings = await readVariants('productId', [...products.keys()], ofSiblings, run.variantRules, sql);
        for (const sibling of siblings.values()) products.get(sibling.productId)?.variants.push(sibling);
        this.noteProducts(slugs, rows, products);
        return products;
    }

    /** Which product each record names, other than that of its variant. */
    private noteProducts(
        slugs: ReadonlyMap<string, readonly Naming[]>,
        rows: readonly unknown[][],
        products: ReadonlyMap<EntityId, LiveProduct>,
    ): void {
        const best = new Map<string, LiveProduct>();
        for (const ownLanguage of [true, false]) {
            for (const [id, language, slug] of rows) {
                const product = products.get(id as EntityId);
                if (!product || best.has(slug as string) || (language === this.run.languageCode) !== ownLanguage)
                    continue;
                best.set(slug as string, product);
            }
        }
        for (const [slug, namings] of slugs) {
            for (const { match, isOwn } of namings) if (!isOwn) match.product = best.get(slug);
        }
    }

    private match(
        match: VariantMatch,
        ids: readonly EntityId[],
        variants: ReadonlyMap<EntityId, LiveVariant>,
        products: ReadonlyMap<EntityId, LiveProduct>,
    ): void {
        let found = ids.flatMap(id => variants.get(id) ?? []);
        const { known } = match;
        if (known && found.length > 1 && found.some(variant => variant.id === known.id)) {
            const others = found.map(variant => variant.id).filter(id => id !== known.id);
            match.problem ??= externalIdElsewhere('variant', known, this.matching.by, others);
        }
        if (found.length > 1 && match.product) found = found.filter(variant => variant.productId === match.product!.id);
        if (found.length > 1) match.problem ??= ambiguousVariant(match.record, this.matching.by, found);
        const [only] = found;
        if (!only) return;
        if (match.product && match.product.id !== only.productId) match.problem ??= productFixed(match.record, only);
        match.variant = only;
        match.product = products.get(only.productId);
    }

    private async nameConflicts(
        matches: readonly VariantMatch[],
        skus: ReadonlyMap<string, SkuOwner[]>,
        state: BatchState<SingleVariantRecord>,
        sql: SqlSession,
    ): Promise<void> {
        const conflicts: SkuOwner[] = [];
        for (const { record, variant } of matches) {
            if (!record.sku || variant?.sku === record.sku) continue;
            const owners = skus.get(record.sku);
            if (!owners) continue;
            state.skuOwners.set(record.sku, owners);
            conflicts.push(...owners);
        }
        await nameOwners(conflicts, this.run, sql);
    }

    private *customFieldsOf(
        record: SingleVariantRecord,
    ): Iterable<readonly [CustomFieldRules, Record<string, unknown> | undefined]> {
        yield [this.run.variantRules, record.customFields];
        for (const translation of record.translations ?? []) yield [this.run.variantRules, translation.customFields];
    }
}
