import { Product, ProductTranslation, ProductVariant } from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import type { PipelineRecord } from '../../sdk/record';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { externalIdElsewhere, KnownEntities, withKnown } from '../provenance/known-entities';
import { AssetDirectory } from './asset-directory';
import { BatchState, Match, SkuOwner } from './batch-state';
import type { CatalogRun } from './catalog-run';
import { codeFor } from './codes';
import type { CustomFieldRule, CustomFieldRules } from './custom-field-rules';
import type { LiveProduct, LiveVariant } from './live-catalog';
import { Needs } from './needs';
import { ambiguousProduct, noMatchValue, ProductMatchBy } from './product-problems';
import type { ProductRecord, VariantRecord } from './product-record';
import { mainName, textsOf, wantedSlug } from './product-texts';
import { fillLinks, productTexts, readOptionGroups, readProducts, readVariants } from './read-live';
import type { RecordCheck } from './record-check';
import {
    findSkus,
    learnFacets,
    mentionedBy,
    nameOwners,
    parseId,
    readAssets,
    readRelated,
    validateCustomFields,
} from './resolve-shared';
import { numbered, SlugBook } from './slug-book';
import { withoutFields } from './without-fields';

export interface ProductMatching {
    by: ProductMatchBy;
    /** `customFields.<name>`, when matched by a custom field. */
    column?: string;
    variantColumn?: string;
    /** Fields of the record that the settings of the loader leave alone. */
    skip: ReadonlySet<string>;
}

/** Finds the products of a batch and reads of them what the batch mentions. */
export class ProductResolver {
    constructor(
        private readonly run: CatalogRun,
        private readonly matching: ProductMatching,
        private readonly check: RecordCheck,
    ) {}

    async resolve(
        records: readonly PipelineRecord[],
        sql: SqlSession,
        known: KnownEntities = new Map(),
    ): Promise<BatchState<ProductRecord>> {
        const { run } = this;
        const matches = new Map<PipelineRecord, Match<ProductRecord>>();
        for (const record of records) {
            const problem = this.check.problemOf(record.data);
            matches.set(record, { record: this.withoutSkipped(record.data), problem, known: known.get(record) });
        }
        const open = [...matches.values()].filter(match => !match.problem);
        const { product: productNeeds, variant: variantNeeds } = this.needsOf(open);

        const slugs = await this.wantedSlugs(open);
        const skus =
            this.matching.by === 'sku' ? await findSkus(skusOf(open), run, sql) : new Map<string, SkuOwner[]>();
        const texts = productTexts(productNeeds, run.productRules);
        const slugRows = await this.readSlugs(slugs, texts, sql);
        const candidates = await this.candidates(open, slugs, slugRows, skus, sql);
        for (const match of open) if (match.known) candidates.set(match, withKnown(match.known, candidates.get(match)));
        const products = await this.readCandidates(candidates, slugRows, productNeeds, sql);
        const book = new SlugBook(run.memory);
        for (const row of slugRows) {
            if (products.has(row[0] as EntityId)) book.add(row[1] as string, row[SLUG] as string, row[0] as EntityId);
        }
        for (const match of open) this.match(match, candidates.get(match) ?? [], products);
        const matched = new Map<EntityId, LiveProduct>();
        for (const { product } of open) if (product) matched.set(product.id, product);

        const variants = variantNeeds.variants
            ? await readVariants('productId', [...matched.keys()], variantNeeds, run.variantRules, sql)
            : new Map<EntityId, LiveVariant>();
        for (const variant of variants.values()) matched.get(variant.productId)?.variants.push(variant);

        const growing = await this.readGrowing(open, productNeeds, variantNeeds, sql);

        const all = open.filter(match => !match.problem).map(match => match.record);
        const mentioned = mentionedBy([...all, ...all.flatMap(record => record.variants ?? [])]);
        const owners = [...matched.values(), ...variants.values()];
        const assets =
            productNeeds.assets || variantNeeds.assets
                ? await readAssets(mentioned, owners, sql)
                : await AssetDirectory.read(new Set(), new Set(), sql);
        const state = new BatchState<ProductRecord>(run, assets, book);
        for (const [record, match] of matches) state.matches.set(record, match);
        if (productNeeds.options || variantNeeds.options) {
            state.sharedGroups = await readOptionGroups(matched, [...mentioned.sharedGroupCodes], sql);
        } else if (growing.size > 0) {
            await readOptionGroups(growing, [...mentioned.sharedGroupCodes], sql);
        }
        if (productNeeds.facetValues || variantNeeds.facetValues) {
            await learnFacets(
                mentioned,
                owners.flatMap(owner => owner.facetValueIds),
                state,
                sql,
            );
        }
        await this.readSkus(open, skus, state, sql);
        await this.readNumberedSlugs(open, slugs, book, sql);
        if (productNeeds.customFields.size > 0 || variantNeeds.customFields.size > 0) {
            await readRelated(
                open.flatMap(match => [...this.customFieldsOf(match.record)]),
                state,
                sql,
            );
            await validateCustomFields(matches, record => this.customFieldsOf(record), run);
        }
        return state;
    }

