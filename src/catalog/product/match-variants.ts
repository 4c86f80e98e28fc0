import { textOf } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { BatchState } from './batch-state';
import type { WantedVariant } from './compare-variant';
import type { LiveVariant } from './live-catalog';
import { GroupEntry, missingOption, OptionBook, OptionEntry } from './option-book';
import type { OptionGroupRecord, VariantRecord } from './product-record';

/** The options that a record names for a variant, by group and in the order of the groups. */
export function optionsOf(
    record: VariantRecord,
    label: string,
    groups: readonly GroupEntry[],
    book: OptionBook,
): Map<GroupEntry, OptionEntry> {
    const options = new Map<GroupEntry, OptionEntry>();
    const given = record.options;
    if (given === undefined) return options;
    if (Array.isArray(given)) {
        if (given.length !== groups.length) {
            throw new UserError(
                'options-do-not-fit',
                `${label} has ${given.length} options, but the product has ${groups.length} option groups${listed(groups)}.`,
                groups.length === 0
                    ? 'Name the groups in optionGroups.'
                    : 'Give one option of each group, in their order.',
                { field: 'options' },
            );
        }
        given.forEach((value, i) => {
            const group = groups[i]!;
            if (options.has(group)) throw sameGroup(label, group);
            options.set(group, book.option(group, value));
        });
        return options;
    }
    const named: [group: GroupEntry, value: string | number][] = [];
    for (const [name, value] of Object.entries(given)) {
        const group = book.groupCalled(name);
        if (!group) {
            throw new UserError(
                'unknown-option-group',
                `${label} has an option of the group "${name}", which the product does not have${listed(groups)}.`,
                'Add the group to optionGroups.',
                { field: 'options', got: name },
            );
        }
        const earlier = named.find(([each]) => each === group);
        if (earlier && earlier[1] !== value) throw sameGroup(label, group);
        if (!earlier) named.push([group, value]);
    }
    for (const group of book.groups) {
        const value = named.find(([each]) => each === group)?.[1];
        if (value !== undefined) options.set(group, book.option(group, value));
    }
    return options;
}

/** Otherwise the last one would be taken, and the others lost without a word. */
function sameGroup(label: string, { name }: GroupEntry): UserError {
    return new UserError(
        'options-do-not-fit',
        `${label} has several options of the group "${name}", as names that differ in case or signs only are one group.`,
        `Give one of the groups another name, or a code of its own, such as "${name}:my-code" in optionGroups.`,
        { field: 'options' },
    );
}

/** Groups of a record that does not list them: the names under which its variants give their options. */
export function groupsOfVariants(variants: readonly VariantRecord[]): OptionGroupRecord[] {
    const names = new Set<string>();
    for (const { options } of variants) {
        if (options && !Array.isArray(options)) for (const name of Object.keys(options)) names.add(name);
    }
    return [...names];
}

/** Finds the live variant of each: by id, custom field, SKU, options, and at last the only one there is. */
export function matchVariants(
    wanted: WantedVariant[],
    live: readonly LiveVariant[],
    matchColumn: string | undefined,
    book: OptionBook,
): void {
    const free = new Set(live);
    const take = (variant: WantedVariant, found: readonly LiveVariant[], by: string) => {
        if (found.length > 1) throw ambiguous(variant, found, by);
        const [only] = found;
        if (!only) return;
        if (!free.has(only)) {
            throw new UserError(
                'variant-named-twice',
                `${variant.label} means the same variant (id ${only.id}) as another one of the record.`,
                'Name every variant once.',
                { field: 'variants' },
            );
        }
        free.delete(only);
        variant.live = only;
    };
    for (const variant of wanted) {
        const { id, sku, customFields } = variant.record;
        if (id !== undefined) {
            take(
                variant,
                live.filter(candidate => String(candidate.id) === String(id)),
                'id',
            );
            if (!variant.live) throw notOfProduct(variant, String(id));
            continue;
        }
        const key = matchColumn && customFields?.[matchColumn.slice('customFields.'.length)];
        if (key !== undefined && key !== '' && key !== null) {
            take(
                variant,
                live.filter(candidate => textOf(candidate.values[matchColumn!] ?? '') === textOf(key)),
                matchColumn!,
            );
        } else if (sku) {
            const same = withSku(live, sku);
            const isClear = same.length <= 1 && !isNamedTwice(wanted, sku);
            take(
                variant,
                isClear || variant.options.size === 0 ? same : same.filter(c => hasOptions(c, variant)),
                'SKU',
            );
        }
    }
    if (free.size === 0) return;
    for (const variant of wanted) {
        if (variant.live || variant.options.size === 0) continue;
        take(
            variant,
            [...free].filter(candidate => hasOptions(candidate, variant)),
            'options',
        );
    }
    const rest = wanted.filter(variant => !variant.live);
    if (rest.length === 1 && wanted.length === 1 && free.size === 1 && live.length === 1 && book.groups.length === 0) {
        take(rest[0]!, [...free], 'product');
    }
}

