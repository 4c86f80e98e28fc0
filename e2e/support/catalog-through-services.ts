import {
    Channel,
    ChannelService,
    CurrencyCode,
    Facet,
    FacetService,
    FacetValue,
    FacetValueService,
    type ID,
    type LanguageCode,
    Product,
    ProductOption,
    ProductOptionGroup,
    ProductOptionGroupService,
    ProductOptionService,
    ProductService,
    ProductTranslation,
    ProductVariant,
    ProductVariantService,
    StockLocation,
    TaxCategory,
} from '@vendure/core';
import { normalizeString } from '@vendure/common/lib/normalize-string';
import type { JsonObject } from '../../shared/json';
import { CHANNELS, CUSTOM_FIELDS, LOCATIONS } from './generated-catalog';
import type { BootedVendure } from './vendure';

interface Texts {
    languageCode: LanguageCode;
    name?: string;
    slug?: string;
    description?: string | null;
    customFields?: JsonObject;
}

interface NamedWithTranslations {
    name: string;
    translations: { languageCode: LanguageCode; name: string }[];
}

interface FacetValueGiven {
    facet: string;
    value: string;
    translations: { languageCode: LanguageCode; facet: string; value: string }[];
}

interface ThingGiven {
    name?: string;
    enabled?: boolean;
    facetValues?: FacetValueGiven[];
    customFields?: JsonObject;
    translations?: Texts[];
}

interface VariantGiven extends ThingGiven {
    sku: string;
    options?: Record<string, string>;
    price?: number;
    prices?: { channel: string; currencyCode: CurrencyCode; price: number }[];
    stockOnHand?: number;
    stock?: { location: string; stockOnHand: number }[];
    taxCategory?: string;
    trackInventory?: string;
    outOfStockThreshold?: number;
    useGlobalOutOfStockThreshold?: boolean;
}

interface ProductGiven extends ThingGiven {
    slug: string;
    description?: string | null;
    channels?: string[];
    optionGroups?: (NamedWithTranslations & { options: NamedWithTranslations[] })[];
    variants?: VariantGiven[];
}

const EN = 'en' as LanguageCode;
const LOCALISED = CUSTOM_FIELDS.filter(({ type }) => type.startsWith('locale')).map(({ name }) => name);

/** Does with Vendure's services, call by call, what a record of the `product` loader asks for. */
export class CatalogThroughServices {
    constructor(private readonly shop: BootedVendure) {}

    async load(records: readonly JsonObject[]): Promise<void> {
        for (const record of records) await this.product(record as unknown as ProductGiven);
    }

    private get products(): ProductService {
        return this.shop.app.get(ProductService);
    }

    private get variants(): ProductVariantService {
        return this.shop.app.get(ProductVariantService);
    }

    private async product(given: ProductGiven): Promise<void> {
        const { ctx } = this.shop;
        const live = await this.liveProduct(given.slug);
        const input = {
            ...(given.enabled === undefined ? {} : { enabled: given.enabled }),
            ...(given.facetValues ? { facetValueIds: await this.facetValueIds(given.facetValues) } : {}),
            ...customFieldsOf(given),
            translations: textsOf(given).map(texts => {
                const isNew = !live?.translations.some(({ languageCode }) => languageCode === texts.languageCode);
                const description = texts.description === undefined && !isNew ? {} : { description: texts.description };
                return { ...texts, ...('description' in description ? { description: texts.description ?? '' } : {}) };
            }),
        };
        const { id } = live
            ? await this.products.update(ctx, { id: live.id, ...input } as never)
            : await this.products.create(ctx, input as never);
        const groups = live ? live.optionGroups : await this.optionGroups(id, given);
        await this.channels(id, live ? undefined : (given.channels ?? []));
        for (const variant of given.variants ?? []) await this.variant(id, groups, variant);
        if (live) await this.channels(id, given.channels);
        for (const variant of given.variants ?? []) await this.prices(variant);
        await this.facetValuesFollow(id);
    }

    private async liveProduct(slug: string): Promise<Product | undefined> {
        const translation = await this.shop.connection.rawConnection.getRepository(ProductTranslation).findOne({
            where: { slug, languageCode: EN },
            relations: { base: { translations: true, optionGroups: { options: { translations: true } } } },
        });
        return translation?.base;
    }

