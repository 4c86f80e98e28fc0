import type { ChangeSet, EntityChange } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { BatchState, Match, SharedCreations } from './batch-state';
import type { CatalogRun } from './catalog-run';
import { compareAssets } from './compare-assets';
import { Channels, compareChannels } from './compare-channels';
import { assertNamed, compareCustomFields } from './compare-custom-fields';
import { compareFacetValues } from './compare-facet-values';
import { compareVariant, VariantOwner, WantedVariant } from './compare-variant';
import { EntityDraft } from './entity-draft';
import type { ListMode } from './list-mode';
import type { LiveProduct, LiveVariant } from './live-catalog';
import { assertCombinations, assertSkus, groupsOfVariants, matchVariants, optionsOf } from './match-variants';
import { OptionBook } from './option-book';
import { missingProduct, productExists } from './product-problems';
import type { ProductRecord } from './product-record';
import { compareTexts, mainName, namesAfter } from './product-texts';
import { liveVariantKey } from './variant-key';
import { joinPath } from './vocabulary';

export interface ProductSettings {
    variantsMode: ListMode;
    channelsMode: ListMode;
    /** Column of the variant custom field that identifies variants, if any. */
    variantMatchColumn?: string;
}

/** The change set of one product record. Throws a UserError when the record is refused. */
export function compareProduct(
    { origin }: PipelineRecord,
    match: Match<ProductRecord>,
    settings: ProductSettings,
    state: BatchState<ProductRecord>,
): ChangeSet {
    const { record, product: live } = match;
    const { run, references } = state;
    if (live && run.options.strategy === 'CREATE') throw productExists(record, live, run);
    if (!live && run.options.strategy === 'UPDATE') throw missingProduct(record, run);
    if (!live && mainName(record, run.languageCode) === undefined) {
        throw new UserError(
            'name-missing',
            'name is missing; a product cannot be created without a name.',
            'Give a name, or correct the field that the product is matched by.',
            { field: 'name' },
        );
    }
    const shared = new SharedCreations(state, origin);
    const claimant = live ? `product-${live.id}` : `${origin.step}-${origin.index}`;
    const texts = new EntityDraft('Product', live?.id ?? null, '');
    const slugFor = (name: string) => run.makeSlugNow(name);
    compareTexts(texts, record, live, claimant, slugFor, state, { what: 'product', rules: run.productRules });
    const key = productKey(record, live, texts, run);
    const product = new EntityDraft('Product', live?.id ?? null, key);
    if (record.enabled !== undefined)
        product.change('enabled', live?.values.enabled as boolean | undefined, record.enabled);
    product.fields.push(...texts.fields);
    compareCustomFields(product, record, live, run.productRules, state);
    assertNamed(product, live, run.languageCode, 'product');
    const channels = compareChannels(product, record.channels, live, settings.channelsMode, run, 'product');
    compareFacetValues(product, record.facetValues, live?.facetValueIds ?? [], state, shared);
    compareAssets(product, record, live, state, shared);

    const names = namesAfter(record, live, run.languageCode);
    const book = new OptionBook(
        key,
        names.get(run.languageCode) ?? names.values().next().value,
        live?.groups ?? [],
        state,
        shared,
    );
    const owner: VariantOwner = {
        productKey: key,
        namesProduct: false,
        channels: channels?.after,
        names,
        options: book,
        hasSeveral: (live?.variants.length ?? 0) > 1,
    };
    const variants = compareVariants(record, live, owner, settings, state, shared);
    if (live && channels) moveVariants(variants, live, channels, owner, run);
    if (book.grows) {
        const before = book.groups.filter(group => group.linked).map(group => group.key);
        product.change(
            'optionGroups',
            live ? before : undefined,
            book.groups.map(group => group.key),
        );
    }

    const created = shared.accept();
    const entities: EntityChange[] = created.filter(change => !isOption(change));
    if (product.changed) entities.push(product.toChange());
    for (const change of created) if (isOption(change)) entities.push(change);
    for (const draft of variants.values()) if (draft.changed) entities.push(draft.toChange());
    if (entities.length === 0) return shared.complete({ action: 'UNCHANGED', key, entities });
    if (live) references.set('Product', key, live.id);
    book.fillReferences();
    return shared.complete({ action: live ? 'UPDATE' : 'CREATE', key, entities });
}

/** An option or a group of them: it needs the product. */
function isOption({ entityType }: EntityChange): boolean {
    return entityType.startsWith('ProductOption');
}

