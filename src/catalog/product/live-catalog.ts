import type { EntityId } from '../sql/sql-session';

/**
 * What a batch needs to know of the catalog as it is. Only what the batch mentions has been read: a list that nobody
 * mentions is empty here, a value that nobody mentions is undefined.
 */
export interface LiveTranslation {
    /** By property: `name`, `slug`, `description`, `customFields.<name>`. */
    values: Record<string, unknown>;
}

export interface LiveProduct {
    id: EntityId;
    values: Record<string, unknown>;
    featuredAssetId: EntityId | null;
    /** By language. */
    translations: Map<string, LiveTranslation>;
    channelIds: EntityId[];
    facetValueIds: EntityId[];
    assetIds: EntityId[];
    groups: LiveOptionGroup[];
    variants: LiveVariant[];
    /** Custom fields that are lists of relations, by name. */
    relations: Map<string, EntityId[]>;
}

/** There are as many as a batch names variants, and a price list wants nothing of one but its prices: parts come on demand. */
export class LiveVariant {
    taxCategoryId: EntityId | null = null;
    featuredAssetId: EntityId | null = null;
    private ownTranslations: Map<string, LiveTranslation> | undefined;
    private ownChannelIds: EntityId[] | undefined;
    private ownFacetValueIds: EntityId[] | undefined;
    private ownAssetIds: EntityId[] | undefined;
    private ownOptionIds: EntityId[] | undefined;
    private ownPrices: LivePrice[] | undefined;
    private ownStock: StockAtLocation[] | undefined;
    private ownRelations: Map<string, EntityId[]> | undefined;

    constructor(
        readonly id: EntityId,
        readonly productId: EntityId,
        readonly sku: string,
        readonly values: Record<string, unknown>,
    ) {}

    get translations(): Map<string, LiveTranslation> {
        return (this.ownTranslations ??= new Map<string, LiveTranslation>());
    }

    get channelIds(): EntityId[] {
        return (this.ownChannelIds ??= []);
    }

    get hasChannels(): boolean {
        return this.ownChannelIds !== undefined;
    }

    get facetValueIds(): EntityId[] {
        return (this.ownFacetValueIds ??= []);
    }

    get assetIds(): EntityId[] {
        return (this.ownAssetIds ??= []);
    }

    get optionIds(): EntityId[] {
        return (this.ownOptionIds ??= []);
    }

    get prices(): LivePrice[] {
        return (this.ownPrices ??= []);
    }

    stockAt(locationId: EntityId): number | undefined {
        return this.ownStock?.find(level => level.locationId === locationId)?.onHand;
    }

    setStock(locationId: EntityId, onHand: number): void {
        const level = this.ownStock?.find(each => each.locationId === locationId);
        if (level) level.onHand = onHand;
        else (this.ownStock ??= []).push({ locationId, onHand });
    }

    get relations(): Map<string, EntityId[]> {
        return (this.ownRelations ??= new Map<string, EntityId[]>());
    }
}

interface StockAtLocation {
    locationId: EntityId;
    onHand: number;
}

export interface LivePrice {
    channelId: EntityId;
    currencyCode: string;
    price: number;
}

/** Shared by all products of the batch that have the group, hence the look-ups are built once. */
export class LiveOptionGroup {
    /** By language. */
    readonly names = new Map<string, string>();
    readonly options: LiveOption[] = [];
    private lookUps?: {
        byId: Map<EntityId, LiveOption>;
        byCode: Map<string, LiveOption>;
        byName: Map<string, LiveOption>;
    };

    constructor(
        readonly id: EntityId,
        readonly code: string,
    ) {}

    byId(id: EntityId): LiveOption | undefined {
        if (this.options.length <= FEW) return this.options.find(option => option.id === id);
        return this.lookUp().byId.get(id);
    }

    byCode(code: string): LiveOption | undefined {
        if (this.options.length <= FEW) return this.options.find(option => option.code === code);
        return this.lookUp().byCode.get(code);
    }

    /** In that language, else in any. */
    byName(name: string, languageCode: string): LiveOption | undefined {
        if (this.options.length <= FEW) {
            return (
                this.options.find(({ names }) => names.get(languageCode) === name) ??
                this.options.find(({ names }) => hasValue(names, name))
            );
        }
        const { byName } = this.lookUp();
        return byName.get(`${languageCode} ${name}`) ?? byName.get(name);
    }

    private lookUp() {
        if (this.lookUps) return this.lookUps;
        const byId = new Map<EntityId, LiveOption>();
        const byCode = new Map<string, LiveOption>();
        const byName = new Map<string, LiveOption>();
        for (const option of this.options) {
            byId.set(option.id, option);
            if (!byCode.has(option.code)) byCode.set(option.code, option);
            for (const [languageCode, name] of option.names) {
                for (const key of [`${languageCode} ${name}`, name]) if (!byName.has(key)) byName.set(key, option);
            }
        }
        return (this.lookUps = { byId, byCode, byName });
    }
}

function hasValue(names: ReadonlyMap<string, string>, name: string): boolean {
    for (const each of names.values()) if (each === name) return true;
    return false;
}

/** So many are looked through sooner than a look-up is built. */
const FEW = 8;

export interface LiveOption {
    id: EntityId;
    code: string;
    /** By language. */
    names: ReadonlyMap<string, string>;
}