function withSku(variants: readonly LiveVariant[], sku: string): LiveVariant[] {
    const found: LiveVariant[] = [];
    for (const variant of variants) if (variant.sku === sku) found.push(variant);
    return found;
}

function isNamedTwice(wanted: readonly WantedVariant[], sku: string): boolean {
    let named = 0;
    for (const { record } of wanted) if (record.sku === sku) named++;
    return named > 1;
}

/**
 * Vendure's rules for the variants of one product as they will be: one option of each group, no combination twice,
 * several variants only with options.
 */
export function assertCombinations(
    wanted: readonly WantedVariant[],
    others: readonly LiveVariant[],
    book: OptionBook,
    /** Combinations of variants that are about to be created, with what messages call them; gets those of `wanted`. */
    known?: Map<string, string>,
): void {
    const touched = wanted.filter(({ live, options }) => !live || changesOptions(live, options));
    if (touched.length === 0 && !book.grows) return;
    const combinations = known ?? new Map<string, string>();
    const { groups } = book;
    for (const variant of others) {
        if (book.grows)
            throw missingOption(
                `The variant "${variant.sku}", which the record does not name,`,
                groups.find(g => !g.linked)!,
            );
        const ids = variant.optionIds.map(id => book.keyOf(id) ?? `#${id}`);
        combinations.set(ids.sort().join(' '), `variant "${variant.sku}"`);
    }
    for (const variant of wanted) {
        const { live, options, label } = variant;
        const keys: string[] = [];
        for (const group of groups) {
            const kept = live?.optionIds.find(id => book.groupOf(id) === group);
            const key = options.get(group)?.key ?? (kept === undefined ? undefined : book.keyOf(kept));
            if (key === undefined && (!live || book.grows || touched.includes(variant)))
                throw missingOption(label, group);
            if (key !== undefined) keys.push(key);
        }
        const combination = keys.sort().join(' ');
        const twin = combinations.get(combination);
        if (twin === undefined) combinations.set(combination, label);
        else if (groups.length > 0) {
            throw new UserError(
                'duplicate-options',
                `${label} has the same options (${keys.map(key => key.slice(key.indexOf(':') + 1)).join(', ')}) as ${twin}.`,
                'Give every variant its own combination of options.',
                { field: 'variants' },
            );
        } else {
            throw new UserError(
                'options-needed',
                `${label} has no options, but the product has another one: ${twin}. Variants of a product differ in their options.`,
                'Give optionGroups, and options to every variant.',
                { field: 'variants' },
            );
        }
    }
}

/**
 * Refuses SKUs that belong to another product, or that occur twice in the record. Variants with the same SKU that differ in
 * their options are let through, as Vendure does: its own sample catalog has some.
 */
export function assertSkus(wanted: readonly WantedVariant[], productId: unknown, state: BatchState<unknown>): void {
    const seen = new Map<string, WantedVariant>();
    for (const variant of wanted) {
        const { record, live, label } = variant;
        const { sku } = record;
        if (!sku) continue;
        const twin = seen.get(sku);
        if (twin && (twin.options.size === 0 || variant.options.size === 0)) {
            throw new UserError(
                'duplicate-sku',
                `${label} has the same SKU as ${twin.label}.`,
                'Give every variant its own SKU, or options that tell them apart.',
                { field: 'sku', got: sku },
            );
        }
        if (twin) twin.sharesSku = variant.sharesSku = true;
        seen.set(sku, variant);
        if (live?.sku === sku) continue;
        const owner = state.skuOwners.get(sku)?.find(other => other.productId !== productId);
        if (!owner) continue;
        throw new UserError(
            'sku-of-other-product',
            `The SKU "${sku}" belongs to another product already: "${owner.productSlug}".`,
            'Correct the SKU, or update that product instead.',
            { field: 'sku', got: sku },
        );
    }
}

function hasOptions({ optionIds }: LiveVariant, { options }: WantedVariant): boolean {
    if (optionIds.length !== options.size) return false;
    for (const { id } of options.values()) if (id === undefined || !optionIds.includes(id)) return false;
    return true;
}

/** The record names an option that the variant does not have. */
export function changesOptions(live: LiveVariant, options: ReadonlyMap<GroupEntry, OptionEntry>): boolean {
    for (const { id } of options.values()) if (id === undefined || !live.optionIds.includes(id)) return true;
    return false;
}

function ambiguous({ label }: WantedVariant, found: readonly LiveVariant[], by: string): UserError {
    return new UserError(
        'ambiguous-variant',
        `${label} fits several variants of the product by its ${by}: ids ${found.map(variant => variant.id).join(', ')}.`,
        'Make them distinct in the shop, or give the id.',
        { field: 'variants' },
    );
}

function notOfProduct({ label }: WantedVariant, id: string): UserError {
    return new UserError(
        'unknown-variant',
        `${label}: the product has no variant with the id "${id}".`,
        'Correct the id, or leave it out to create the variant.',
        { field: 'variants', got: id },
    );
}

function listed(groups: readonly GroupEntry[]): string {
    return groups.length === 0 ? '' : ` (${groups.map(group => group.name).join(', ')})`;
}
