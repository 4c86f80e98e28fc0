import type { VariantOwner, WantedVariant } from './compare-variant';
import type { LiveVariant } from './live-catalog';

type Owner = Pick<VariantOwner, 'productKey' | 'options' | 'hasSeveral'>;

/**
 * What change sets call a variant, for people to read: its SKU, else the product with the variant's options. Also unique
 * among the variants that a product gets, since Vendure's rules give each its own combination of options.
 */
export function variantKey({ record, live, options, sharesSku }: WantedVariant, owner: Owner): string {
    const sku = record.sku || live?.sku;
    if (sku && !sharesSku) return sku;
    const given = [...options.values()].map(option => option.code);
    return describedKey(sku, given.length > 0 ? given : live ? optionCodesOf(live, owner) : [], owner, live);
}

/** The same for a variant that no record names. */
export function liveVariantKey(live: LiveVariant, owner: Owner): string {
    return live.sku || describedKey(undefined, optionCodesOf(live, owner), owner, live);
}

function describedKey(
    sku: string | undefined,
    optionCodes: readonly string[],
    { productKey, hasSeveral }: Owner,
    live: LiveVariant | undefined,
): string {
    const name = sku || productKey || 'variant';
    if (optionCodes.length > 0) return `${name} (${optionCodes.join(', ')})`;
    return live && (hasSeveral || !productKey) ? `${name} (id ${live.id})` : name;
}

/** Empty when the options were not read, as nothing of the batch asks for them. */
function optionCodesOf(live: LiveVariant, { options: book }: Owner): string[] {
    return book.groups.flatMap(group => live.optionIds.flatMap(id => group.live?.byId(id)?.code ?? []));
}
