import {
    CustomerService,
    ChannelService,
    CurrencyCode,
    Fulfillment,
    isGraphQlErrorResult,
    LanguageCode,
    Order,
    OrderService,
    PaymentMethodHandler,
    PaymentMethodService,
    ProductVariant,
    PromotionService,
    ShippingMethodService,
} from '@vendure/core';
import type { JsonObject } from '../../shared/json';
import { DataHubPlugin, type DataHubOptions } from '../../src';
import { productLoader } from '../../src/loaders';
import type { TestDatabase } from './databases';
import { createLoader, hostOf, loadRecords } from './run-loader';
import { BootedVendure, bootVendure } from './vendure';

const handler = new PaymentMethodHandler({
    code: 'at-once',
    description: [{ languageCode: LanguageCode.en, value: 'Settles at once' }],
    args: {},
    createPayment: (_ctx, _order, amount, _args, metadata) => ({
        amount,
        state: 'Settled' as const,
        transactionId: 'tx-1',
        metadata: metadata,
    }),
    settlePayment: () => ({ success: true as const }),
});

/** A shop in which orders can be placed: two products, shipping, a payment method and a customer. */
export async function bootOrderShop(
    database: TestDatabase,
    databaseName: string,
    options: DataHubOptions = {},
): Promise<BootedVendure> {
    const shop = await bootVendure({
        database,
        databaseName,
        plugins: [DataHubPlugin.init(options)],
        config: { defaultChannelToken: 'order-shop', paymentOptions: { paymentMethodHandlers: [handler] } },
        customFields: {
            Order: [
                { name: 'erpId', type: 'string', nullable: true },
                { name: 'exportedAt', type: 'datetime', nullable: true },
                { name: 'gift', type: 'relation', entity: ProductVariant, nullable: true },
                { name: 'related', type: 'relation', entity: ProductVariant, list: true },
                { name: 'secret', type: 'string', readonly: true, nullable: true },
            ],
            OrderLine: [{ name: 'engraving', type: 'string', nullable: true }],
        },
    });
    const { app, ctx } = shop;
    await loadRecords(await createLoader(productLoader, hostOf(shop)), shop, [
        product('shirt', 1999),
        product('mug', 745),
    ]);
    await app.get(ShippingMethodService).create(ctx, {
        code: 'standard',
        fulfillmentHandler: 'manual-fulfillment',
        checker: { code: 'default-shipping-eligibility-checker', arguments: [{ name: 'orderMinimum', value: '0' }] },
        calculator: {
            code: 'default-shipping-calculator',
            arguments: [
                { name: 'rate', value: '490' },
                { name: 'includesTax', value: 'include' },
                { name: 'taxRate', value: '20' },
            ],
        },
        translations: [{ languageCode: LanguageCode.en, name: 'Standard', description: '' }],
    });
    await app.get(PaymentMethodService).create(ctx, {
        code: 'card',
        enabled: true,
        handler: { code: 'at-once', arguments: [] },
        translations: [{ languageCode: LanguageCode.en, name: 'Card', description: '' }],
    });
    await app.get(CustomerService).create(ctx, {
        emailAddress: 'jo@example.com',
        firstName: 'Jo',
        lastName: 'Doe',
    });
    return shop;
}

const product = (slug: string, price: number): JsonObject => ({
    slug,
    name: slug,
    variants: [{ sku: slug.toUpperCase(), price, stockOnHand: 1000 }],
});

const address = {
    fullName: 'Jo Doe',
    streetLine1: 'Main St 1',
    city: 'Berlin',
    postalCode: '00123',
    countryCode: 'DE',
};

/** A tenth off everything above ten dollars. */
export async function offerDiscount({ app, ctx }: BootedVendure, couponCode?: string): Promise<void> {
    const created = await app.get(PromotionService).createPromotion(ctx, {
        enabled: true,
        ...(couponCode === undefined ? {} : { couponCode }),
        conditions: [
            {
                code: 'minimum_order_amount',
                arguments: [
                    { name: 'amount', value: '1000' },
                    { name: 'taxInclusive', value: 'false' },
                ],
            },
        ],
        actions: [{ code: 'order_percentage_discount', arguments: [{ name: 'discount', value: '10' }] }],
        translations: [{ languageCode: LanguageCode.en, name: 'A tenth' }],
    });
    done(created);
}