    private withoutSkipped(data: JsonObject): ProductRecord {
        const { skip } = this.matching;
        if (skip.size === 0) return data;
        const record = withoutFields(data, skip) as unknown as ProductRecord;
        if (!Array.isArray(record.variants)) return record;
        const ofVariants = new Set(skip);
        for (const name of ['variants', 'channels', 'optionGroups']) ofVariants.delete(name);
        return {
            ...record,
            variants: record.variants.map(variant => withoutFields(variant as JsonObject, ofVariants)),
        };
    }

    private needsOf(matches: readonly Match<ProductRecord>[]): { product: Needs; variant: Needs } {
        const product = new Needs(this.run.options);
        const variant = new Needs(this.run.options);
        for (const { record } of matches) {
            product.add(record as unknown as JsonObject);
            for (const given of record.variants ?? []) variant.add(given as unknown as JsonObject);
        }
        const { column, variantColumn } = this.matching;
        if (column) product.customFields.add(column.slice('customFields.'.length));
        if (variantColumn) variant.customFields.add(variantColumn.slice('customFields.'.length));
        variant.variants = product.variants || product.channels || product.options;
        // A variant that is new to a product goes where the product is.
        if (product.channels) variant.channels = variant.prices = true;
        if (product.options) variant.options = true;
        product.options ||= variant.options;
        product.channels ||= variant.channels || !this.run.inDefaultChannel;
        return { product, variant };
    }

    /** Slugs that records ask for, with the languages they ask in; the first is the one a product is matched by. */
    private async wantedSlugs(
        matches: readonly Match<ProductRecord>[],
    ): Promise<Map<Match<ProductRecord>, [string, string][]>> {
        const { run } = this;
        const slugs = new Map<Match<ProductRecord>, [string, string][]>();
        for (const match of matches) {
            const { record } = match;
            const wanted: [string, string][] = [];
            if (record.slug !== undefined) wanted.push([run.languageCode, codeFor(record.slug)]);
            else {
                const name = mainName(record, run.languageCode);
                if (name !== undefined) wanted.push([run.languageCode, await run.makeSlug(name)]);
            }
            for (const [language, given] of textsOf(record, run.languageCode)) {
                if (given.name !== undefined && given.slug === undefined) await run.makeSlug(given.name);
                const slug = wantedSlug(given, undefined, name => run.makeSlugNow(name));
                if (slug !== undefined && language !== run.languageCode) wanted.push([language, slug]);
            }
            slugs.set(match, wanted);
            if (this.matching.by === 'slug' && wanted.length === 0 && !match.known)
                match.problem ??= noMatchValue('slug');
        }
        return slugs;
    }

    private readSlugs(
        slugs: ReadonlyMap<unknown, readonly [string, string][]>,
        texts: readonly string[],
        sql: SqlSession,
    ): Promise<unknown[][]> {
        const wanted = new Set<string>();
        for (const list of slugs.values()) for (const [, slug] of list) wanted.add(slug);
        return sql.selectIn(sql.table(ProductTranslation), ['base', 'languageCode', ...texts], 'slug', [...wanted]);
    }

