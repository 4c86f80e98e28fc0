import { Channel, ConfigService, Injector, MutableRequestContext } from '@vendure/core';
import type { EntityId, SqlDialectName, Table } from '../sql/sql-session';
import { IndexedCatalog, IndexedProduct, IndexedVariant } from './indexed-catalog';
import type { InstalledIndex } from './installed-index';
import { inLanguage, languagesByChannel } from './languages';
import { PriceTags } from './price-tags';
import { SaleableStock } from './saleable-stock';

/** One row of the index, by property of its entity. */
export type IndexRow = Record<string, unknown>;

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
export async function indexRowsOf(catalog: IndexedCatalog, circumstances: Circumstances): Promise<IndexRow[]> {
    const { index, channels, injector, ctx, dialect } = circumstances;
    const { defaultLanguageCode } = injector.get(ConfigService);
    const prices = await PriceTags.of(catalog.variants, injector, ctx);
    const stock = index.withStock ? await stockStatusOf(catalog.variants, injector, ctx) : undefined;
    const rows: IndexRow[] = [];
    for (const variant of catalog.variants) {
        const product = catalog.products.get(variant.productId)!;
        const own = new Set(variant.channelIds.map(String));
        const languages = languagesByChannel(channels.filter(({ id }) => own.has(String(id))));
        const everywhere = partOfAllRows(variant, product, catalog);
        const texts = new Map<string, IndexRow>();
        const textsIn = (languageCode: string): IndexRow => {
            let found = texts.get(languageCode);
            if (!found) {
                found = textsOf(variant, product, catalog, languageCode, defaultLanguageCode, dialect);
                texts.set(languageCode, found);
            }
            return found;
        };
        for (const [channel, languageCodes] of languages) {
            const inStock = await stock?.(variant, channel);
            for (const currencyCode of currenciesOf(channel, index)) {
                const tag = await prices.in(channel, currencyCode, variant.id);
                for (const languageCode of languageCodes) {
                    rows.push({
                        ...everywhere,
                        ...textsIn(languageCode),
                        ...tag,
                        ...inStock,
                        channelId: channel.id,
                        currencyCode,
                    });
                }
            }
        }
    }
    return rows;
}

/** Those of its columns that this table has; two of them depend on the options of DefaultSearchPlugin. */
export function columnsOf(row: IndexRow, table: Table): string[] {
    return Object.keys(row).filter(property => table.has(property));
}

function partOfAllRows(variant: IndexedVariant, product: IndexedProduct, { facetOfValue }: IndexedCatalog): IndexRow {
    const facetValueIds = [...new Set([...variant.facetValueIds, ...product.facetValueIds])];
    return {
        productVariantId: variant.id,
        productId: variant.productId,
        sku: variant.sku,
        enabled: product.enabled && variant.enabled,
        channelIds: variant.channelIds.map(String),
        facetValueIds: facetValueIds.map(String),
        facetIds: [...new Set(facetValueIds.map(id => String(facetOfValue.get(id))))],
        collectionIds: variant.collectionIds.map(String),
        productAssetId: product.asset?.id ?? null,
        productPreview: product.asset?.preview ?? '',
        productPreviewFocalPoint: product.asset?.focalPoint ?? null,
        productVariantAssetId: variant.asset?.id ?? null,
        productVariantPreview: variant.asset?.preview ?? '',
        productVariantPreviewFocalPoint: variant.asset?.focalPoint ?? null,
    };
}

function textsOf(
    variant: IndexedVariant,
    product: IndexedProduct,
    { collectionTexts }: IndexedCatalog,
    languageCode: string,
    fallback: string,
    dialect: SqlDialectName,
): IndexRow {
    const ofProduct = inLanguage(product.texts, languageCode, fallback);
    const description = ofProduct?.description ?? '';
    return {
        languageCode,
        productName: ofProduct?.name ?? '',
        slug: ofProduct?.slug ?? '',
        description: dialect === 'postgres' ? description.substring(0, POSTGRES_DESCRIPTION_LENGTH) : description,
        productVariantName: inLanguage(variant.texts, languageCode, fallback)?.name ?? '',
        collectionSlugs: slugsOf(variant.collectionIds, collectionTexts, languageCode, fallback),
    };
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
    return async (variant: IndexedVariant, channel: Channel): Promise<IndexRow> => {
        const inStock = await stock.has(variant, channel);
        const key = `${variant.productId}/${channel.id}`;
        if (!known.has(key)) {
            let some = false;
            for (const sibling of ofProduct.get(variant.productId)!) some ||= await stock.has(sibling, channel);
            known.set(key, some);
        }
        return { inStock, productInStock: known.get(key) };
    };
}