/** The slug in the language of the run; unique among the products that this run creates. */
function productKey(record: ProductRecord, live: LiveProduct | undefined, texts: EntityDraft, run: CatalogRun): string {
    const created = live
        ? undefined
        : texts.fields.find(field => field.path === `translations.${run.languageCode}.slug`);
    if (typeof created?.after === 'string') return created.after;
    const current = live?.translations.get(run.languageCode) ?? live?.translations.values().next().value;
    if (typeof current?.values.slug === 'string') return current.values.slug;
    const anySlug = texts.fields.find(field => field.path.endsWith('.slug'))?.after;
    if (typeof anySlug === 'string') return anySlug;
    return record.slug ?? String(live?.id ?? record.id ?? '');
}

function compareVariants(
    record: ProductRecord,
    live: LiveProduct | undefined,
    owner: VariantOwner,
    settings: ProductSettings,
    state: BatchState<unknown>,
    shared: SharedCreations,
): Map<LiveVariant | WantedVariant, EntityDraft> {
    const drafts = new Map<LiveVariant | WantedVariant, EntityDraft>();
    const records = record.variants ?? [];
    const { options: book } = owner;
    const mode = settings.variantsMode;
    const inferred = record.optionGroups === undefined && book.groups.length === 0 && mode !== 'REMOVE';
    const declared = book.declare(record.optionGroups ?? (inferred ? groupsOfVariants(records) : []));
    const groups = declared.length > 0 ? declared : book.groups;
    const wanted = records.map((variant, i): WantedVariant => {
        const label = variant.sku ? `variants[${i}] (SKU "${variant.sku}")` : `variants[${i}]`;
        return { record: variant, label, options: optionsOf(variant, label, groups, book) };
    });
    if (record.variants === undefined && !book.grows) return drafts;
    matchVariants(wanted, live?.variants ?? [], settings.variantMatchColumn, book);
    const named = new Set(wanted.map(variant => variant.live));
    const others = (live?.variants ?? []).filter(variant => !named.has(variant));
    if (mode === 'REMOVE') {
        for (const variant of named) if (variant) drafts.set(variant, deletion(variant, owner));
        return drafts;
    }
    assertSkus(wanted, live?.id, state);
    const replaces = mode === 'REPLACE_ALL' && record.variants !== undefined;
    assertCombinations(wanted, replaces ? [] : others, book);
    for (const variant of wanted) {
        drafts.set(variant.live ?? variant, compareVariant(variant, owner, state, shared));
    }
    if (replaces) for (const variant of others) drafts.set(variant, deletion(variant, owner));
    return drafts;
}

/** Vendure soft-deletes. The applier knows the instant; it writes its own. */
function deletion(variant: LiveVariant, owner: VariantOwner): EntityDraft {
    const draft = new EntityDraft('ProductVariant', variant.id, liveVariantKey(variant, owner), 'DELETE');
    draft.fields.push({ path: 'deletedAt', before: null });
    return draft;
}

/** Variants go where their product goes, and have a price wherever they are. */
function moveVariants(
    drafts: Map<LiveVariant | WantedVariant, EntityDraft>,
    live: LiveProduct,
    { added, removed }: Channels,
    owner: VariantOwner,
    { facts, channel: own }: CatalogRun,
): void {
    const ownPath = joinPath('prices', own.code, own.currencyCode);
    if (added.length === 0 && removed.length === 0) return;
    for (const variant of live.variants) {
        let draft = drafts.get(variant);
        if (draft?.action === 'DELETE') continue;
        if (!draft) {
            draft = new EntityDraft('ProductVariant', variant.id, liveVariantKey(variant, owner));
            drafts.set(variant, draft);
        }
        const before = variant.channelIds.map(id => facts.channelOf(id)).filter(c => c !== undefined);
        const after = [...before.filter(c => !removed.includes(c)), ...added.filter(c => !before.includes(c))];
        draft.change(
            'channels',
            before.map(c => c.code),
            after.map(c => c.code),
        );
        const isOwn = ({ channelId, currencyCode }: LiveVariant['prices'][number]) =>
            channelId === own.id && currencyCode === own.currencyCode;
        const price =
            draft.fields.find(field => field.path === ownPath)?.after ??
            (variant.prices.find(isOwn) ?? variant.prices[0])?.price ??
            0;
        for (const channel of added) {
            const path = joinPath('prices', channel.code, channel.currencyCode);
            const has = variant.prices.some(p => p.channelId === channel.id && p.currencyCode === channel.currencyCode);
            if (!has && !draft.fields.some(field => field.path === path)) draft.change(path, undefined, price);
        }
        for (const price of variant.prices) {
            const channel = removed.find(c => c.id === price.channelId);
            if (channel) draft.remove(joinPath('prices', channel.code, price.currencyCode), price.price);
        }
    }
}