    /** Ids of the products that each record may mean, before deleted ones are sorted out. */
    private async candidates(
        matches: readonly Match<ProductRecord>[],
        slugs: ReadonlyMap<Match<ProductRecord>, readonly [string, string][]>,
        slugRows: readonly unknown[][],
        skus: ReadonlyMap<string, SkuOwner[]>,
        sql: SqlSession,
    ): Promise<Map<Match<ProductRecord>, EntityId[]>> {
        const { by, column } = this.matching;
        const table = sql.table(Product);
        const found = new Map<Match<ProductRecord>, EntityId[]>();
        if (by === 'slug') {
            const bySlug = new Map<string, { id: EntityId; language: string }[]>();
            for (const row of slugRows) {
                const slug = row[SLUG] as string;
                const entry = { id: row[0] as EntityId, language: row[1] as string };
                const entries = bySlug.get(slug);
                if (entries) entries.push(entry);
                else bySlug.set(slug, [entry]);
            }
            for (const match of matches) {
                const slug = slugs.get(match)?.[0]?.[1];
                const entries = (slug !== undefined && bySlug.get(slug)) || [];
                const inLanguage = entries.filter(entry => entry.language === this.run.languageCode);
                found.set(match, ids(inLanguage.length > 0 ? inLanguage : entries));
            }
        } else if (by === 'sku') {
            for (const match of matches) {
                const given = (match.record.variants ?? []).map(variant => variant.sku).filter(sku => sku);
                if (given.length === 0 && !match.known) match.problem ??= noMatchValue('variants[].sku');
                found.set(match, [
                    ...new Set(given.flatMap(sku => (skus.get(sku!) ?? []).map(owner => owner.productId))),
                ]);
            }
        } else if (by === 'id') {
            for (const match of matches) {
                const id = match.record.id === undefined ? undefined : parseId(match.record.id, table);
                if (match.record.id === undefined && !match.known) match.problem ??= noMatchValue('id');
                found.set(match, id === undefined ? [] : [id]);
            }
        } else {
            const name = column!.slice('customFields.'.length);
            const valueOf = (match: Match<ProductRecord>) => match.record.customFields?.[name];
            for (const match of matches) {
                if (isNothing(valueOf(match)) && !match.known) match.problem ??= noMatchValue(column!);
            }
            const rule = this.run.productRules.rules.get(name)!;
            const wanted = matches.filter(match => !match.problem).flatMap(match => accepted(rule, valueOf(match)));
            const byValue = new Map<string, EntityId[]>();
            for (const [id, value] of await sql.selectIn(table, ['id', column!], column!, wanted, {
                isNull: ['deletedAt'],
            })) {
                byValue.set(String(value), [...(byValue.get(String(value)) ?? []), id as EntityId]);
            }
            for (const match of matches) found.set(match, byValue.get(String(valueOf(match))) ?? []);
        }
        return found;
    }

    private async readCandidates(
        candidates: ReadonlyMap<unknown, readonly EntityId[]>,
        slugRows: readonly unknown[][],
        needs: Needs,
        sql: SqlSession,
    ): Promise<Map<EntityId, LiveProduct>> {
        const { run } = this;
        const wanted = new Set<EntityId>([...candidates.values()].flat());
        const all = new Set<EntityId>([...wanted, ...slugRows.map(row => row[0] as EntityId)]);
        const inOwnLanguage = new Set(
            slugRows.filter(row => row[1] === run.languageCode).map(row => row[0] as EntityId),
        );
        const languagesKnown =
            [...needs.languages].every(language => language === run.languageCode) &&
            [...wanted].every(id => inOwnLanguage.has(id));
        // The slugs were read together with all texts, so that products matched by slug need no second reading.
        const known = languagesKnown ? slugRows : undefined;
        const products = await readProducts([...all], needs, run.productRules, sql, known);
        if (run.inDefaultChannel) return products;
        // A run in another channel sees only what is assigned to it, like a user who works there.
        for (const product of products.values()) {
            if (!product.channelIds.includes(run.channel.id)) products.delete(product.id);
        }
        return products;
    }

    private match(
        match: Match<ProductRecord>,
        ids: readonly EntityId[],
        products: ReadonlyMap<EntityId, LiveProduct>,
    ): void {
        const found = ids.filter(id => products.has(id));
        const { known } = match;
        if (known && found.length > 1 && found.includes(known.id)) {
            const others = found.filter(id => id !== known.id);
            match.problem ??= externalIdElsewhere('product', known, this.matching.by, others);
        } else if (found.length > 1) match.problem ??= ambiguousProduct(match.record, this.matching.by, found);
        else if (found.length === 1) match.product = products.get(found[0]!);
    }