    private async optionGroups(productId: ID, given: ProductGiven): Promise<ProductOptionGroup[]> {
        const { app, ctx } = this.shop;
        const made: ProductOptionGroup[] = [];
        for (const { name, translations } of given.optionGroups ?? []) {
            const group = await app.get(ProductOptionGroupService).create(ctx, {
                code: codeOf(`${given.name}-${name}`),
                translations: [{ languageCode: EN, name }, ...translations],
            });
            await this.products.addOptionGroupToProduct(ctx, productId, group.id);
            made.push(group);
        }
        for (const { name, options } of given.optionGroups ?? []) {
            const group = made.find(candidate => candidate.name === name)!;
            group.options = [];
            for (const option of options) {
                const translations = [{ languageCode: EN, name: option.name }, ...option.translations];
                const input = { code: codeOf(option.name), translations, productOptionGroupId: group.id };
                group.options.push(await app.get(ProductOptionService).create(ctx, group, input));
            }
        }
        return made;
    }

    private async variant(productId: ID, groups: readonly ProductOptionGroup[], given: VariantGiven): Promise<void> {
        const { ctx } = this.shop;
        const rows = this.shop.connection.rawConnection;
        const live = await rows.getRepository(ProductVariant).findOneBy({ sku: given.sku });
        const chosen = Object.entries(given.options ?? {}).map(([group, option]) =>
            groups
                .find(({ code }) => code.endsWith(codeOf(group)))!
                .options.find(({ code }) => code === codeOf(option))!,
        );
        // As a bare number Vendure refuses stock below the threshold at which a variant counts as sold out.
        const inFirst =
            given.stockOnHand === undefined ? undefined : { location: LOCATIONS[0]!, stockOnHand: given.stockOnHand };
        const stock = inFirst ? [inFirst] : given.stock;
        const input = {
            ...(given.enabled === undefined ? {} : { enabled: given.enabled }),
            ...(given.facetValues ? { facetValueIds: await this.facetValueIds(given.facetValues) } : {}),
            ...customFieldsOf(given),
            ...pick(given, ['price', 'trackInventory']),
            ...pick(given, ['outOfStockThreshold', 'useGlobalOutOfStockThreshold']),
            ...(stock ? { stockLevels: await this.stockLevels(stock) } : {}),
            ...(given.taxCategory
                ? {
                      taxCategoryId: (
                          await rows.getRepository(TaxCategory).findOneByOrFail({ name: given.taxCategory })
                      ).id,
                  }
                : {}),
            translations: live ? textsOf(given) : await this.namesOf(productId, given, chosen),
        };
        if (live) await this.variants.update(ctx, [{ id: live.id, ...input } as never]);
        else {
            const optionIds = chosen.map(({ id }) => id);
            await this.variants.create(ctx, [{ productId, sku: given.sku, optionIds, ...input } as never]);
        }
    }

    /** A new variant has a name in each language of its product, after product and options where it brings none. */
    private async namesOf(productId: ID, given: VariantGiven, options: ProductOption[]): Promise<Texts[]> {
        const rows = this.shop.connection.rawConnection;
        const product = await rows
            .getRepository(Product)
            .findOneOrFail({ where: { id: productId }, relations: { translations: true } });
        const texts = new Map(textsOf(given).map(entry => [entry.languageCode, entry]));
        for (const { languageCode, name } of product.translations) {
            const names = options.map(({ translations }) => {
                const inLanguage = (code: string) =>
                    translations.find(entry => String(entry.languageCode) === code)?.name;
                return inLanguage(languageCode) ?? inLanguage('en')!;
            });
            const composed = [name, ...names].join(' ');
            texts.set(languageCode, { name: composed, ...withoutNothing(texts.get(languageCode)), languageCode });
        }
        const fallback = texts.get(EN)?.name;
        return [...texts.values()].map(entry => ({ ...entry, name: entry.name ?? fallback }));
    }

    private async stockLevels(stock: NonNullable<VariantGiven['stock']>): Promise<object[]> {
        const locations = await this.shop.connection.rawConnection.getRepository(StockLocation).find();
        return stock.map(({ location, stockOnHand }) => ({
            stockLocationId: locations.find(({ name }) => name === location)!.id,
            stockOnHand,
        }));
    }

    private async prices({ sku, prices = [] }: VariantGiven): Promise<void> {
        const { ctx, connection } = this.shop;
        const { id } = await connection.rawConnection.getRepository(ProductVariant).findOneByOrFail({ sku });
        for (const { channel, currencyCode, price } of prices) {
            const channelId = await this.channelId(channel);
            await this.variants.createOrUpdateProductVariantPrice(ctx, id, price, channelId, currencyCode);
        }
    }

