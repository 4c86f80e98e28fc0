import type { ChangeSet } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import { awaited } from '../awaited';
import { adjustmentReferenceId } from '../apply/adjustment-reference';
import type { Match } from '../product/batch-state';
import type { ChannelFacts } from '../product/catalog-facts';
import { comparePrices } from '../product/compare-prices';
import { compareStock, locationOf } from '../product/compare-stock';
import { EntityDraft } from '../product/entity-draft';
import type { LiveVariant } from '../product/live-catalog';
import { splitPath, joinPath } from '../product/vocabulary';
import type { GivenAdjustment, VariantUpdate } from './variant-update';
import type { VariantUpdateState } from './variant-update-resolver';

/** The change set of one record about an existing variant. Throws a UserError when the record is refused. */
export function compareVariantUpdate(
    { record, variant: live }: Match<VariantUpdate>,
    state: VariantUpdateState,
): ChangeSet {
    if (!live) throw variantNotFound(record, state);
    const draft = new EntityDraft('ProductVariant', live.id, live.sku || `id:${live.id}`);
    if (record.outOfStockThreshold !== undefined) compareThreshold(draft, record.outOfStockThreshold, live);
    if (record.prices?.length) {
        comparePrices(draft, record.prices, live, channelsOf(live, state), state);
    }
    if (record.stock?.length) compareStock(draft, record.stock, live, undefined, state);
    if (record.adjustments) compareAdjustments(draft, record.adjustments, record.externalId, live, state);
    if (!draft.changed) return { action: 'UNCHANGED', key: draft.key, entities: [] };
    advance(live, draft, state);
    return { action: 'UPDATE', key: draft.key, entities: [draft.toChange()] };
}

/** Undefined where nobody has asked for them. */
function channelsOf(live: LiveVariant, { run }: VariantUpdateState): ChannelFacts[] | undefined {
    if (!live.hasChannels) return undefined;
    const channels = live.channelIds.flatMap(id => run.facts.channelOf(id) ?? []);
    return channels.length > 0 ? channels : undefined;
}

function compareThreshold(draft: EntityDraft, threshold: number | null, { values }: LiveVariant): void {
    if (threshold !== null) draft.change('outOfStockThreshold', values.outOfStockThreshold as number, threshold);
    const isGlobal = values.useGlobalOutOfStockThreshold as boolean;
    draft.change('useGlobalOutOfStockThreshold', isGlobal, threshold === null);
}

function compareAdjustments(
    draft: EntityDraft,
    given: readonly GivenAdjustment[],
    externalId: string | undefined,
    live: LiveVariant,
    state: VariantUpdateState,
): void {
    const stock = new Map<string, { before: number | undefined; after: number }>();
    for (const adjustment of given) {
        const location = locationOf(adjustment, state);
        const locationId = state.references.get('StockLocation', location)!;
        if (externalId !== undefined && state.adjusted.has(adjustmentReferenceId(externalId, live.id, locationId))) {
            continue;
        }
        const before = live.stockAt(locationId);
        const now = stock.get(location)?.after ?? before;
        stock.set(location, { before, after: adjusted(adjustment, now ?? 0) });
    }
    for (const [location, { before, after }] of stock) {
        draft.change(joinPath('stock', location), before, after);
        // Also where the stock is as counted already: by the next run it may have been sold.
        if (externalId !== undefined) {
            draft.change(joinPath('adjustments', externalId, location), undefined, after - (before ?? 0));
        }
    }
}

function adjusted({ delta, stockOnHand, at }: GivenAdjustment, now: number): number {
    if ((delta === undefined) === (stockOnHand === undefined)) {
        throw new UserError(
            'adjustment-unclear',
            `${at}delta and ${at}stockOnHand ${delta === undefined ? 'are both missing' : 'are both given'}.`,
            'Give delta to add to the stock, or stockOnHand to set it.',
            { field: `${at}delta` },
        );
    }
    return delta === undefined ? stockOnHand! : now + delta;
}

/** Later records of the batch that are about the same variant go on from here. */
function advance(live: LiveVariant, { fields }: EntityDraft, { references }: VariantUpdateState): void {
    for (const { path, after } of fields) {
        const [first, location] = splitPath(path);
        if (first === 'stock') live.setStock(references.get('StockLocation', location!)!, after as number);
        else if (path in live.values) live.values[path] = after;
    }
}

function variantNotFound({ sku, id }: VariantUpdate, { run }: VariantUpdateState): UserError {
    const name = sku ?? id;
    return new UserError(
        'variant-not-found',
        `There is no variant ${name === undefined ? 'for this record' : `"${name}"`} in the channel "${run.channel.code}".`,
        'Load its product first, or correct the field that the variant is matched by.',
        {
            field: sku === undefined ? 'id' : 'sku',
            ...(sku === undefined ? {} : { waitsFor: awaited('ProductVariant', sku) }),
        },
    );
}
