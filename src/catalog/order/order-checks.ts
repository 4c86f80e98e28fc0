import {
    type Order,
    orderItemsAreDelivered,
    orderItemsArePartiallyDelivered,
    orderItemsArePartiallyShipped,
    orderItemsAreShipped,
    orderLinesAreAllCancelled,
    orderTotalIsCovered,
    totalCoveredByPayments,
} from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import type { OrderParts } from './order-parts';
import type { OrderRun } from './order-run';

/** A placed order has left these; carts are not history. */
const BEFORE_PLACED = ['Created', 'Draft', 'AddingItems', 'ArrangingPayment'];
const PAID = ['PaymentSettled', 'PartiallyShipped', 'Shipped', 'PartiallyDelivered', 'Delivered'];

const FULFILLED: Record<string, [isSo: (order: Order) => boolean, says: string]> = {
    PartiallyShipped: [orderItemsArePartiallyShipped, 'some, but not all of it is in fulfillments that are Shipped'],
    Shipped: [orderItemsAreShipped, 'all of it is in fulfillments that are Shipped'],
    PartiallyDelivered: [
        orderItemsArePartiallyDelivered,
        'some, but not all of it is in fulfillments that are Delivered',
    ],
    Delivered: [orderItemsAreDelivered, 'all of it is in fulfillments that are Delivered'],
};

/** Every state must be one of the shop's processes. */
export function assertStates(state: string, parts: OrderParts, history: readonly string[], run: OrderRun): void {
    assertKnown(state, run.orderStates, 'state', 'order');
    history.forEach((name, i) => assertKnown(name, run.orderStates, `stateHistory[${i}].state`, 'order'));
    parts.payments.forEach((payment, i) => assertPart(payment, run.paymentStates, `payments[${i}]`, 'payment'));
    parts.fulfillments.forEach((fulfillment, i) =>
        assertPart(fulfillment, run.fulfillmentStates, `fulfillments[${i}]`, 'fulfillment'),
    );
    if (!BEFORE_PLACED.includes(state)) return;
    throw new UserError(
        'order-not-placed',
        `state: an order that is created must have been placed, and in the state "${state}" it has not.`,
        'Leave carts and drafts out, or give the state that the order reached.',
        { field: 'state', got: state },
    );
}

/** Refuses a state that Vendure's default process would not let the order reach with these payments and fulfillments. */
export function assertStateFits(state: string, order: Order): void {
    const total = order.totalWithTax;
    if (PAID.includes(state) && !orderTotalIsCovered(order, 'Settled')) {
        const settled = totalCoveredByPayments(order, 'Settled');
        throw contradiction(
            state,
            `payments that are Settled come to ${settled}, and the total with tax is ${total}`,
            'Give the payments that were settled, or the state that the order had without them.',
        );
    }
    if (state === 'PaymentAuthorized') {
        const isAuthorized = order.payments.some(payment => payment.state === 'Authorized');
        if (!isAuthorized || !orderTotalIsCovered(order, ['Authorized', 'Settled'])) {
            const covered = totalCoveredByPayments(order, ['Authorized', 'Settled']);
            throw contradiction(
                state,
                `payments that are Authorized or Settled come to ${covered}, and the total with tax is ${total}`,
                'Give the payment that was authorized.',
            );
        }
    }
    const rule = FULFILLED[state];
    if (rule && !rule[0](order)) {
        throw contradiction(
            state,
            `an order is so when ${rule[1]}, and this one is not`,
            'Give its fulfillments with their states, or the state that the order had without them.',
        );
    }
    if (state === 'Cancelled' && !orderLinesAreAllCancelled(order)) {
        throw contradiction(
            state,
            'an order is so when the quantity of every line is 0',
            'Give quantity 0, and what had been ordered in orderPlacedQuantity.',
        );
    }
}

/** Lines that fulfillments and shipping name must be there, and no more can be sent than was ordered. */
export function assertPositions({ lines, shippingLines, fulfillments }: OrderParts): void {
    lines.forEach(({ shippingLine }, i) => {
        if (shippingLine === 1 && shippingLines.length === 0) return;
        if ((shippingLine as number) > shippingLines.length) {
            throw missing(`lines[${i}].shippingLine`, shippingLine as number, 'shipping line');
        }
    });
    const sent = lines.map(() => 0);
    fulfillments.forEach((fulfillment, i) => {
        (fulfillment.lines as JsonObject[]).forEach(({ line, quantity }, j) => {
            const index = (line as number) - 1;
            if (index >= lines.length) throw missing(`fulfillments[${i}].lines[${j}].line`, line as number, 'line');
            if (fulfillment.state !== 'Cancelled') sent[index]! += quantity as number;
        });
    });
    lines.forEach(({ sku, quantity, orderPlacedQuantity }, i) => {
        const ordered = Math.max(quantity as number, orderPlacedQuantity as number);
        if (sent[i]! <= ordered) return;
        throw new UserError(
            'more-sent-than-ordered',
            `fulfillments: ${sent[i]!} of "${sku as string}" were sent, and ${ordered} ordered.`,
            'Correct the quantities.',
            { field: 'fulfillments', got: sent[i]! },
        );
    });
}

function assertPart(part: JsonObject, known: ReadonlySet<string>, field: string, process: string): void {
    assertKnown(part.state as string, known, `${field}.state`, process);
    (part.stateHistory as JsonObject[]).forEach(({ state }, i) =>
        assertKnown(state as string, known, `${field}.stateHistory[${i}].state`, process),
    );
}

export function assertKnown(state: string, known: ReadonlySet<string>, field: string, process: string): void {
    if (known.has(state)) return;
    throw new UserError(
        'unknown-state',
        `${field}: the ${process} process of the shop has no state "${state}".`,
        didYouMean(state, [...known]),
        { field, got: state },
    );
}

function contradiction(state: string, because: string, hint: string): UserError {
    return new UserError('state-contradicted', `state: the order cannot be "${state}": ${because}.`, hint, {
        field: 'state',
        got: state,
    });
}

function missing(field: string, position: number, what: string): UserError {
    return new UserError(
        'unknown-position',
        `${field}: the order has no ${what} ${position}.`,
        'Positions count from 1.',
        {
            field,
            got: position,
        },
    );
}
