import type { ChangeSet } from '../../sdk/change-set';
import type { PipelineRecord } from '../../sdk/record';
import { BatchState, Match, SharedCreations } from './batch-state';
import { compareVariant, VariantOwner, WantedVariant } from './compare-variant';
import type { LiveProduct } from './live-catalog';
import { assertCombinations, assertSkus, optionsOf } from './match-variants';
import { OptionBook } from './option-book';
import type { SingleVariantRecord } from './product-record';
import { missingProductOf, missingVariant, variantExists } from './variant-problems';

/** The change set of one variant record. Throws a UserError when the record is refused. */
export function compareSingleVariant(
    { origin }: PipelineRecord,
    match: Match<SingleVariantRecord>,
    state: BatchState<SingleVariantRecord>,
): ChangeSet {
    const { record, variant: live, product } = match;
    const { run, references } = state;
    if (live && run.options.strategy === 'CREATE') throw variantExists(record, live);
    if (!live && run.options.strategy === 'UPDATE') throw missingVariant(record, run);
    if (!live && !product) throw missingProductOf(record, run);
    const shared = new SharedCreations(state, origin);
    const productKey = product ? slugOf(product, run.languageCode) : '';
    const book = new OptionBook(
        productKey,
        product && nameOf(product, run.languageCode),
        product?.groups ?? [],
        state,
        shared,
    );
    const owner: VariantOwner = {
        productKey,
        namesProduct: true,
        channels: product?.channelIds.map(id => run.facts.channelOf(id)).filter(channel => channel !== undefined),
        names: new Map(
            [...(product?.translations ?? [])].map(([language, { values }]) => [language, values.name as string]),
        ),
        options: book,
        hasSeveral: (product?.variants.length ?? 0) > 1,
    };
    const label = record.sku ? `The variant "${record.sku}"` : 'The variant';
    const wanted: WantedVariant = { record, live, label, options: optionsOf(record, label, book.groups, book) };
    assertSkus([wanted], live?.productId ?? product?.id, state);
    const combinations = product && new Map(state.combinations.get(product.id));
    if (product && (!live || record.options !== undefined)) {
        const others = product.variants.filter(variant => variant.id !== live?.id);
        assertCombinations([wanted], others, book, combinations);
    }
    const draft = compareVariant(wanted, owner, state, shared);
    const created = shared.accept();
    if (!draft.changed && created.length === 0) {
        return shared.complete({ action: 'UNCHANGED', key: draft.key, entities: [] });
    }
    if (product) {
        references.set('Product', productKey, product.id);
        book.fillReferences();
        if (!live) state.combinations.set(product.id, combinations!);
    }
    const entities = [...created, ...(draft.changed ? [draft.toChange()] : [])];
    return shared.complete({ action: live ? 'UPDATE' : 'CREATE', key: draft.key, entities });
}

function slugOf({ id, translations }: LiveProduct, languageCode: string): string {
    const translation = translations.get(languageCode) ?? translations.values().next().value;
    return (translation?.values.slug as string | undefined) ?? `id:${id}`;
}

function nameOf({ translations }: LiveProduct, languageCode: string): string | undefined {
    const translation = translations.get(languageCode) ?? translations.values().next().value;
    return translation?.values.name as string | undefined;
}
