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

export interface LiveVariant {
    id: EntityId;
    productId: EntityId;
    sku: string;
    values: Record<string, unknown>;
    taxCategoryId: EntityId | null;
    featuredAssetId: EntityId | null;
    translations: Map<string, LiveTranslation>;
    channelIds: EntityId[];
    facetValueIds: EntityId[];
    assetIds: EntityId[];
    optionIds: EntityId[];
    prices: LivePrice[];
    /** Stock on hand by location. */
    stock: Map<EntityId, number>;
    relations: Map<string, EntityId[]>;
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
        return this.lookUp().byId.get(id);
    }

    byCode(code: string): LiveOption | undefined {
        return this.lookUp().byCode.get(code);
    }

    byName(name: string): LiveOption | undefined {
        return this.lookUp().byName.get(name);
    }

    private lookUp() {
        if (this.lookUps) return this.lookUps;
        const byId = new Map<EntityId, LiveOption>();
        const byCode = new Map<string, LiveOption>();
        const byName = new Map<string, LiveOption>();
        for (const option of this.options) {
            byId.set(option.id, option);
            if (!byCode.has(option.code)) byCode.set(option.code, option);
            for (const name of option.names.values()) if (!byName.has(name)) byName.set(name, option);
        }
        return (this.lookUps = { byId, byCode, byName });
    }
}

export interface LiveOption {
    id: EntityId;
    code: string;
    names: Map<string, string>;
}
