import type { JsonObject, JsonValue } from '../../../shared/json';
import type { ChangeSet } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import { awaited } from '../awaited';
import { EntityDraft } from '../product/entity-draft';
import { joinPath } from '../product/vocabulary';
import { assertPositions, assertStateFits, assertStates } from './order-checks';
import { acceptCustomFields, assertRequiredCustomFields } from './order-custom-fields';
import { addressOf, historyOf, instant, type OrderParts, partsOf } from './order-parts';
import type { OrderRecord } from './order-record';
import type { OrderRun } from './order-run';
import type { CustomerFacts, OrderState } from './order-state';
import { asOrder, assertTotals, totalsOf } from './order-totals';
import { emailKey } from './resolve-orders';

/** The change set that creates an order as history: with everything given, and nothing that Vendure would work out anew. */
export function planOrder(record: OrderRecord, state: OrderState): ChangeSet {
    const { run } = state;
    const code = needed(record.code, 'code');
    const orderState = needed(record.state, 'state');
    const orderPlacedAt = instant(needed(record.orderPlacedAt, 'orderPlacedAt'))!;
    const createdAt = instant(record.createdAt) ?? orderPlacedAt;
    const currencyCode = record.currencyCode ?? run.channel.currencyCode;
    assertFree(code, state);
    assertCurrency(currencyCode, run);
    if (record.customer) customerOf(record.customer, state);
    needed(record.lines, 'lines').forEach(({ sku }, i) => variantOf(sku, `lines[${i}].sku`, state));
    record.shippingLines?.forEach(({ method }, i) => run.shippingMethod(method, `shippingLines[${i}].method`));

    const skus = (record.lines ?? []).map(line => line.sku);
    const defaults = { priceIncludesTax: run.channel.pricesIncludeTax, createdAt };
    const parts: OrderParts = { ...noParts(), ...partsOf(record, skus, defaults) };
    withLineCustomFields(parts.lines, record, state);
    record.lines?.forEach((line, i) =>
        assertRequiredCustomFields(line.customFields, run.lineRules, `lines[${i}].customFields`),
    );
    const history = historyOf(record.stateHistory);
    assertStates(
        orderState,
        parts,
        history.map(entry => (entry as JsonObject).state as string),
        run,
    );
    assertPositions(parts);
    const order = asOrder(parts, orderState);
    const totals = totalsOf(order, run.taxStrategy);
    assertTotals(record, totals);
    assertStateFits(orderState, order);

    const draft = new EntityDraft('Order', null, code);
    const fields: Record<string, JsonValue> = {
        code,
        state: orderState,
        orderPlacedAt,
        createdAt,
        ...(record.updatedAt === undefined ? {} : { updatedAt: instant(record.updatedAt)! }),
        customer: record.customer ?? null,
        currencyCode,
        couponCodes: record.couponCodes ?? [],
        shippingAddress: addressOf(record.shippingAddress) ?? {},
        billingAddress: addressOf(record.billingAddress) ?? {},
        ...totals,
        ...(parts as unknown as JsonObject),
        notes: notesOf(record, createdAt),
        stateHistory: history,
    };
    for (const [path, value] of Object.entries(fields)) draft.change(path, undefined, value);
    assertRequiredCustomFields(record.customFields, run.orderRules, 'customFields');
    const customFields = acceptCustomFields(record.customFields, run.orderRules, 'customFields', state.related);
    for (const [name, value] of Object.entries(customFields)) {
        if (run.orderRules.rules.get(name)!.goesWithoutSaying(value)) continue;
        draft.change(joinPath('customFields', name), undefined, value);
    }
    return { action: 'CREATE', key: code, entities: [draft.toChange()] };
}

