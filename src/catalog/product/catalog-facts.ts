import {
    Channel,
    ConfigService,
    GlobalSettings,
    Injector,
    Permission,
    RequestContext,
    StockLocation,
    TaxCategory,
    TransactionalConnection,
} from '@vendure/core';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { locationKey } from '../location-key';
import type { References } from '../references';
import type { EntityId } from '../sql/sql-session';

export interface ChannelFacts {
    id: EntityId;
    code: string;
    currencyCode: string;
    currencyCodes: ReadonlySet<string>;
    languageCode: string;
    pricesIncludeTax: boolean;
    /** Keys of the stock locations of the channel, the oldest first. */
    locations: readonly string[];
}

export interface TaxCategoryFacts {
    id: EntityId;
    name: string;
}

interface LocationFacts {
    id: EntityId;
    name: string;
    /** See {@link locationKey}. */
    key: string;
}

const DEFAULT_CHANNEL_CODE = '__default_channel__';

/** What a whole run may rely on: small tables that are read once, before the first batch. */
export class CatalogFacts {
    private readonly channelsByCode = new Map<string, ChannelFacts>();
    private readonly channelsById = new Map<EntityId, ChannelFacts>();
    private readonly taxCategoryIdsByName = new Map<string, TaxCategoryFacts>();
    private readonly taxCategoriesById = new Map<EntityId, TaxCategoryFacts>();
    private readonly taxCategoriesByGivenName = new Map<string, TaxCategoryFacts>();
    private readonly locationIds = new Map<string, EntityId>();
    private readonly locationKeys = new Map<EntityId, string>();
    /** Names of several locations. */
    private readonly ambiguousLocations = new Map<string, number>();
    readonly defaultChannel: ChannelFacts;

    constructor(
        channels: readonly ChannelFacts[],
        private readonly taxCategories: readonly TaxCategoryFacts[],
        readonly defaultTaxCategory: TaxCategoryFacts | undefined,
        /** The oldest first. */
        locations: readonly LocationFacts[],
        readonly languageCodes: ReadonlySet<string>,
        /** Whether the user of the run may write to a channel; its own one is open in any case. */
        private readonly isOpenTo: (channel: EntityId) => boolean,
    ) {
        for (const channel of channels) {
            this.channelsByCode.set(channel.code, channel);
            this.channelsById.set(channel.id, channel);
        }
        this.defaultChannel = this.channelsByCode.get(DEFAULT_CHANNEL_CODE) ?? channels[0]!;
        for (const category of taxCategories) {
            if (!this.taxCategoryIdsByName.has(category.name)) this.taxCategoryIdsByName.set(category.name, category);
            this.taxCategoriesById.set(category.id, category);
        }
        for (const { id, key, name } of locations) {
            this.locationIds.set(key, id);
            this.locationKeys.set(id, key);
            if (key !== name) this.ambiguousLocations.set(name, (this.ambiguousLocations.get(name) ?? 0) + 1);
        }
    }

    static async load(injector: Injector, ctx: RequestContext): Promise<CatalogFacts> {
        const connection = injector.get(TransactionalConnection);
        const order = { createdAt: 'ASC', id: 'ASC' } as const;
        const locations = await connection
            .getRepository(ctx, StockLocation)
            .find({ select: { id: true, name: true, channels: { id: true } }, relations: { channels: true }, order });
        const keyed = locations.map(location => ({ ...location, key: locationKey(location, locations) }));
        const channels = await connection
            .getRepository(ctx, Channel)
            .find({ order: { id: 'ASC' }, loadEagerRelations: false });
        const taxCategories = await connection.getRepository(ctx, TaxCategory).find({ order: { id: 'ASC' } });
        const [settings] = await connection.getRepository(ctx, GlobalSettings).find({ order, take: 1 });
        const fallbackLanguage = injector.get(ConfigService).defaultLanguageCode;
        return new CatalogFacts(
            channels.map(channel => ({
                id: channel.id,
                code: channel.code,
                currencyCode: channel.defaultCurrencyCode,
                currencyCodes: new Set([channel.defaultCurrencyCode, ...(channel.availableCurrencyCodes ?? [])]),
                languageCode: channel.defaultLanguageCode,
                pricesIncludeTax: channel.pricesIncludeTax,
                locations: keyed.filter(l => l.channels.some(c => c.id === channel.id)).map(l => l.key),
            })),
            taxCategories,
            taxCategories.find(category => category.isDefault) ?? taxCategories[0],
            keyed,
            new Set(settings?.availableLanguages ?? [fallbackLanguage]),
            channel => mayRunIn(ctx, channel),
        );
    }

    /** Tells `references` everything that is known for the whole run. */
    fill(references: References): void {
        for (const [code, { id }] of this.channelsByCode) references.set('Channel', code, id);
        for (const [name, { id }] of this.taxCategoryIdsByName) references.set('TaxCategory', name, id);
        for (const [key, id] of this.locationIds) references.set('StockLocation', key, id);
    }

