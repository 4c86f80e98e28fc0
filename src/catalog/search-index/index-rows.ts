import { Channel, ConfigService, Injector, MutableRequestContext } from '@vendure/core';
import type { EntityId, SqlDialectName } from '../sql/sql-session';
import { IndexedCatalog, IndexedProduct, IndexedVariant } from './indexed-catalog';
import type { InstalledIndex } from './installed-index';
import { inLanguage, languagesByChannel } from './languages';
import { PriceTags } from './price-tags';
import { SaleableStock } from './saleable-stock';

/** Rows of the index, with the properties of its entity that their values belong to. */
export interface IndexRows {
    columns: readonly string[];
    rows: unknown[][];
}

/** What is the same in all rows of a variant. */
const VARIANT_COLUMNS = [
    'productVariantId',
    'productId',
    'sku',
    'enabled',
    'channelIds',
    'facetValueIds',
    'facetIds',
    'collectionIds',
    'productAssetId',
    'productPreview',
    'productPreviewFocalPoint',
    'productVariantAssetId',
    'productVariantPreview',
    'productVariantPreviewFocalPoint',
];
const TEXT_COLUMNS = ['languageCode', 'productName', 'slug', 'description', 'productVariantName', 'collectionSlugs'];

interface Circumstances {
    index: InstalledIndex;
    /** All of the shop, in the order of their ids. */
    channels: readonly Channel[];
    injector: Injector;
    ctx: MutableRequestContext;
    dialect: SqlDialectName;
}

/** B-tree indexes of PostgreSQL refuse longer values; Vendure cuts descriptions at the same place. */
const POSTGRES_DESCRIPTION_LENGTH = 2600;

/** The rows that Vendure's own indexer writes for these variants. */
export async function indexRowsOf(catalog: IndexedCatalog, circumstances: Circumstances): Promise<IndexRows> {
    const { index, channels, injector, ctx, dialect } = circumstances;
    const { defaultLanguageCode } = injector.get(ConfigService);
    const prices = await PriceTags.of(catalog.variants, injector, ctx);
    const stock = index.withStock ? await stockStatusOf(catalog.variants, injector, ctx) : undefined;
    const rows: unknown[][] = [];
    for (const variant of catalog.variants) {
        const product = catalog.products.get(variant.productId)!;
        const own = new Set(variant.channelIds.map(String));
        const languages = languagesByChannel(channels.filter(({ id }) => own.has(String(id))));
        const ofVariant = variantValues(variant, product, catalog);
        const texts = new Map<string, unknown[]>();
        for (const languageCode of new Set([...languages.values()].flat())) {
            texts.set(languageCode, textValues(variant, product, catalog, languageCode, defaultLanguageCode, dialect));
        }
        for (const [channel, languageCodes] of languages) {
            const inStock = (await stock?.(variant, channel)) ?? [];
            for (const currencyCode of currenciesOf(channel, index)) {
                const { price, priceWithTax } = await prices.in(channel, currencyCode, variant.id);
                const ofChannel = [channel.id, price, priceWithTax, ...inStock];
                if (index.hasCurrencyColumn) ofChannel.push(currencyCode);
                for (const languageCode of languageCodes) {
                    rows.push(ofVariant.concat(texts.get(languageCode)!, ofChannel));
                }
            }
        }
    }
    return { columns: columnsOf(index), rows };
}

function columnsOf({ withStock, hasCurrencyColumn }: InstalledIndex): string[] {
    const columns = [...VARIANT_COLUMNS, ...TEXT_COLUMNS, 'channelId', 'price', 'priceWithTax'];
    if (withStock) columns.push('inStock', 'productInStock');
    if (hasCurrencyColumn) columns.push('currencyCode');
    return columns;
}

/** In the order of {@link VARIANT_COLUMNS}. */
function variantValues(variant: IndexedVariant, product: IndexedProduct, { facetOfValue }: IndexedCatalog): unknown[] {
    const facetValueIds = [...new Set([...variant.facetValueIds, ...product.facetValueIds])];
    return [
        variant.id,
        variant.productId,
        variant.sku,
        product.enabled && variant.enabled,
        variant.channelIds.map(String),
        facetValueIds.map(String),
        [...new Set(facetValueIds.map(id => String(facetOfValue.get(id))))],
        variant.collectionIds.map(String),
        product.asset?.id ?? null,
        product.asset?.preview ?? '',
        product.asset?.focalPoint ?? null,
        variant.asset?.id ?? null,
        variant.asset?.preview ?? '',
        variant.asset?.focalPoint ?? null,
    ];
}

/** In the order of {@link TEXT_COLUMNS}. */
function textValues(
    variant: IndexedVariant,
    product: IndexedProduct,
    { collectionTexts }: IndexedCatalog,
    languageCode: string,
    fallback: string,
    dialect: SqlDialectName,
): unknown[] {
    const ofProduct = inLanguage(product.texts, languageCode, fallback);
    const description = ofProduct?.description ?? '';
    return [
        languageCode,
        ofProduct?.name ?? '',
        ofProduct?.slug ?? '',
        dialect === 'postgres' ? description.substring(0, POSTGRES_DESCRIPTION_LENGTH) : description,
        inLanguage(variant.texts, languageCode, fallback)?.name ?? '',
        slugsOf(variant.collectionIds, collectionTexts, languageCode, fallback),
    ];
}

export function slugsOf(
    collectionIds: readonly EntityId[],
    texts: IndexedCatalog['collectionTexts'],
    languageCode: string,
    fallback: string,
): string[] {
    return collectionIds.flatMap(id => inLanguage(texts.get(id), languageCode, fallback)?.slug ?? []);
}

function currenciesOf({ availableCurrencyCodes, defaultCurrencyCode }: Channel, { withCurrencies }: InstalledIndex) {
    return withCurrencies ? [...new Set(availableCurrencyCodes)] : [defaultCurrencyCode];
}

/** A product is in stock where one of its variants is, whether or not that variant is in the channel. */
async function stockStatusOf(variants: readonly IndexedVariant[], injector: Injector, ctx: MutableRequestContext) {
    const stock = await SaleableStock.of(
        variants.map(({ id }) => id),
        injector,
        ctx,
    );
    const ofProduct = new Map<EntityId, IndexedVariant[]>();
    for (const variant of variants) {
        ofProduct.set(variant.productId, [...(ofProduct.get(variant.productId) ?? []), variant]);
    }
    const known = new Map<string, boolean>();
    return async (variant: IndexedVariant, channel: Channel): Promise<[inStock: boolean, productInStock: boolean]> => {
        const inStock = await stock.has(variant, channel);
        const key = `${variant.productId}/${channel.id}`;
        if (!known.has(key)) {
            let some = false;
            for (const sibling of ofProduct.get(variant.productId)!) some ||= await stock.has(sibling, channel);
            known.set(key, some);
        }
        return [inStock, known.get(key)!];
    };
}
