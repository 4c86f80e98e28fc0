import { UserError } from '../../sdk/errors';
import type { BatchState } from './batch-state';
import type { ChannelFacts } from './catalog-facts';
import { EntityDraft } from './entity-draft';
import { givenAt } from './given-at';
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
    return givenAt(price === undefined ? undefined : { price, at: '' }, prices, 'prices');
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
    const wanted = wantedPrices(given, channels, state);
    if (!live) {
        const { channel } = state.run;
        const base = priceIn(wanted, channel, channel.currencyCode)?.price ?? 0;
        for (const other of channels ?? []) {
            const { currencyCode } = other;
            if (!priceIn(wanted, other, currencyCode))
                wanted.push({ channel: other, currencyCode, price: base, field: 'price' });
        }
    }
    for (const price of wanted) comparePrice(draft, price, live);
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

/** One for each channel and currency; the last one that is given counts. A list, as there are few, and mostly one. */
function wantedPrices(
    prices: readonly GivenPrice[],
    channels: readonly ChannelFacts[] | undefined,
    state: BatchState<unknown>,
): WantedPrice[] {
    const wanted: WantedPrice[] = [];
    for (const given of prices) {
        const price = wantedPrice(given, channels, state);
        const earlier = priceIn(wanted, price.channel, price.currencyCode);
        if (earlier) Object.assign(earlier, price);
        else wanted.push(price);
    }
    return wanted;
}

function priceIn(prices: readonly WantedPrice[], channel: ChannelFacts, currencyCode: string): WantedPrice | undefined {
    return prices.find(price => price.channel.code === channel.code && price.currencyCode === currencyCode);
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
