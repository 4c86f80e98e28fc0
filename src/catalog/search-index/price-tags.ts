import {
    Channel,
    ConfigService,
    CurrencyCode,
    defaultConfig,
    ID,
    Injector,
    MutableRequestContext,
    ProductPriceApplicator,
    ProductVariant,
    ProductVariantPrice,
    TaxCategory,
    TransactionalConnection,
} from '@vendure/core';
import { In } from 'typeorm';
import type { EntityId } from '../sql/sql-session';
import type { IndexedVariant } from './indexed-catalog';

export interface PriceTag {
    price: number;
    priceWithTax: number;
}

/** What Vendure's indexer has loaded when it asks the shop's strategies for a price. */
const RELATIONS_FOR_STRATEGIES = [
    'translations',
    'taxCategory',
    'featuredAsset',
    'productVariantPrices',
    'channels',
    'channels.defaultTaxZone',
    'facetValues',
    'facetValues.facet',
    'product',
    'product.translations',
    'product.channels',
    'product.facetValues',
    'product.facetValues.facet',
    'collections',
    'collections.translations',
];
const VARIANTS_PER_QUERY = 10_000;

/** Prices as the shop shows them: the shop's own strategies select, calculate and tax them. */
export class PriceTags {
    private constructor(
        private readonly applicator: ProductPriceApplicator,
        private readonly variants: ReadonlyMap<string, ProductVariant>,
        private readonly ctx: MutableRequestContext,
    ) {}

    static async of(
        variants: readonly IndexedVariant[],
        injector: Injector,
        ctx: MutableRequestContext,
    ): Promise<PriceTags> {
        const entities = hasOwnStrategies(injector)
            ? await wholeVariants(variants, injector, ctx)
            : await bareVariants(variants, injector, ctx);
        return new PriceTags(
            injector.get(ProductPriceApplicator),
            new Map(entities.map(entity => [String(entity.id), entity])),
            ctx,
        );
    }

    async in(channel: Channel, currencyCode: CurrencyCode, variantId: EntityId): Promise<PriceTag> {
        const inCurrency =
            channel.defaultCurrencyCode === currencyCode
                ? channel
                : new Channel({ ...channel, defaultCurrencyCode: currencyCode });
        this.ctx.setChannel(inCurrency);
        const variant = this.variants.get(String(variantId))!;
        await this.applicator.applyChannelPriceAndTax(variant, this.ctx);
        return { price: variant.price, priceWithTax: variant.priceWithTax };
    }
}

/** Other than those that Vendure comes with. */
function hasOwnStrategies(injector: Injector): boolean {
    const { catalogOptions, taxOptions } = injector.get(ConfigService);
    const { catalogOptions: standard, taxOptions: standardTax } = defaultConfig;
    return (
        isOwn(catalogOptions.productVariantPriceSelectionStrategy, standard.productVariantPriceSelectionStrategy) ||
        isOwn(catalogOptions.productVariantPriceCalculationStrategy, standard.productVariantPriceCalculationStrategy) ||
        isOwn(taxOptions.taxZoneStrategy, standardTax.taxZoneStrategy)
    );
}

/** A strategy given as a plain object is merged by Vendure into an instance of the standard one. */
function isOwn(strategy: object, standard: object): boolean {
    return (
        strategy.constructor !== standard.constructor ||
        Object.values(strategy).some(member => typeof member === 'function')
    );
}

/** Vendure's own strategies look at prices and tax category only. */
async function bareVariants(
    variants: readonly IndexedVariant[],
    injector: Injector,
    ctx: MutableRequestContext,
): Promise<ProductVariant[]> {
    const categories = await injector.get(TransactionalConnection).getRepository(ctx, TaxCategory).find();
    const byId = new Map(categories.map(category => [String(category.id), category]));
    return variants.map(({ id, taxCategoryId, prices }) => {
        const taxCategory = byId.get(String(taxCategoryId));
        return new ProductVariant({
            id,
            ...(taxCategory ? { taxCategory } : {}),
            productVariantPrices: prices.map(
                ({ currencyCode, ...price }) =>
                    new ProductVariantPrice({ ...price, currencyCode: currencyCode as CurrencyCode }),
            ),
        });
    });
}

async function wholeVariants(
    variants: readonly IndexedVariant[],
    injector: Injector,
    ctx: MutableRequestContext,
): Promise<ProductVariant[]> {
    const repository = injector.get(TransactionalConnection).getRepository(ctx, ProductVariant);
    const ids: ID[] = variants.map(({ id }) => id);
    const found: ProductVariant[] = [];
    for (let start = 0; start < ids.length; start += VARIANTS_PER_QUERY) {
        const some = await repository.find({
            where: { id: In(ids.slice(start, start + VARIANTS_PER_QUERY)) },
            relations: RELATIONS_FOR_STRATEGIES,
            relationLoadStrategy: 'query',
            loadEagerRelations: false,
        });
        found.push(...some);
    }
    return found;
}
