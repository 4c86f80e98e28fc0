import {
    Channel,
    ConfigService,
    GlobalSettingsService,
    Injector,
    MutableRequestContext,
    StockLevel,
    TransactionalConnection,
} from '@vendure/core';
import { GlobalFlag } from '@vendure/common/lib/generated-types';
import { In } from 'typeorm';
import type { EntityId } from '../sql/sql-session';
import type { IndexedVariant } from './indexed-catalog';

const VARIANTS_PER_QUERY = 10_000;

/** Which variants can be sold in a channel; where stock counts is for the shop's StockLocationStrategy to say. */
export class SaleableStock {
    private constructor(
        private readonly levels: ReadonlyMap<string, StockLevel[]>,
        private readonly settings: { trackInventory: boolean; outOfStockThreshold: number },
        private readonly injector: Injector,
        private readonly ctx: MutableRequestContext,
    ) {}

    static async of(ids: readonly EntityId[], injector: Injector, ctx: MutableRequestContext): Promise<SaleableStock> {
        const repository = injector.get(TransactionalConnection).getRepository(ctx, StockLevel);
        const levels = new Map<string, StockLevel[]>();
        for (let start = 0; start < ids.length; start += VARIANTS_PER_QUERY) {
            const some = ids.slice(start, start + VARIANTS_PER_QUERY);
            for (const level of await repository.find({ where: { productVariantId: In(some) } })) {
                const key = String(level.productVariantId);
                levels.set(key, [...(levels.get(key) ?? []), level]);
            }
        }
        const settings = await injector.get(GlobalSettingsService).getSettings(ctx);
        return new SaleableStock(levels, settings, injector, ctx);
    }

    async has(variant: IndexedVariant, channel: Channel): Promise<boolean> {
        const { trackInventory } = variant;
        if (
            trackInventory === GlobalFlag.FALSE ||
            (trackInventory === GlobalFlag.INHERIT && !this.settings.trackInventory)
        ) {
            return true;
        }
        this.ctx.setChannel(channel);
        const { stockLocationStrategy } = this.injector.get(ConfigService).catalogOptions;
        const levels = this.levels.get(String(variant.id)) ?? [];
        const { stockOnHand, stockAllocated } = await stockLocationStrategy.getAvailableStock(
            this.ctx,
            variant.id,
            levels,
        );
        const threshold = variant.useGlobalOutOfStockThreshold
            ? this.settings.outOfStockThreshold
            : variant.outOfStockThreshold;
        return stockOnHand - stockAllocated - threshold > 0;
    }
}
