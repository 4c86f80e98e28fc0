import {
    ConfigService,
    CurrencyCode,
    DefaultProductVariantPriceUpdateStrategy,
    ID,
    Injector,
    ProductVariantPrice,
    ProductVariantPriceUpdateStrategy,
    RequestContext,
} from '@vendure/core';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { compareIds } from '../sql/key-order';

/**
 * Lets the shop's ProductVariantPriceUpdateStrategy change further prices, as Vendure does after each price it writes; to
 * keep channels in step, say. Prices that the change sets name themselves stay as given. What the strategy does is a
 * rule of the shop and not of the source, so it stands in no change set.
 */
export async function applyPriceStrategy(
    batch: Batch,
    description: EntityDescription,
    injector: Injector,
    ctx: RequestContext,
): Promise<void> {
    const { sql, references } = batch;
    const strategy = effectiveStrategy(injector);
    const entities = batch.of(description).filter(entity => entity.prices.length > 0);
    if (!strategy || entities.length === 0) return;

    const table = sql.table(ProductVariantPrice);
    const columns = ['id', 'variant', 'channelId', 'currencyCode', 'price'];
    const ids = entities.map(entity => entity.knownId()).sort(compareIds);
    const byVariant = new Map<string, ProductVariantPrice[]>();
    for (const [id, variant, channelId, currencyCode, price] of await sql.selectIn(table, columns, 'variant', ids)) {
        const entity = new ProductVariantPrice({
            id: id as ID,
            channelId: channelId as ID,
            currencyCode: currencyCode as CurrencyCode,
            price: Number(price),
        });
        byVariant.set(String(variant), [...(byVariant.get(String(variant)) ?? []), entity]);
    }

    const wanted = new Map<ID, number>();
    const given = new Set<ID>();
    for (const entity of entities) {
        const prices = byVariant.get(String(entity.knownId())) ?? [];
        for (const change of entity.prices) {
            const channelId = change.channel.in(references);
            const currencyCode = change.currencyCode as CurrencyCode;
            const written = prices.find(
                price => String(price.channelId) === String(channelId) && price.currencyCode === currencyCode,
            );
            if (written) given.add(written.id);
            const price = written ?? new ProductVariantPrice({ channelId, currencyCode });
            const happened =
                change.price === undefined ? 'onPriceDeleted' : change.existed ? 'onPriceUpdated' : 'onPriceCreated';
            for (const further of await strategy[happened](ctx, price, prices)) wanted.set(further.id, further.price);
        }
    }
    const present = new Map([...byVariant.values()].flat().map(({ id, price }) => [id, price]));
    const rows = [...wanted]
        .filter(([id, price]) => !given.has(id) && present.get(id) !== price)
        .sort(([a], [b]) => compareIds(a, b));
    if (rows.length > 0) await sql.update(table, ['id'], ['price'], rows);
}

/** Undefined for Vendure's default, which changes nothing, to save the reading. */
function effectiveStrategy(injector: Injector): ProductVariantPriceUpdateStrategy | undefined {
    const strategy = injector.get(ConfigService).catalogOptions.productVariantPriceUpdateStrategy;
    if (strategy.constructor !== DefaultProductVariantPriceUpdateStrategy) return strategy;
    const options = Reflect.get(strategy, 'options') as { syncPricesAcrossChannels?: boolean } | undefined;
    return options?.syncPricesAcrossChannels ? strategy : undefined;
}
