import { z } from 'zod';
import {
    customFields,
    filledText,
    flag,
    idField,
    instantField,
    listOf,
    money,
    text,
    wholeNumber,
} from '../field-kinds';

const quantity = (description: string) =>
    wholeNumber(description)
        .min(0, { error: 'must be a whole number of at least 0; correct it' })
        .meta({ description });
const position = (description: string) =>
    z.int({ error: 'must be a position; give 1 for the first' }).min(1).meta({ description });

const address = z
    .looseObject(
        {
            fullName: text('Name of the person.').optional(),
            company: text('Company.').optional(),
            streetLine1: text('Street and number.').optional(),
            streetLine2: text('Further line.').optional(),
            city: text('City.').optional(),
            province: text('State or province.').optional(),
            postalCode: text('Postal code; text, so leading zeros stay.').optional(),
            country: text('Name of the country as printed.').optional(),
            countryCode: text('ISO code of the country, such as `DE`.').optional(),
            phoneNumber: text('Telephone number.').optional(),
        },
        { error: 'must be an address; give an object with streetLine1, city, countryCode …' },
    )
    .meta({ description: 'Address as it was when the order was placed.' });

const taxLine = z.looseObject({
    description: text('What the tax is called on the invoice.'),
    taxRate: z.number().meta({ description: 'Percentage, such as 19.' }),
});
const taxes = {
    taxRate: z
        .number({ error: 'must be a percentage; give 19 for 19 %' })
        .min(0)
        .optional()
        .meta({ description: 'Tax rate in percent; short for `taxLines` with one line.' }),
    taxLines: listOf(taxLine, 'Taxes, when there are several or they have a name.').optional(),
    priceIncludesTax: flag('Whether the price includes tax; as the channel says if absent.').optional(),
};
const discount = z.looseObject({
    description: text('Name of the discount.'),
    amount: money('What it adds to the price of the whole line: negative for a discount.'),
    type: z
        .enum(['PROMOTION', 'DISTRIBUTED_ORDER_PROMOTION', 'OTHER'])
        .optional()
        .meta({ description: '`PROMOTION` if absent; `DISTRIBUTED_ORDER_PROMOTION` is a share in an order discount.' }),
    source: text('Where it came from; `IMPORT:<description>` if absent.').optional(),
    data: z.record(z.string(), z.json()).optional().meta({ description: 'What the promotion noted about it.' }),
});
const discounts = listOf(discount, 'Discounts, in minor units and in the terms of the price.').optional();

const stateHistory = listOf(
    z.looseObject({ state: filledText('State that was reached.'), at: instantField('When.') }),
    'States passed through, the oldest first, starting after `Created`; each becomes an entry of the history.',
).optional();

const line = z.looseObject({
    sku: filledText('SKU of the variant.'),
    quantity: quantity('Quantity now, without what was cancelled.'),
    orderPlacedQuantity: quantity('Quantity when the order was placed; `quantity` if absent.').optional(),
    unitPrice: money('Price of one.'),
    initialUnitPrice: money('Price of one when it was put into the cart; `unitPrice` if absent.').optional(),
    ...taxes,
    discounts,
    shippingLine: position('Position of the shipping line that ships it; the first if absent.').optional(),
    customFields: customFields.optional(),
});

const shippingLine = z.looseObject({
    method: filledText('Code of the shipping method.'),
    price: money('Price of shipping.'),
    ...taxes,
    discounts,
});

const surcharge = z.looseObject({
    description: text('Name of the surcharge.'),
    sku: text('Its SKU, if it has one.').optional(),
    price: money('Price; may be negative.'),
    ...taxes,
});

const payment = z.looseObject({
    method: filledText('Code of the payment method; kept as text, it need not exist any more.'),
    amount: money('Amount.'),
    state: filledText('State of the payment, such as `Settled`.'),
    transactionId: text('Id at the payment provider.').optional(),
    errorMessage: text('Why it failed.').optional(),
    metadata: z.record(z.string(), z.json()).optional().meta({ description: 'What the provider said.' }),
    createdAt: instantField('When it was made; that of the order if absent.').optional(),
    stateHistory,
});

const fulfillment = z.looseObject({
    method: text('Carrier or way of shipping.'),
    trackingCode: text('Tracking code.').optional(),
    handlerCode: filledText('Code of the fulfillment handler; `manual-fulfillment` if absent.').optional(),
    state: filledText('State of the fulfillment, such as `Shipped`.'),
    lines: listOf(
        z.looseObject({
            sku: filledText('SKU of the order line.').optional(),
            line: position('Position of the order line, when several have the same SKU.').optional(),
            quantity: quantity('How many of it.'),
        }),
        'What was sent; all of the order if absent.',
    ).optional(),
    createdAt: instantField('When it was made; that of the order if absent.').optional(),
    stateHistory,
});

const couponCode = filledText('Coupon code.').refine(value => !value.includes(','), {
    error: 'must not hold a comma, as Vendure keeps the codes with commas; correct it',
});

const note = z.looseObject({
    note: filledText('The note.'),
    isPublic: flag('Whether the customer may read it; no if absent.').optional(),
    createdAt: instantField('When it was written; now if absent.').optional(),
});

/**
 * What an order record may hold. Money is in minor units of the order's currency. For an order that exists only given
 * fields are looked at: an absent field is left alone.
 */
export const orderRecord = z.looseObject({
    id: idField('Id in the database, to match by.').optional(),
    code: filledText('Code of the order, as customers know it.').optional(),
    state: filledText('State in the order process of the shop.').optional(),
    orderPlacedAt: instantField('When it was placed.').optional(),
    createdAt: instantField('When it was begun; `orderPlacedAt` if absent.').optional(),
    updatedAt: instantField('When it was changed last, for a new order; now if absent.').optional(),
    customer: filledText('E-mail address of a customer of the channel; null for none.').nullable().optional(),
    currencyCode: filledText('Currency; that of the channel if absent.').optional(),
    shippingAddress: address.optional(),
    billingAddress: address.optional(),
    couponCodes: listOf(couponCode, 'Coupon codes that were used.').optional(),
    lines: listOf(line, 'What was ordered.').optional(),
    shippingLines: listOf(shippingLine, 'How it was shipped.').optional(),
    surcharges: listOf(surcharge, 'Surcharges.').optional(),
    payments: listOf(payment, 'Payments.').optional(),
    fulfillments: listOf(fulfillment, 'Deliveries.').optional(),
    notes: listOf(note, 'Notes of the shop; those that the order has already are not added again.').optional(),
    stateHistory,
    subTotal: money('Check: lines and surcharges, without tax.').optional(),
    subTotalWithTax: money('Check: lines and surcharges, with tax.').optional(),
    shipping: money('Check: shipping without tax.').optional(),
    shippingWithTax: money('Check: shipping with tax.').optional(),
    total: money('Check: everything, without tax.').optional(),
    totalWithTax: money('Check: everything, with tax.').optional(),
    customFields: customFields.optional(),
});

export type OrderRecord = z.infer<typeof orderRecord>;
export type OrderLineRecord = z.infer<typeof line>;
export type PricedRecord = Pick<OrderLineRecord, 'taxRate' | 'taxLines' | 'priceIncludesTax' | 'discounts'>;
export type StateHistoryRecord = NonNullable<OrderRecord['stateHistory']>;
