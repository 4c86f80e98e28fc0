import { describe, expect, it } from 'vitest';
import type { WantedVariant } from './compare-variant';
import { LiveOptionGroup, type LiveVariant } from './live-catalog';
import type { GroupEntry, OptionBook, OptionEntry } from './option-book';
import { liveVariantKey, variantKey } from './variant-key';

const size = group('size', ['small', 'large']);
const colour = group('colour', ['white', 'black']);
const book = { groups: [size, colour] } as OptionBook;
const none = { groups: [] as GroupEntry[] } as OptionBook;

const owner = (options = none, hasSeveral = false, productKey = 'shirt') => ({ productKey, options, hasSeveral });
const live = (values: Partial<LiveVariant>) =>
    ({ id: 92, sku: '', optionIds: [] as number[], ...values }) as unknown as LiveVariant;
const wanted = (values: Partial<WantedVariant>): WantedVariant => ({
    record: {},
    options: new Map(),
    label: 'variants[0]',
    ...values,
});
const options = new Map([
    [size, { code: 'small' } as OptionEntry],
    [colour, { code: 'white' } as OptionEntry],
]);

describe('a variant in a change set is called', () => {
    it.each<[string, string, string]>([
        ['by its SKU', variantKey(wanted({ record: { sku: 'S-1' }, options }), owner(book)), 'S-1'],
        ['by the SKU it has', variantKey(wanted({ live: live({ sku: 'S-1' }) }), owner()), 'S-1'],
        [
            'by SKU and options when others share the SKU',
            variantKey(wanted({ record: { sku: 'S' }, sharesSku: true, options }), owner(book)),
            'S (small, white)',
        ],
        ['by product and options without a SKU', variantKey(wanted({ options }), owner(book)), 'shirt (small, white)'],
        ['by the product when it is the only one', variantKey(wanted({}), owner()), 'shirt'],
        ['by the product when it is the only live one', variantKey(wanted({ live: live({}) }), owner()), 'shirt'],
        [
            'by the options it has when the record names none',
            variantKey(wanted({ live: live({ optionIds: [1, 0] }) }), owner(book, true)),
            'shirt (small, white)',
        ],
        [
            'by the options it has when no record names it',
            liveVariantKey(live({ optionIds: [0, 1] }), owner(book, true)),
            'shirt (small, white)',
        ],
        [
            'by its id when nothing else that was read tells it from its siblings',
            variantKey(wanted({ live: live({}) }), owner(none, true)),
            'shirt (id 92)',
        ],
        [
            'by its id when not even the product was read',
            variantKey(wanted({ live: live({}) }), owner(none, false, '')),
            'variant (id 92)',
        ],
    ])('%s', (_how, key, expected) => expect(key).toBe(expected));
});

function group(code: string, codes: string[]): GroupEntry {
    const liveGroup = new LiveOptionGroup(code, code);
    const offset = code === 'size' ? 0 : 1;
    codes.forEach((option, i) => liveGroup.options.push({ id: offset + 2 * i, code: option, names: new Map() }));
    return { key: code, code, live: liveGroup } as GroupEntry;
}
