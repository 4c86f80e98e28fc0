import type { BatchState } from './batch-state';
import type { ChannelFacts } from './catalog-facts';
import { EntityDraft } from './entity-draft';
import { givenAt } from './given-at';
import type { LiveVariant } from './live-catalog';
import type { VariantRecord } from './product-record';
import { joinPath } from './vocabulary';

/** Stock on hand as a record gives it. */
export interface GivenStock {
    /** Name; the default location of the run's channel if absent. */
    location?: string;
    stockOnHand: number;
    /** Where it stands in the record, for messages: `stock[2].`, or nothing. */
    at: string;
}

export function stockOf({ stockOnHand, stock }: VariantRecord): GivenStock[] {
    return givenAt(stockOnHand === undefined ? undefined : { stockOnHand, at: '' }, stock, 'stock');
}

/** Name of the location that a record means. */
export function locationOf(
    { location, at }: { location?: string; at: string },
    { run }: Pick<BatchState<unknown>, 'run'>,
): string {
    return location === undefined
        ? run.facts.defaultLocation(run.channel)
        : run.facts.location(location, `${at}location`);
}

/** A new variant gets a stock level at every location of its channels, as core seeds them. */
export function compareStock(
    draft: EntityDraft,
    stock: readonly GivenStock[],
    live: LiveVariant | undefined,
    channels: readonly ChannelFacts[] | undefined,
    state: BatchState<unknown>,
): void {
    // A list, as there are few, and mostly one.
    const wanted: WantedLevel[] = [];
    if (!live) for (const channel of channels!) for (const location of channel.locations) want(wanted, location, 0);
    for (const level of stock) want(wanted, locationOf(level, state), level.stockOnHand);
    for (const { location, stockOnHand } of wanted) {
        const id = state.references.get('StockLocation', location);
        const before = id === undefined ? undefined : live?.stockAt(id);
        if (before !== stockOnHand) draft.change(joinPath('stock', location), before, stockOnHand);
    }
}

interface WantedLevel {
    location: string;
    stockOnHand: number;
}

/** The last level that is given for a location counts. */
function want(wanted: WantedLevel[], location: string, stockOnHand: number): void {
    const earlier = wanted.length === 0 ? undefined : wanted.find(level => level.location === location);
    if (earlier) earlier.stockOnHand = stockOnHand;
    else wanted.push({ location, stockOnHand });
}