    /**
     * Products that exist and seem to get further variants. Those go where the product is, must differ from its other
     * variants and are called after it in all of its languages, which matters also when no record of the batch mentions
     * channels, options or languages.
     */
    private async readGrowing(
        matches: readonly Match<ProductRecord>[],
        ofProducts: Needs,
        ofVariants: Needs,
        sql: SqlSession,
    ): Promise<Map<EntityId, LiveProduct>> {
        const growing = new Map<EntityId, LiveProduct>();
        for (const { record, product, problem } of matches) {
            if (!product || problem || !record.variants) continue;
            const isNew = ({ id, sku }: VariantRecord) => id === undefined && (!sku || !hasSku(product, sku));
            if (record.variants.some(isNew)) growing.set(product.id, product);
        }
        if (growing.size === 0) return growing;
        const names = ['base', 'languageCode', 'name'];
        for (const [id, language, name] of await sql.selectIn(sql.table(ProductTranslation), names, 'base', [
            ...growing.keys(),
        ])) {
            const { translations } = growing.get(id as EntityId)!;
            if (!translations.has(language as string)) translations.set(language as string, { values: { name } });
        }
        if (!ofProducts.channels) await fillLinks(Product, 'channels', growing, product => product.channelIds, sql);
        if (!ofVariants.options) {
            const variants = [...growing.values()].flatMap(product => product.variants);
            const byId = new Map(variants.map(variant => [variant.id, variant]));
            await fillLinks(ProductVariant, 'options', byId, variant => variant.optionIds, sql);
        }
        return growing;
    }

    /** SKUs that records give to variants which do not have them yet: who has them? */
    private async readSkus(
        matches: readonly Match<ProductRecord>[],
        known: ReadonlyMap<string, SkuOwner[]>,
        state: BatchState<ProductRecord>,
        sql: SqlSession,
    ): Promise<void> {
        const fresh = new Set<string>();
        for (const { record, product, problem } of matches) {
            if (problem) continue;
            for (const { sku } of record.variants ?? []) if (sku && !hasSku(product, sku)) fresh.add(sku);
        }
        if (fresh.size === 0) return;
        const owners = this.matching.by === 'sku' ? known : await findSkus([...fresh], this.run, sql);
        const conflicts: SkuOwner[] = [];
        for (const sku of fresh) {
            const list = owners.get(sku);
            if (!list) continue;
            state.skuOwners.set(sku, list);
            conflicts.push(...list);
        }
        await nameOwners(conflicts, this.run, sql);
    }

    /** For slugs that are taken: which of their numbered forms are taken as well? */
    private async readNumberedSlugs(
        matches: readonly Match<ProductRecord>[],
        slugs: ReadonlyMap<Match<ProductRecord>, readonly [string, string][]>,
        book: SlugBook,
        sql: SqlSession,
    ): Promise<void> {
        const seen = new Set<string>();
        const taken = new Set<string>();
        for (const match of matches) {
            if (match.problem) continue;
            for (const [language, slug] of slugs.get(match) ?? []) {
                const key = `${language} ${slug}`;
                if (seen.has(key) || !book.isFree(language, slug, match.product?.id, '')) taken.add(slug);
                seen.add(key);
            }
        }
        if (taken.size === 0) return;
        const columns = ['base', 'languageCode', 'slug'];
        const rows = await sql.selectIn(sql.table(ProductTranslation), columns, 'slug', [...taken].flatMap(numbered));
        if (rows.length === 0) return;
        const products = await sql.selectIn(
            sql.table(Product),
            ['id'],
            'id',
            rows.map(row => row[0]),
            { isNull: ['deletedAt'] },
        );
        const live = new Set(products.map(row => row[0]));
        for (const row of rows) if (live.has(row[0])) book.add(row[1] as string, row[2] as string, row[0] as EntityId);
    }

    private *customFieldsOf(
        record: ProductRecord,
    ): Iterable<readonly [CustomFieldRules, Record<string, unknown> | undefined]> {
        const { productRules, variantRules } = this.run;
        yield [productRules, record.customFields];
        for (const translation of record.translations ?? []) yield [productRules, translation.customFields];
        for (const variant of record.variants ?? []) {
            yield [variantRules, variant.customFields];
            for (const translation of variant.translations ?? []) yield [variantRules, translation.customFields];
        }
    }
}

/** Position of the slug in rows of `base, languageCode, ...productTexts`. */
const SLUG = 3;

function skusOf(matches: readonly Match<ProductRecord>[]): string[] {
    return matches.flatMap(({ record }) => (record.variants ?? []).flatMap(variant => variant.sku || []));
}

/** Few products have so many variants that a set would be worth making. */
function hasSku(product: LiveProduct | undefined, sku: string): boolean {
    return product?.variants.some(variant => variant.sku === sku) ?? false;
}

function ids(entries: readonly { id: EntityId }[]): EntityId[] {
    return [...new Set(entries.map(entry => entry.id))];
}

function isNothing(value: unknown): boolean {
    return value === undefined || value === null || value === '';
}

/** The value as the column can be compared with; nothing for one that the field does not take, which compare reports. */
function accepted(rule: CustomFieldRule, value: unknown): unknown[] {
    try {
        return [rule.accept(value, rule.name)];
    } catch {
        return [];
    }
}