/** A cart of two lines, as a customer fills it. */
export async function fillCart({ app, ctx, connection }: BootedVendure): Promise<Order> {
    const orders = app.get(OrderService);
    const { id } = await orders.create(ctx);
    for (const [sku, quantity] of [
        ['SHIRT', 3],
        ['MUG', 1],
    ] as const) {
        const variant = await connection.rawConnection.getRepository(ProductVariant).findOneByOrFail({ sku });
        done(await orders.addItemToOrder(ctx, id, variant.id, quantity));
    }
    return orders.findOne(ctx, id).then(order => order!);
}

/** Places, pays and ships an order through Vendure's services, and writes a note on it. */
export async function placeOrder(shop: BootedVendure): Promise<Order> {
    const { app, ctx, connection } = shop;
    const orders = app.get(OrderService);
    const cart = await fillCart(shop);
    const { id } = cart;
    const [customer] = (await app.get(CustomerService).findAll(ctx, {})).items;
    await orders.addCustomerToOrder(ctx, id, customer!);
    await orders.setShippingAddress(ctx, id, address);
    await orders.setBillingAddress(ctx, id, { ...address, company: 'Doe Ltd' });
    await orders.addSurchargeToOrder(ctx, id, {
        description: 'Gift wrapping',
        sku: 'WRAP',
        listPrice: 333,
        listPriceIncludesTax: false,
        taxLines: [{ description: 'Wrapping tax', taxRate: 7 }],
    });
    const [method] = await orders.getEligibleShippingMethods(ctx, id);
    done(await orders.setShippingMethod(ctx, id, [method!.id]));
    done(await orders.transitionToState(ctx, id, 'ArrangingPayment'));
    // Vendure pays only inside of a transaction.
    await connection.withTransaction(ctx, async inside => {
        done(await orders.addPaymentToOrder(inside, id, { method: 'card', metadata: { last4: '4242' } }));
    });
    const lines = (await orders.findOne(ctx, id))!.lines.map(line => ({
        orderLineId: line.id,
        quantity: line.quantity,
    }));
    const fulfillment = await orders.createFulfillment(ctx, {
        lines,
        handler: {
            code: 'manual-fulfillment',
            arguments: [
                { name: 'method', value: 'DHL' },
                { name: 'trackingCode', value: '00340' },
            ],
        },
    });
    done(fulfillment);
    done(await orders.transitionFulfillmentToState(ctx, (fulfillment as Fulfillment).id, 'Shipped'));
    await orders.addNoteToOrder(ctx, { id, note: 'Rang twice', isPublic: false });
    return connection.rawConnection.getRepository(Order).findOneByOrFail({ id });
}

interface HistoryRow {
    id: number;
    order: { id: Order['id'] };
    type: string;
    isPublic: boolean;
    data: Record<string, unknown>;
    createdAt: Date;
}

