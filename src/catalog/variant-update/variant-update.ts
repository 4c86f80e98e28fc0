import { z } from 'zod';
import type { GivenPrice } from '../product/compare-prices';
import type { GivenStock } from '../product/compare-stock';
import { givenAt } from '../product/given-at';
import { customFields, entityId, filledText, listOf, money, wholeNumber } from '../field-kinds';

/** What a record says about one existing variant: prices, stock or both, however flat it was written. */
export interface VariantUpdate {
    id?: string | number;
    sku?: string;
    /** Only to find the variant by. */
    customFields?: Record<string, unknown>;
    prices?: GivenPrice[];
    stock?: GivenStock[];
    /** Null: that of the shop applies. */
    outOfStockThreshold?: number | null;
    adjustments?: GivenAdjustment[];
    /** Adjustments with the same one happen once. */
    externalId?: string;
}

export interface GivenAdjustment {
    location?: string;
    /** Either of the two. */
    delta?: number;
    stockOnHand?: number;
    at: string;
}

const identity = {
    id: entityId.optional(),
    sku: filledText('Stock keeping unit of the variant.').optional(),
    customFields: customFields
        .optional()
        .meta({ description: 'Only the custom field that the variant is matched by.' }),
};
const location = filledText('Name of the stock location; the default one of the channel if absent.').optional();
const stockOnHand = wholeNumber('Stock on hand as counted.').optional();
const delta = wholeNumber('What comes in, or goes out when negative.').optional();
const channel = filledText('Channel code; the channel of the run if absent.').optional();
const currencyCode = filledText('Currency; the default one of the channel if absent.').optional();
const price = money('Price in minor units; null removes it.').nullable();

export const variantPriceRecord = z.looseObject({
    ...identity,
    channel,
    currencyCode,
    price: price.optional(),
    prices: listOf(
        z.looseObject(
            { channel, currencyCode, price },
            { error: 'must be a price; give { channel, currencyCode, price }' },
        ),
        'Prices in several channels and currencies.',
    ).optional(),
});

export const stockLevelRecord = z.looseObject({
    ...identity,
    location,
    stockOnHand,
    outOfStockThreshold: wholeNumber(
        'Stock at which the variant counts as sold out, at all locations together; null: that of the shop applies.',
    )
        .nullable()
        .optional(),
    stock: listOf(
        z.looseObject(
            { location, stockOnHand: wholeNumber('Stock there.') },
            { error: 'must be a stock level; give { location, stockOnHand }' },
        ),
        'Stock at several locations.',
    ).optional(),
});

export const stockAdjustmentRecord = z.looseObject({
    ...identity,
    externalId: filledText(
        'Number of the document, such as a delivery note; the same one moves the stock of a variant at a location once.',
    ).optional(),
    location,
    delta,
    stockOnHand,
    stock: listOf(
        z.looseObject(
            { location, delta, stockOnHand },
            { error: 'must be an adjustment; give { location, delta } or { location, stockOnHand }' },
        ),
        'Adjustments at several locations.',
    ).optional(),
});

/** Written out, as there is one for each line of a file: no rest of fields is gathered and spread again. */
export function priceUpdate(record: z.output<typeof variantPriceRecord>): VariantUpdate {
    const { id, sku, customFields, channel, currencyCode, price } = record;
    const own = price === undefined ? undefined : { channel, currencyCode, price, at: '' };
    return { id, sku, customFields, prices: givenAt(own, record.prices, 'prices') };
}

export function stockUpdate(record: z.output<typeof stockLevelRecord>): VariantUpdate {
    const { id, sku, customFields, location, stockOnHand, outOfStockThreshold } = record;
    const own = stockOnHand === undefined ? undefined : { location, stockOnHand, at: '' };
    return { id, sku, customFields, stock: givenAt(own, record.stock, 'stock'), outOfStockThreshold };
}

export function adjustmentUpdate(record: z.output<typeof stockAdjustmentRecord>): VariantUpdate {
    const { id, sku, customFields, location, delta, stockOnHand, stock, externalId } = record;
    const isFlat = delta !== undefined || stockOnHand !== undefined || !stock?.length;
    const own = isFlat ? { location, delta, stockOnHand, at: '' } : undefined;
    return { id, sku, customFields, adjustments: givenAt(own, stock, 'stock'), externalId };
}
