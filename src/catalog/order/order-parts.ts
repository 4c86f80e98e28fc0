import type { JsonObject, JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { instantOf } from '../../sdk/instant';
import type { OrderLineRecord, OrderRecord, PricedRecord, StateHistoryRecord } from './order-record';

/**
 * Parts of an order as change sets hold them. What a record gives and what the shop holds become the same form, so that
 * they can be compared; `asGiven` leaves out what the record leaves out, `complete` fills in what a new order gets.
 */
export interface OrderParts {
    lines: JsonObject[];
    shippingLines: JsonObject[];
    surcharges: JsonObject[];
    payments: JsonObject[];
    fulfillments: JsonObject[];
}

export interface Defaults {
    priceIncludesTax: boolean;
    /** Of the order; payments and fulfillments without a time of their own are of that time. */
    createdAt: string;
}

/** Addresses as Vendure keeps them: no other keys, so that columns of other steps do not end up in an order. */
const ADDRESS_FIELDS = new Set([
    'fullName',
    'company',
    'streetLine1',
    'streetLine2',
    'city',
    'province',
    'postalCode',
    'country',
    'countryCode',
    'phoneNumber',
    'customFields',
]);

/** Without `defaults` only what the record says. */
export function partsOf(record: OrderRecord, skus: readonly string[], defaults?: Defaults): Partial<OrderParts> {
    const lines = record.lines?.map(line => lineOf(line, defaults));
    const quantities = record.lines?.map(line => line.quantity) ?? [];
    return given({
        lines,
        shippingLines: record.shippingLines?.map(({ method, price, ...rest }) =>
            given({ method, price, ...pricingOf(rest, defaults), discounts: discountsOf(rest, defaults) }),
        ),
        surcharges: record.surcharges?.map(({ description, sku, price, ...rest }) =>
            given({ description, sku: sku ?? (defaults && ''), price, ...pricingOf(rest, defaults) }),
        ),
        payments: record.payments?.map(payment =>
            given({
                method: payment.method,
                amount: payment.amount,
                state: payment.state,
                transactionId: payment.transactionId ?? (defaults && ''),
                errorMessage: payment.errorMessage,
                metadata: payment.metadata ?? (defaults && {}),
                createdAt: instant(payment.createdAt) ?? defaults?.createdAt,
                stateHistory: defaults && historyOf(payment.stateHistory),
            }),
        ),
        fulfillments: record.fulfillments?.map((fulfillment, i) =>
            given({
                method: fulfillment.method,
                trackingCode: fulfillment.trackingCode ?? (defaults && ''),
                handlerCode: fulfillment.handlerCode ?? (defaults && 'manual-fulfillment'),
                state: fulfillment.state,
                lines:
                    fulfillment.lines
                        ?.map((line, j) => ({
                            line: line.line ?? positionOf(line.sku, skus, `fulfillments[${i}].lines[${j}]`),
                            quantity: line.quantity,
                        }))
                        .sort((a, b) => a.line - b.line) ??
                    (defaults &&
                        quantities.flatMap((quantity, j) => (quantity > 0 ? [{ line: j + 1, quantity }] : []))),
                createdAt: instant(fulfillment.createdAt) ?? defaults?.createdAt,
                stateHistory: defaults && historyOf(fulfillment.stateHistory),
            }),
        ),
    });
}

export function addressOf(address: Record<string, unknown> | undefined): JsonObject | undefined {
    if (!address) return undefined;
    return Object.fromEntries(Object.entries(address).filter(([name]) => ADDRESS_FIELDS.has(name))) as JsonObject;
}

export function historyOf(history: StateHistoryRecord | undefined): JsonValue[] {
    return (history ?? []).map(({ state, at }) => ({ state, at: instant(at)! }));
}

export function instant(text: string | undefined): string | undefined {
    return text === undefined ? undefined : new Date(instantOf(text)!).toISOString();
}

/** Whether everything that is given is so in what is there; lists must be of the same length. */
export function isSubset(some: JsonValue | undefined, whole: JsonValue | undefined): boolean {
    if (some === whole) return true;
    if (Array.isArray(some)) {
        return (
            Array.isArray(whole) && some.length === whole.length && some.every((item, i) => isSubset(item, whole[i]))
        );
    }
    if (typeof some !== 'object' || typeof whole !== 'object' || some === null || whole === null) return false;
    return Object.keys(some).every(key => isSubset(some[key], (whole as JsonObject)[key]));
}

/** The same of lists in which nothing hangs on the place. */
export function isSubsetInAnyOrder(some: readonly JsonValue[], whole: readonly JsonValue[]): boolean {
    if (isSubset([...some], [...whole])) return true;
    const left = [...whole];
    return (
        some.length === whole.length &&
        some.every(item => {
            const found = left.findIndex(other => isSubset(item, other));
            if (found >= 0) left.splice(found, 1);
            return found >= 0;
        })
    );
}

function lineOf(line: OrderLineRecord, defaults: Defaults | undefined): JsonObject {
    return given({
        sku: line.sku,
        quantity: line.quantity,
        orderPlacedQuantity: line.orderPlacedQuantity ?? (defaults && line.quantity),
        unitPrice: line.unitPrice,
        initialUnitPrice: line.initialUnitPrice ?? (defaults && line.unitPrice),
        ...pricingOf(line, defaults),
        discounts: discountsOf(line, defaults),
        shippingLine: line.shippingLine ?? (defaults && 1),
    });
}

function pricingOf({ taxRate, taxLines, priceIncludesTax }: PricedRecord, defaults: Defaults | undefined) {
    const fromRate = taxRate === undefined ? undefined : [{ description: `${taxRate} %`, taxRate }];
    const lines = taxLines?.map(line => ({ description: line.description, taxRate: line.taxRate }));
    return {
        priceIncludesTax: priceIncludesTax ?? defaults?.priceIncludesTax,
        taxLines: lines ?? fromRate ?? (defaults && []),
    };
}

function discountsOf({ discounts }: PricedRecord, defaults: Defaults | undefined): JsonValue | undefined {
    const list = discounts?.map(({ description, amount, type, source, data }) =>
        given({
            description,
            amount,
            type: type ?? 'PROMOTION',
            source: source ?? `IMPORT:${description}`,
            data,
        }),
    );
    return list ?? (defaults && []);
}

function positionOf(sku: string | undefined, skus: readonly string[], field: string): number {
    const positions = skus.flatMap((other, i) => (other === sku ? [i + 1] : []));
    const [position, ...others] = positions;
    if (position !== undefined && others.length === 0) return position;
    throw new UserError(
        'unknown-order-line',
        sku === undefined
            ? `${field} says neither which SKU nor which line was sent.`
            : others.length > 0
              ? `${field}.sku: the lines ${positions.join(', ')} of the order have the SKU "${sku}".`
              : `${field}.sku: the order has no line with the SKU "${sku}".`,
        'Give the position of the order line in line; 1 is the first.',
        { field: `${field}.sku`, ...(sku === undefined ? {} : { got: sku }) },
    );
}

function given(object: Record<string, JsonValue | undefined>): JsonObject {
    const result: JsonObject = {};
    for (const name in object) if (object[name] !== undefined) result[name] = object[name];
    return result;
}
