import { type JsonValue, textOf } from '../../../shared/json';
import type { ChangeSet } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import { EntityDraft } from '../product/entity-draft';
import { sameJson } from '../product/same-json';
import { joinPath } from '../product/vocabulary';
import { assertKnown } from './order-checks';
import { acceptCustomFields } from './order-custom-fields';
import { addressOf, instant, isSubset, isSubsetInAnyOrder, partsOf } from './order-parts';
import type { OrderRecord } from './order-record';
import type { LiveOrder, OrderMatch, OrderState } from './order-state';
import { withSums } from './order-totals';
import { notesOf, planOrder, withLineCustomFields } from './plan-order';
import { emailKey, matchValue } from './resolve-orders';

/** Pure: what a record does to the shop. */
export function compareOrder({ record, live }: OrderMatch, state: OrderState): ChangeSet {
    const { options, channel } = state.run;
    const name = String(matchValue(record, state.run));
    if (!live) {
        if (options.strategy !== 'UPDATE') return planOrder(record, state);
        throw new UserError(
            'order-not-found',
            `There is no order "${name}", and the strategy UPDATE does not create one.`,
            'Choose the strategy UPSERT to create it, or correct the field that the order is matched by.',
        );
    }
    if (options.strategy === 'CREATE') {
        throw new UserError(
            'order-exists',
            `The order "${name}" exists already (id ${live.id}), and the strategy CREATE only creates.`,
            'Choose the strategy UPSERT to update it as well.',
        );
    }
    if (!live.channels.includes(channel.id)) {
        throw new UserError(
            'order-of-other-channel',
            `The order "${name}" (id ${live.id}) does not belong to the channel "${channel.code}".`,
            'Run the pipeline in the channel of the order.',
        );
    }
    return changeOrder(record, live, state);
}

function changeOrder(record: OrderRecord, live: LiveOrder, state: OrderState): ChangeSet {
    const { run } = state;
    assertNothingFixedChanges(record, live, state);
    const draft = new EntityDraft('Order', live.id, live.code);
    const accepted = acceptCustomFields(record.customFields, run.orderRules, 'customFields', state.related);
    for (const [name, after] of Object.entries(accepted)) {
        const rule = run.orderRules.rules.get(name)!;
        const isLinked = rule.relation && rule.list;
        const before = rule.stored(isLinked ? live.relations.get(name) : live.customFields[`customFields.${name}`]);
        const sorted = (value: JsonValue) => (isLinked ? [...(value as string[])].sort() : value);
        if (!sameJson(sorted(before), sorted(after))) draft.change(joinPath('customFields', name), before, after);
    }
    const coupons = newCoupons(record, live);
    if (coupons.length > 0) draft.change('couponCodes', live.couponCodes, [...live.couponCodes, ...coupons]);
    const notes = notesOf(record, null).filter(note => !hasNote(live, note as never));
    if (notes.length > 0) draft.change('notes', live.notes, [...live.notes, ...notes]);
    if (record.state !== undefined && record.state !== live.state) {
        assertTransition(record.state, live, state);
        draft.change('state', live.state, record.state);
    }
    const entities = draft.changed ? [draft.toChange()] : [];
    return { action: draft.changed ? 'UPDATE' : 'UNCHANGED', key: live.code, entities };
}

function hasNote(live: LiveOrder, note: { note: string; isPublic: boolean }): boolean {
    return live.notes.some(other => other.note === note.note && other.isPublic === note.isPublic);
}

/** Vendure compares coupon codes without case. */
export function newCoupons(record: OrderRecord, live: LiveOrder): string[] {
    const known = new Set(live.couponCodes.map(code => code.toLowerCase()));
    const added = (record.couponCodes ?? []).filter(code => !known.has(code.toLowerCase()));
    if (added.length > 0 && live.orderPlacedAt !== null) {
        throw new UserError(
            'order-is-placed',
            `couponCodes: "${added.join('", "')}" cannot be added to the order "${live.code}", as it was placed and a coupon would change its price.`,
            'Leave couponCodes out, or modify the order in the admin.',
            { field: 'couponCodes', got: added },
        );
    }
    return added;
}

function assertTransition(to: string, live: LiveOrder, { run }: OrderState): void {
    assertKnown(to, run.orderStates, 'state', 'order');
    if (run.canTransition(live.state, to)) return;
    const next = run.nextStates(live.state);
    throw new UserError(
        'transition-refused',
        `state: the order process does not lead from "${live.state}", which the order "${live.code}" is in, to "${to}".`,
        next.length > 0 ? `From there it leads to ${next.join(', ')}.` : 'It leads nowhere from there.',
        { field: 'state', got: to },
    );
}

const REASONS: Record<string, string> = {
    lines: 'Vendure changes what was ordered only by a modification of the order',
    shippingLines: 'Vendure changes shipping only by a modification of the order',
    surcharges: 'Vendure changes surcharges only by a modification of the order',
    payments: 'Vendure records payments only through its payment process',
    fulfillments: 'Vendure records fulfillments only through its fulfillment process',
};

/** Several may be of one time, and then random ids do not tell which came first. */
const UNORDERED = new Set(['payments', 'fulfillments']);

/** What Vendure does not change on an order that exists, a loader must not either. */
function assertNothingFixedChanges(record: OrderRecord, live: LiveOrder, state: OrderState): void {
    const skus = record.lines?.map(line => line.sku) ?? live.parts.lines.map(line => textOf(line.sku));
    const parts = partsOf(record, skus);
    if (parts.lines) withLineCustomFields(parts.lines, record, state);
    const sums: Record<string, number> = withSums(live.totals);
    const lowerCase = (email: string | null) => (email === null ? null : emailKey(email));
    const given: [field: string, isSame: boolean][] = [
        ['code', record.code === undefined || record.code === live.code],
        ['orderPlacedAt', sameSecond(record.orderPlacedAt, live.orderPlacedAt)],
        ['createdAt', sameSecond(record.createdAt, live.createdAt)],
        ['customer', record.customer === undefined || lowerCase(record.customer) === lowerCase(live.customer)],
        ['currencyCode', record.currencyCode === undefined || record.currencyCode === live.currencyCode],
        ...(['shippingAddress', 'billingAddress'] as const).map((field): [string, boolean] => {
            const address = addressOf(record[field]);
            return [field, address === undefined || isSubset(address, live[field])];
        }),
        ...Object.keys(sums).map((field): [string, boolean] => {
            const value = record[field as 'total'];
            return [field, value === undefined || value === sums[field]];
        }),
        ...Object.entries(parts).map(([field, part]): [string, boolean] => [
            field,
            (UNORDERED.has(field) ? isSubsetInAnyOrder : isSubset)(
                part as never,
                live.parts[field as 'lines'] as never,
            ),
        ]),
    ];
    const changed = given.flatMap(([field, isSame]) => (isSame ? [] : field));
    const [first] = changed;
    if (first === undefined) return;
    const reason = REASONS[first] ?? 'Vendure keeps it as it was when the order was made';
    throw new UserError(
        'order-part-fixed',
        `${changed.join(', ')}: the order "${live.code}" has something else there, and ${reason}.`,
        'Leave it out of the record, or make the change in the admin. State, custom fields and notes can be loaded.',
        { field: first, ...(first in sums ? { got: record[first as 'total']! } : {}) },
    );
}

/** MySQL keeps some times to the second only. */
function sameSecond(given: string | undefined, live: Date | null): boolean {
    if (given === undefined) return true;
    return live !== null && Math.abs(Date.parse(instant(given)!) - live.getTime()) < 1000;
}
