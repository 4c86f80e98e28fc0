import { UserError } from '../../sdk/errors';
import type { BatchState, SharedCreations } from './batch-state';
import type { ChannelFacts } from './catalog-facts';
import { compareAssets } from './compare-assets';
import { assertNamed, compareCustomFields, compareTranslatedCustomFields } from './compare-custom-fields';
import { compareFacetValues } from './compare-facet-values';
import { comparePrices, pricesOf } from './compare-prices';
import { compareStock, stockOf } from './compare-stock';
import { EntityDraft } from './entity-draft';
import type { LiveVariant } from './live-catalog';
import { changesOptions } from './match-variants';
import type { GroupEntry, OptionBook, OptionEntry } from './option-book';
import type { VariantRecord } from './product-record';
import { variantKey } from './variant-key';

/** What a variant takes from the product it belongs to. */
export interface VariantOwner {
    productKey: string;
    /** The change set is the variant's own, so that it must say which product its options belong to. */
    namesProduct: boolean;
    /** Channels of the product as they will be; undefined when nothing of the batch asks for them. */
    channels: readonly ChannelFacts[] | undefined;
    /** Names of the product by language, for the names of new variants. */
    names: ReadonlyMap<string, string>;
    options: OptionBook;
    /** It has more than one variant already. */
    hasSeveral: boolean;
}

/** A variant of a record with the option that it has, or will have, of each group. */
export interface WantedVariant {
    record: VariantRecord;
    live?: LiveVariant;
    /** By group, for the groups that the record names an option of. */
    options: Map<GroupEntry, OptionEntry>;
    /** For messages: `variants[2] (SKU "A-1")`. */
    label: string;
    /** The SKU does not tell it from the other variants of its record. */
    sharesSku?: boolean;
}

const FLAGS = ['enabled', 'outOfStockThreshold', 'useGlobalOutOfStockThreshold'] as const;

export function compareVariant(
    wanted: WantedVariant,
    owner: VariantOwner,
    state: BatchState<unknown>,
    shared: SharedCreations,
): EntityDraft {
    const { record, live } = wanted;
    const { run } = state;
    const draft = new EntityDraft('ProductVariant', live?.id ?? null, variantKey(wanted, owner));
    if (!live) draft.change('product', undefined, owner.productKey);
    if (!live || record.sku !== undefined) draft.change('sku', live?.sku, record.sku ?? '');
    for (const name of FLAGS) {
        if (record[name] !== undefined)
            draft.change(name, live?.values[name] as boolean | number | undefined, record[name]);
    }
    if (record.trackInventory !== undefined) {
        const after =
            typeof record.trackInventory === 'boolean'
                ? record.trackInventory
                    ? 'TRUE'
                    : 'FALSE'
                : record.trackInventory;
        draft.change('trackInventory', live?.values.trackInventory as string | undefined, after);
    }
    compareTaxCategory(draft, record, live, state);
    compareNames(draft, wanted, owner, state);
    compareCustomFields(draft, record, live, run.variantRules, state);
    assertNamed(draft, live, run.languageCode, 'variant');
    for (const { languageCode, customFields } of record.translations ?? []) {
        compareTranslatedCustomFields(draft, languageCode, customFields, live, run.variantRules);
    }
    if (!live)
        draft.change(
            'channels',
            undefined,
            owner.channels!.map(channel => channel.code),
        );
    compareOptions(draft, wanted, owner);
    compareFacetValues(draft, record.facetValues, live?.facetValueIds ?? [], state, shared);
    compareAssets(draft, record, live, state, shared);
    comparePrices(draft, pricesOf(record), live, owner.channels, state);
    compareStock(draft, stockOf(record), live, owner.channels, state);
    return draft;
}

function compareTaxCategory(
    draft: EntityDraft,
    { taxCategory }: VariantRecord,
    live: LiveVariant | undefined,
    { run }: BatchState<unknown>,
): void {
    if (taxCategory === undefined && live) return;
    const after = taxCategory === undefined ? run.facts.defaultTaxCategory : run.facts.taxCategory(taxCategory);
    if (!after) {
        throw new UserError(
            'no-tax-category',
            'taxCategory: the shop has no tax category, and every variant needs one.',
            'Create a tax category.',
            { field: 'taxCategory' },
        );
    }
    if (live?.taxCategoryId === after.id) return;
    draft.change('taxCategory', live && run.facts.taxCategoryNameOf(live.taxCategoryId), after.name);
}

/** A new variant without a name is called after the product and its options, in every language of the product. */
function compareNames(
    draft: EntityDraft,
    { record, live, options }: WantedVariant,
    owner: VariantOwner,
    { run }: BatchState<unknown>,
): void {
    if (live && !record.translations?.length) {
        if (record.name !== undefined) changeName(draft, run.languageCode, record.name, live);
        return;
    }
    const given = new Map<string, string>();
    if (record.name !== undefined) given.set(run.languageCode, record.name);
    for (const [i, { languageCode, name }] of (record.translations ?? []).entries()) {
        run.facts.assertLanguage(languageCode, `translations[${i}].languageCode`);
        if (name !== undefined) given.set(languageCode, name);
        else if (live && !live.translations.has(languageCode)) {
            throw new UserError(
                'name-missing',
                `translations[${i}].name is missing, and the variant has no name in "${languageCode}" yet.`,
                'Give the name in that language.',
                { field: `translations[${i}].name` },
            );
        }
    }
    if (!live) {
        for (const [languageCode, productName] of owner.names) {
            if (given.has(languageCode)) continue;
            const optionNames = [...options.values()].map(
                ({ names }) =>
                    names.get(languageCode) ?? names.get(run.languageCode) ?? names.values().next().value ?? '',
            );
            given.set(languageCode, [productName, ...optionNames].join(' '));
        }
        for (const { languageCode } of record.translations ?? []) {
            if (!given.has(languageCode))
                given.set(languageCode, given.get(run.languageCode) ?? [...given.values()][0] ?? '');
        }
    }
    for (const [languageCode, name] of given) changeName(draft, languageCode, name, live);
}

function changeName(draft: EntityDraft, languageCode: string, name: string, live: LiveVariant | undefined): void {
    const before = live?.translations.get(languageCode)?.values.name as string | undefined;
    draft.change(`translations.${languageCode}.name`, before, name);
}

function compareOptions(
    draft: EntityDraft,
    { live, options }: WantedVariant,
    { options: book, productKey, namesProduct }: VariantOwner,
): void {
    if (options.size === 0) return;
    if (live && !changesOptions(live, options)) return;
    const before = (live?.optionIds ?? []).map(id => book.optionOf(id)).filter(option => option !== undefined);
    const kept = (live?.optionIds ?? [])
        .filter(id => !options.has(book.groupOf(id)!))
        .map(id => book.optionOf(id))
        .filter(option => option !== undefined);
    const after = [...kept, ...options.values()];
    if (live && namesProduct) draft.fields.push({ path: 'product', before: productKey, after: productKey });
    draft.change(
        'options',
        live && before.map(option => book.refer(option)),
        after.map(option => book.refer(option)),
    );
}