/** Adds the custom fields that the record gives to its lines. */
export function withLineCustomFields(lines: JsonObject[], record: OrderRecord, { run, related }: OrderState): void {
    record.lines?.forEach(({ customFields }, i) => {
        if (customFields === undefined) return;
        const prefix = `lines[${i}].customFields`;
        const accepted = acceptCustomFields(customFields, run.lineRules, prefix, related);
        for (const name in accepted) {
            const rule = run.lineRules.rules.get(name)!;
            if (!rule.relation || !rule.list) continue;
            throw new UserError(
                'custom-field-not-supported',
                `${prefix}.${name} is a list of relations, which order lines are not loaded with.`,
                'Remove it from the record.',
                { field: `${prefix}.${name}` },
            );
        }
        lines[i]!.customFields = accepted;
    });
}

export function variantOf(sku: string, field: string, { variants, run }: OrderState) {
    const [variant, ...others] = variants.get(sku) ?? [];
    if (variant && others.length === 0) return variant;
    if (!variant) {
        throw new UserError(
            'variant-not-found',
            `${field}: there is no variant with the SKU "${sku}" in the channel "${run.channel.code}".`,
            'Load the product first, or correct the SKU.',
            { field, got: sku, waitsFor: awaited('ProductVariant', sku) },
        );
    }
    throw new UserError(
        'ambiguous-variant',
        `${field}: ${others.length + 1} variants of the channel have the SKU "${sku}": ids ${[variant, ...others].map(({ id }) => id).join(', ')}.`,
        'Give each variant a SKU of its own.',
        { field, got: sku },
    );
}

/** Guests may have left the same address more than once; the one with an account is meant then. */
export function customerOf(email: string, { customers, run }: OrderState): CustomerFacts {
    const found = customers.get(emailKey(email)) ?? [];
    const registered = found.filter(customer => customer.hasAccount);
    const [customer, ...others] = registered.length > 0 ? registered : found;
    if (customer && others.length === 0) return customer;
    if (!customer) {
        throw new UserError(
            'customer-not-found',
            `customer: there is no customer "${email}" in the channel "${run.channel.code}".`,
            'Load the customer first, or correct the address.',
            { field: 'customer', got: email, waitsFor: awaited('Customer', emailKey(email)) },
        );
    }
    throw new UserError(
        'ambiguous-customer',
        `customer: ${others.length + 1} customers of the channel have the address "${email}": ids ${[customer, ...others].map(({ id }) => id).join(', ')}.`,
        'Merge them in the shop.',
        { field: 'customer', got: email },
    );
}

export function notesOf(record: OrderRecord, createdAt: string | null): JsonValue[] {
    return (record.notes ?? []).map(({ note, isPublic, createdAt: own }) => ({
        note,
        isPublic: isPublic ?? false,
        createdAt: instant(own) ?? createdAt,
    }));
}

function noParts(): OrderParts {
    return { lines: [], shippingLines: [], surcharges: [], payments: [], fulfillments: [] };
}

function needed<T>(value: T | undefined, field: string): T {
    if (value !== undefined) return value;
    throw new UserError(
        'field-missing',
        `${field} is missing; an order cannot be created without it.`,
        `Give ${field}, or choose the strategy UPDATE if only existing orders are meant.`,
        { field },
    );
}

function assertFree(code: string, { codeOwners, run }: OrderState): void {
    const owner = codeOwners.get(code);
    if (owner === undefined) return;
    throw new UserError(
        'order-code-taken',
        `code: the order with the id ${owner} has the code "${code}", but does not fit the record by ${run.options.matchBy}.`,
        'Correct the code, or match by code.',
        { field: 'code', got: code },
    );
}

function assertCurrency(currencyCode: string, { channel }: OrderRun): void {
    if (channel.currencyCodes.has(currencyCode)) return;
    throw new UserError(
        'unknown-currency',
        `currencyCode: the channel "${channel.code}" does not sell in "${currencyCode}".`,
        `Add the currency to the channel; it has ${[...channel.currencyCodes].join(', ')}.`,
        { field: 'currencyCode', got: currencyCode },
    );
}