    private async channels(productId: ID, wanted: readonly string[] | undefined): Promise<void> {
        if (!wanted) return;
        const { ctx, connection } = this.shop;
        const product = await connection.rawConnection
            .getRepository(Product)
            .findOneOrFail({ where: { id: productId }, relations: { channels: true } });
        const present = product.channels.map(({ code }) => code);
        for (const code of Object.keys(CHANNELS)) {
            const input = { productIds: [productId], channelId: await this.channelId(code) };
            if (wanted.includes(code) && !present.includes(code))
                await this.products.assignProductsToChannel(ctx, input);
            if (wanted.includes(code) || !present.includes(code)) continue;
            await this.products.removeProductsFromChannel(ctx, input);
        }
    }

    private async channelId(code: string): Promise<ID> {
        if (code === 'default') return this.shop.ctx.channelId;
        return (await this.shop.connection.rawConnection.getRepository(Channel).findOneByOrFail({ code })).id;
    }

    /** Creates those that are not there yet. */
    private async facetValueIds(given: readonly FacetValueGiven[]): Promise<ID[]> {
        const { app, ctx, connection } = this.shop;
        const ids: ID[] = [];
        for (const { facet: facetName, value, translations } of given) {
            const code = codeOf(facetName);
            const facet =
                (await connection.rawConnection.getRepository(Facet).findOneBy({ code })) ??
                (await app.get(FacetService).create(ctx, {
                    code,
                    isPrivate: false,
                    translations: [
                        { languageCode: EN, name: facetName },
                        ...translations.map(({ languageCode, facet: name }) => ({ languageCode, name })),
                    ],
                }));
            const where = { code: codeOf(value), facet: { id: facet.id } };
            const live = await connection.rawConnection.getRepository(FacetValue).findOneBy(where);
            const made =
                live ??
                (await app.get(FacetValueService).create(ctx, facet, {
                    facetId: facet.id,
                    code: codeOf(value),
                    translations: [
                        { languageCode: EN, name: value },
                        ...translations.map(({ languageCode, value: name }) => ({ languageCode, name })),
                    ],
                }));
            ids.push(made.id);
        }
        return ids;
    }

    /** Vendure leaves them behind when a product goes into a channel; there a shop could not show them. */
    private async facetValuesFollow(productId: ID): Promise<void> {
        const { app, ctx, connection } = this.shop;
        const { channels, facetValues, variants } = await connection.rawConnection
            .getRepository(Product)
            .findOneOrFail({
                where: { id: productId },
                relations: { channels: true, facetValues: { facet: true }, variants: { facetValues: { facet: true } } },
            });
        const channelIds = channels.map(({ id }) => id);
        for (const value of [...facetValues, ...variants.flatMap(variant => variant.facetValues)]) {
            await app.get(ChannelService).assignToChannels(ctx, FacetValue, value.id, channelIds);
            await app.get(ChannelService).assignToChannels(ctx, Facet, value.facet.id, channelIds);
        }
    }
}

/** Texts and localised custom fields of the record itself are those of the language of the run. */
function textsOf(given: ThingGiven & { slug?: string; description?: string | null }): Texts[] {
    const own = pick(given, ['name', 'slug', 'description']);
    const localised = pick(given.customFields ?? {}, LOCALISED);
    const hasOwn = Object.keys(own).length + Object.keys(localised).length > 0;
    return [...(hasOwn ? [{ languageCode: EN, ...own, customFields: localised }] : []), ...(given.translations ?? [])];
}

/** As the Admin API takes them: relations by ids, instants as dates. */
export function customFieldsOf({ customFields }: { customFields?: JsonObject }): {
    customFields?: Record<string, unknown>;
} {
    if (!customFields) return {};
    const entries = Object.entries(customFields).flatMap(([name, value]): [string, unknown][] => {
        const { type, list } = CUSTOM_FIELDS.find(field => field.name === name)!;
        if (type === 'relation') return [[list ? `${name}Ids` : `${name}Id`, value]];
        if (LOCALISED.includes(name)) return [];
        if (type === 'datetime' && typeof value === 'string') return [[name, new Date(value)]];
        return [[name, value]];
    });
    return { customFields: Object.fromEntries(entries) };
}

function pick(from: object, names: readonly string[]): Record<string, never> {
    return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name))) as Record<string, never>;
}

function withoutNothing(texts: Texts | undefined): Partial<Texts> {
    return Object.fromEntries(Object.entries(texts ?? {}).filter(([, value]) => value !== undefined));
}

function codeOf(text: string): string {
    return normalizeString(text, '-') || text;
}