    channel(code: string, field: string): ChannelFacts {
        const channel = this.channelsByCode.get(code) ?? (code === 'default' ? this.defaultChannel : undefined);
        if (channel && !this.isOpenTo(channel.id)) throw channelNotPermitted(code, field);
        if (channel) return channel;
        throw new UserError(
            'unknown-channel',
            `${field}: there is no channel with the code "${code}".`,
            didYouMean(code, this.channelsByCode.keys()),
            { field, got: code },
        );
    }

    /** What leaves a channel is written to it as well. */
    assertMayLeave(before: readonly ChannelFacts[], after: readonly ChannelFacts[]): void {
        for (const channel of before) if (!after.includes(channel)) this.channel(channel.code, 'channels');
    }

    channelOf(id: EntityId): ChannelFacts | undefined {
        return this.channelsById.get(id);
    }

    /**
     * By name, whatever its case; a part of the name is enough when only one category has it, as in Vendure's import format,
     * where "standard" stands for "Standard Tax".
     */
    taxCategory(name: string): TaxCategoryFacts {
        const known = this.taxCategoryIdsByName.get(name) ?? this.taxCategoriesByGivenName.get(name);
        if (known) return known;
        const wanted = name.trim().toLowerCase();
        const named = this.taxCategories.filter(category => category.name.toLowerCase() === wanted);
        const found =
            named.length > 0 ? named : this.taxCategories.filter(c => wanted && c.name.toLowerCase().includes(wanted));
        if (found.length === 1) {
            this.taxCategoriesByGivenName.set(name, found[0]!);
            return found[0]!;
        }
        throw new UserError(
            found.length > 1 ? 'ambiguous-tax-category' : 'unknown-tax-category',
            found.length > 1
                ? `taxCategory: "${name}" fits several tax categories: ${found.map(c => c.name).join(', ')}.`
                : `taxCategory: there is no tax category called "${name}".`,
            found.length > 1
                ? 'Give the full name of one of them.'
                : didYouMean(name, this.taxCategoryIdsByName.keys()),
            { field: 'taxCategory', got: name },
        );
    }

    taxCategoryNameOf(id: unknown): string | null {
        return this.taxCategoriesById.get(id as EntityId)?.name ?? null;
    }

    /** Key of the location that is called so. */
    location(name: string, field: string): string {
        if (this.locationIds.has(name)) return name;
        const count = this.ambiguousLocations.get(name);
        throw new UserError(
            count ? 'ambiguous-stock-location' : 'unknown-stock-location',
            count
                ? `${field}: ${count} stock locations are called "${name}".`
                : `${field}: there is no stock location called "${name}".`,
            count ? 'Give them different names.' : didYouMean(name, this.locationIds.keys()),
            { field, got: name },
        );
    }

    locationKeyOf(id: EntityId): string | undefined {
        return this.locationKeys.get(id);
    }

    /** Where a plain `stockOnHand` goes: the oldest location of the channel, else the oldest of all. */
    defaultLocation(channel: ChannelFacts): string {
        const key = channel.locations[0] ?? this.locationIds.keys().next().value;
        if (key !== undefined) return key;
        throw new UserError(
            'no-stock-location',
            'stockOnHand: the shop has no stock location.',
            'Create a stock location and assign it to the channel.',
            { field: 'stockOnHand' },
        );
    }

    assertLanguage(code: string, field: string): void {
        if (this.languageCodes.has(code)) return;
        throw new UserError(
            'language-not-available',
            `${field}: the language "${code}" is not available in this shop.`,
            `Add it to the available languages in the global settings, or use one of: ${[...this.languageCodes].join(', ')}.`,
            { field, got: code },
        );
    }

    assertCurrency(channel: ChannelFacts, currencyCode: string, field: string): void {
        if (channel.currencyCodes.has(currencyCode)) return;
        throw new UserError(
            'currency-not-available',
            `${field}: the currency "${currencyCode}" is not available in the channel "${channel.code}".`,
            `Add it to the channel, or use one of: ${[...channel.currencyCodes].join(', ')}.`,
            { field, got: currencyCode },
        );
    }
}

/** The permission that starting a run asks for; a pipeline that names other channels needs it there as well. */
const RUN_PERMISSION = 'RunDataHubPipeline';

export function channelNotPermitted(code: string, field: string): UserError {
    return new UserError(
        'channel-not-permitted',
        `${field}: the user of this run may not run pipelines in the channel "${code}", so nothing is written to it or taken out of it.`,
        'Start the run as an administrator whose role has RunDataHubPipeline in that channel too.',
        { field, got: code },
    );
}

export function mayRunIn(ctx: RequestContext, channel: EntityId): boolean {
    const { user } = ctx.session ?? {};
    // Without a user it is the server's own code that loads.
    if (!user || String(channel) === String(ctx.channelId)) return true;
    return user.channelPermissions.some(({ id, permissions }) => {
        const names: readonly string[] = permissions;
        return (
            names.includes(Permission.SuperAdmin) || (String(id) === String(channel) && names.includes(RUN_PERMISSION))
        );
    });
}
