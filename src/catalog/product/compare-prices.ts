import { UserError } from '../../sdk/errors';
import type { BatchState } from './batch-state';
import type { ChannelFacts } from './catalog-facts';
import { EntityDraft } from './entity-draft';
import type { LiveVariant } from './live-catalog';
import type { VariantRecord } from './product-record';
import { joinPath } from './vocabulary';

/** A price as a record gives it. */
export interface GivenPrice {
    channel?: string;
    currencyCode?: string;
    /** Null removes it. */
    price: number | null;
    /** Where it stands in the record, for messages: `prices[2].`, or nothing. */
    at: string;
}

interface WantedPrice {
    channel: ChannelFacts;
    currencyCode: string;
    price: number | null;
    field: string;
}

/** `price` is that of the run's channel in its default currency. */
export function pricesOf({ price, prices }: VariantRecord): GivenPrice[] {
    const own = price === undefined ? [] : [{ price, at: '' }];
    return !prices ? own : [...own, ...prices.map((given, i) => ({ ...given, at: `prices[${i}].` }))];
}

/**
 * A new variant gets a price in every channel it is in, since Vendure cannot show a variant without one; where the record
 * gives none, that of the run's channel is taken, or 0.
 */
export function comparePrices(
    draft: EntityDraft,
    given: readonly GivenPrice[],
    live: LiveVariant | undefined,
    channels: readonly ChannelFacts[] | undefined,
    state: BatchState<unknown>,
): void {
    const [only] = given;
    if (live && only && given.length === 1) {
        // What a price list is made of: nothing to gather first.
        return comparePrice(draft, wantedPrice(only, channels, state), live);
    }
    if (!live && given.length <= 1 && channels?.length === 1 && channels[0] === state.run.channel) {
        // A new variant with one price, in the channel of the run alone.
        const [own] = channels as [ChannelFacts];
        const price = only && wantedPrice(only, channels, state);
        const { currencyCode } = own;
        if (price) comparePrice(draft, price, live);
        if (price?.currencyCode !== currencyCode)
            comparePrice(draft, { channel: own, currencyCode, price: 0, field: 'price' }, live);
        return;
    }
    const wanted = wantedPrices(given, channels, state);
    if (!live) {
        const { channel } = state.run;
        const base = wanted.get(`${channel.code} ${channel.currencyCode}`)?.price ?? 0;
        for (const other of channels ?? []) {
            const key = `${other.code} ${other.currencyCode}`;
            if (wanted.has(key)) continue;
            wanted.set(key, { channel: other, currencyCode: other.currencyCode, price: base, field: 'price' });
        }
    }
    for (const price of wanted.values()) comparePrice(draft, price, live);
}

function comparePrice(
    draft: EntityDraft,
    { channel, currencyCode, price, field }: WantedPrice,
    live: LiveVariant | undefined,
): void {
    const before = live?.prices.find(p => p.channelId === channel.id && p.currencyCode === currencyCode)?.price;
    const path = pricePath(channel, currencyCode);
    if (price !== null) draft.change(path, before, price);
    else if (currencyCode === channel.currencyCode) throw mustHavePrice(field, channel);
    else if (before !== undefined) draft.remove(path, before);
}

/** The same text for all prices of a channel and currency. */
function pricePath(channel: ChannelFacts, currencyCode: string): string {
    let ofChannel = paths.get(channel);
    if (!ofChannel) paths.set(channel, (ofChannel = new Map<string, string>()));
    let path = ofChannel.get(currencyCode);
    if (path === undefined) ofChannel.set(currencyCode, (path = joinPath('prices', channel.code, currencyCode)));
    return path;
}

const paths = new WeakMap<ChannelFacts, Map<string, string>>();

function wantedPrices(
    prices: readonly GivenPrice[],
    channels: readonly ChannelFacts[] | undefined,
    state: BatchState<unknown>,
): Map<string, WantedPrice> {
    const wanted = new Map<string, WantedPrice>();
    for (const given of prices) {
        const price = wantedPrice(given, channels, state);
        wanted.set(`${price.channel.code} ${price.currencyCode}`, price);
    }
    return wanted;
}

function wantedPrice(
    given: GivenPrice,
    channels: readonly ChannelFacts[] | undefined,
    { run: { facts, channel: own } }: BatchState<unknown>,
): WantedPrice {
    const { at } = given;
    const channel = given.channel === undefined ? own : facts.channel(given.channel, `${at}channel`);
    const currencyCode = given.currencyCode ?? channel.currencyCode;
    facts.assertCurrency(channel, currencyCode, `${at}currencyCode`);
    if (channel !== own && channels && !channels.includes(channel)) {
        throw new UserError(
            'product-not-in-channel',
            `${at}channel: the product is not in the channel "${channel.code}".`,
            'Add the channel to channels of the product, or leave out this price.',
            { field: `${at}channel`, got: channel.code },
        );
    }
    return { channel, currencyCode, price: given.price, field: `${at}price` };
}

function mustHavePrice(field: string, channel: ChannelFacts): UserError {
    return new UserError(
        'price-required',
        `${field} is null, but a variant needs a price in the default currency ${channel.currencyCode} of the channel "${channel.code}".`,
        'Give a price, or take the product out of the channel.',
        { field },
    );
}
