import {
    Fulfillment,
    Order,
    OrderLine,
    Payment,
    ShippingLine,
    Surcharge,
    type OrderTaxCalculationStrategy,
} from '@vendure/core';
import type { JsonObject, JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { OrderParts } from './order-parts';
import type { OrderRecord } from './order-record';

export interface Totals {
    subTotal: number;
    subTotalWithTax: number;
    shipping: number;
    shippingWithTax: number;
}

const CHECKED = ['subTotal', 'subTotalWithTax', 'shipping', 'shippingWithTax', 'total', 'totalWithTax'] as const;

/**
 * An order entity that Vendure's own rules can be asked about; ids of lines are their positions. Assigned, as Vendure's
 * constructors take an object apart property by property, which costs more than all the rules.
 */
export function asOrder(parts: OrderParts, state: string): Order {
    const fulfillments = parts.fulfillments.map(fulfillment => {
        const entity = Object.assign(new Fulfillment(), { state: fulfillment.state as never });
        entity.lines = (fulfillment.lines as JsonObject[]).map(
            ({ line, quantity }) => ({ orderLineId: line, quantity, fulfillment: entity }) as never,
        );
        return entity;
    });
    return Object.assign(new Order(), {
        state: state as never,
        lines: parts.lines.map((line, i) =>
            Object.assign(new OrderLine(), pricing(line, line.unitPrice), {
                id: i + 1,
                quantity: line.quantity as number,
                orderPlacedQuantity: line.orderPlacedQuantity as number,
            }),
        ),
        shippingLines: parts.shippingLines.map(line => Object.assign(new ShippingLine(), pricing(line, line.price))),
        surcharges: parts.surcharges.map(({ discounts: _, ...line }) =>
            Object.assign(new Surcharge(), pricing(line, line.price)),
        ),
        payments: parts.payments.map(({ amount, state: paymentState }) =>
            Object.assign(new Payment(), { amount: amount as number, state: paymentState as never, refunds: [] }),
        ),
        fulfillments,
    });
}

/** The totals that Vendure's own strategy makes of the parts, and would make again. */
export function totalsOf(order: Order, strategy: OrderTaxCalculationStrategy): Totals {
    const { subTotal, subTotalWithTax, shipping, shippingWithTax } = strategy.calculateOrderTotals(order);
    const totals = { subTotal, subTotalWithTax, shipping, shippingWithTax };
    Object.assign(order, totals);
    return totals;
}

/** Refuses totals of the record that are not the sums of its parts. */
export function assertTotals(record: OrderRecord, totals: Totals): void {
    const sums = withSums(totals);
    const wrong = CHECKED.filter(name => record[name] !== undefined && record[name] !== sums[name]);
    if (wrong.length === 0) return;
    const numbers = wrong.map(name => `${name} is ${record[name]!} in the record and ${sums[name]} by its parts`);
    throw new UserError(
        'totals-differ',
        `The sums do not add up: ${numbers.join('; ')}.`,
        'Correct prices, taxes, discounts or quantities; a rounding difference can be a surcharge.',
        { field: wrong[0]!, got: record[wrong[0]!]! },
    );
}

export function withSums(totals: Totals): Record<(typeof CHECKED)[number], number> {
    return {
        ...totals,
        total: totals.subTotal + totals.shipping,
        totalWithTax: totals.subTotalWithTax + totals.shippingWithTax,
    };
}

/** Discounts as Vendure's adjustments. */
export function adjustmentsOf(discounts: JsonValue | undefined): JsonObject[] {
    return ((discounts ?? []) as JsonObject[]).map(({ source, type, description, amount, data }) => ({
        amount: amount!,
        adjustmentSource: source!,
        description: description!,
        type: type!,
        ...(data === undefined ? {} : { data }),
    }));
}

function pricing(part: JsonObject, price: JsonValue | undefined) {
    return {
        listPrice: price as number,
        listPriceIncludesTax: part.priceIncludesTax as boolean,
        taxLines: part.taxLines as never,
        ...('discounts' in part ? { adjustments: adjustmentsOf(part.discounts) as never } : {}),
    };
}