/** An order as a record of the loader, read through TypeORM. */
export async function orderAsRecord({ connection }: BootedVendure, id: Order['id']): Promise<JsonObject> {
    const { rawConnection } = connection;
    const order = await rawConnection.getRepository(Order).findOneOrFail({
        where: { id },
        relations: {
            customer: true,
            lines: { productVariant: true },
            shippingLines: { shippingMethod: true },
            surcharges: true,
            payments: true,
            fulfillments: { lines: true },
        },
    });
    const entries = await rawConnection
        .getRepository<HistoryRow>('OrderHistoryEntry')
        .find({ where: { order: { id } }, order: { id: 'ASC' } });
    const history = (type: string, of: Record<string, unknown> = {}) =>
        entries
            .filter(entry => entry.type === type && Object.keys(of).every(key => entry.data[key] === of[key]))
            .map(entry => ({ state: entry.data.to, at: entry.createdAt.toISOString() }));
    const pricing = (line: { listPriceIncludesTax: boolean; taxLines: unknown }) => ({
        priceIncludesTax: line.listPriceIncludesTax,
        taxLines: line.taxLines,
    });
    const discounts = (line: { adjustments: { adjustmentSource: string; amount: number }[] }) =>
        line.adjustments.map(({ adjustmentSource: source, ...adjustment }) => ({ ...adjustment, source }));
    const lines = order.lines.sort((a, b) => Number(a.id) - Number(b.id));
    const record = {
        code: order.code,
        state: order.state,
        orderPlacedAt: order.orderPlacedAt,
        createdAt: order.createdAt,
        customer: order.customer?.emailAddress,
        currencyCode: order.currencyCode,
        couponCodes: order.couponCodes,
        shippingAddress: order.shippingAddress,
        billingAddress: order.billingAddress,
        lines: lines.map(line => ({
            sku: line.productVariant.sku,
            quantity: line.quantity,
            orderPlacedQuantity: line.orderPlacedQuantity,
            unitPrice: line.listPrice,
            initialUnitPrice: line.initialListPrice,
            ...pricing(line),
            discounts: discounts(line),
        })),
        shippingLines: order.shippingLines.map(line => ({
            method: line.shippingMethod.code,
            price: line.listPrice,
            ...pricing(line),
            discounts: discounts(line),
        })),
        surcharges: order.surcharges.map(({ description, sku, listPrice, ...line }) => ({
            description,
            sku,
            price: listPrice,
            ...pricing(line),
        })),
        payments: order.payments.map(
            ({ id: paymentId, method, amount, state, transactionId, metadata, createdAt }) => ({
                method,
                amount,
                state,
                transactionId,
                metadata,
                createdAt,
                stateHistory: history('ORDER_PAYMENT_TRANSITION', { paymentId }),
            }),
        ),
        fulfillments: order.fulfillments.map(fulfillment => ({
            method: fulfillment.method,
            trackingCode: fulfillment.trackingCode,
            handlerCode: fulfillment.handlerCode,
            state: fulfillment.state,
            createdAt: fulfillment.createdAt,
            lines: fulfillment.lines
                .sort((a, b) => Number(a.id) - Number(b.id))
                .map(({ orderLineId, quantity }) => ({
                    line: lines.findIndex(l => l.id === orderLineId) + 1,
                    quantity,
                })),
            stateHistory: history('ORDER_FULFILLMENT_TRANSITION', { fulfillmentId: fulfillment.id }),
        })),
        notes: entries
            .filter(entry => entry.type === 'ORDER_NOTE')
            .map(({ data, isPublic, createdAt }) => ({ note: data.note, isPublic, createdAt })),
        stateHistory: history('ORDER_STATE_TRANSITION'),
        subTotal: order.subTotal,
        subTotalWithTax: order.subTotalWithTax,
        shipping: order.shipping,
        shippingWithTax: order.shippingWithTax,
        total: order.total,
        totalWithTax: order.totalWithTax,
    };
    return JSON.parse(JSON.stringify(record)) as JsonObject;
}

export async function addChannel({ app, ctx }: BootedVendure, code: string): Promise<void> {
    const channels = app.get(ChannelService);
    const main = await channels.getDefaultChannel();
    done(
        await channels.create(ctx, {
            code,
            token: `${code}-token`,
            defaultLanguageCode: LanguageCode.en,
            pricesIncludeTax: false,
            defaultCurrencyCode: CurrencyCode.USD,
            defaultTaxZoneId: main.defaultTaxZone.id,
            defaultShippingZoneId: main.defaultShippingZone.id,
        }),
    );
}

/** Vendure answers some refusals instead of throwing them. */
function done(result: unknown): void {
    if (isGraphQlErrorResult(result as never)) throw new Error(JSON.stringify(result));
}
