import { textOf } from '../../../shared/json';
import { compareCustomFields } from '../product/compare-custom-fields';
import { EntityDraft } from '../product/entity-draft';
import { missingField, severalDefaults, unknownAddress, unknownCountry } from './customer-problems';
import type { AddressRecord } from './customer-record';
import type { CustomerMatch, CustomerState, LiveAddress } from './customer-state';
import { ADDRESS_COLUMNS, DEFAULT_FLAGS } from './read-customers';

/** One address as it will be: given, live or both. */
interface Slot {
    given?: AddressRecord;
    field?: string;
    live?: LiveAddress;
    draft: EntityDraft;
}

/** Of a customer at most one address is the default one of a kind, as Vendure sees to as well. */
export function compareAddresses(
    { record, customer }: CustomerMatch,
    customerKey: string,
    addressColumn: string | undefined,
    state: CustomerState,
): EntityDraft[] {
    if (record.addresses === undefined) return [];
    const { addressesMode } = state.run.options;
    const live = customer?.addresses ?? [];
    const matched = matchAddresses(record.addresses, live, addressColumn, customerKey);
    const removes = addressesMode === 'REMOVE';
    const isGone = (address: LiveAddress): boolean =>
        removes
            ? [...matched.values()].includes(address)
            : addressesMode === 'REPLACE_ALL' && ![...matched.values()].includes(address);
    const gone = live.filter(isGone);
    const givenFor = new Map([...matched].map(([given, address]) => [address, given]));
    const slots: Slot[] = live
        .filter(address => !gone.includes(address))
        .map(address => {
            const given = removes ? undefined : givenFor.get(address);
            return {
                live: address,
                draft: new EntityDraft('Address', address.id, keyOf(customerKey, address.values)),
                ...(given ? { given, field: fieldOf(record.addresses!, given) } : {}),
            };
        });
    for (const given of removes ? [] : record.addresses) {
        if (matched.has(given)) continue;
        const draft = new EntityDraft('Address', null, keyOf(customerKey, given));
        slots.push({ given, field: fieldOf(record.addresses, given), draft });
    }
    for (const slot of slots) compareAddress(slot, customerKey, state);
    for (const flag of DEFAULT_FLAGS) compareDefault(flag, slots, gone);
    return [...slots.map(({ draft }) => draft), ...gone.map(address => deletionOf(address, customerKey))];
}

function compareAddress({ given, field, live, draft }: Slot, customerKey: string, state: CustomerState): void {
    if (!given) return;
    if (!live) {
        for (const name of ['streetLine1', 'countryCode'] as const) {
            if (given[name] === undefined) throw missingField(`${field}.${name}`, 'an address');
        }
        draft.change('customer', undefined, customerKey);
    }
    for (const name of ADDRESS_COLUMNS) {
        const after = given[name];
        if (after === undefined) continue;
        // The columns take no null: an address without a company has an empty one.
        const text = name === 'streetLine1' ? (after ?? '').trim() : (after ?? '');
        if (live || text !== '') draft.change(name, live?.values[name] as string | undefined, text);
    }
    if (given.countryCode !== undefined) {
        const code = given.countryCode.trim();
        if (!state.countryCodes.has(code)) throw unknownCountry(code, `${field}.countryCode`, state.countryCodes);
        draft.change('country', live ? live.countryCode : undefined, code);
    }
    compareCustomFields(draft, given, live, state.run.addressRules, state);
}

function compareDefault(flag: (typeof DEFAULT_FLAGS)[number], slots: readonly Slot[], gone: readonly LiveAddress[]) {
    const claiming = slots.filter(({ given }) => given?.[flag] === true);
    if (claiming.length > 1) throw severalDefaults(flag);
    const [claimer] = claiming;
    const isDefault = ({ given, live }: Slot): boolean => given?.[flag] ?? live?.values[flag] === true;
    const wasGone = gone.some(({ values }) => values[flag] === true);
    // Of a default address that goes the oldest of the others takes the place, as in Vendure.
    const heir = !claimer && wasGone && !slots.some(isDefault) ? slots.find(s => s.given?.[flag] !== false) : undefined;
    for (const slot of slots) {
        const before = slot.live?.values[flag] === true;
        const after = claimer ? slot === claimer : slot === heir || isDefault(slot);
        if (after !== before) slot.draft.change(flag, slot.live ? before : undefined, after);
    }
}

/** Deleted for good; says what there was, for whoever wants it back. */
function deletionOf(address: LiveAddress, customerKey: string): EntityDraft {
    const draft = new EntityDraft('Address', address.id, keyOf(customerKey, address.values), 'DELETE');
    draft.remove('customer', customerKey);
    if (address.countryCode !== null) draft.remove('country', address.countryCode);
    for (const name of [...ADDRESS_COLUMNS, ...DEFAULT_FLAGS]) draft.remove(name, address.values[name] as string);
    return draft;
}

/**
 * Which live address each given one means: by id, by the custom field that tells them apart, else by those of street, second
 * line, postal code and country that are given, as far as they are the same but for case and blanks. Of several that fit the
 * one with the same recipient is meant, then the oldest.
 */
function matchAddresses(
    given: readonly AddressRecord[],
    live: readonly LiveAddress[],
    column: string | undefined,
    customerKey: string,
): Map<AddressRecord, LiveAddress> {
    const matched = new Map<AddressRecord, LiveAddress>();
    const free = new Set(live);
    const take = (address: AddressRecord, found: LiveAddress | undefined): void => {
        if (!found) return;
        matched.set(address, found);
        free.delete(found);
    };
    const numberOf = (address: AddressRecord) => column && address.customFields?.[column.slice('customFields.'.length)];
    given.forEach((address, i) => {
        if (address.id === undefined) return;
        const found = [...free].find(({ id }) => String(id) === String(address.id));
        if (!found) throw unknownAddress(String(address.id), `addresses[${i}].id`, customerKey);
        take(address, found);
    });
    for (const address of given) {
        const number = numberOf(address);
        if (matched.has(address) || isNothing(number)) continue;
        take(
            address,
            [...free].find(({ values }) => textOf(values[column!]) === textOf(number)),
        );
    }
    for (const address of given) {
        if (matched.has(address) || address.streetLine1 === undefined) continue;
        // An address that has a number of its own is no other one, whatever it says.
        const open = [...free].filter(({ values }) => isNothing(numberOf(address)) || isNothing(values[column!]));
        const fitting = open.filter(candidate => isSamePlace(address, candidate));
        take(address, fitting.find(candidate => isSameRecipient(address, candidate)) ?? fitting[0]);
    }
    return matched;
}

function isSamePlace(given: AddressRecord, { values, countryCode }: LiveAddress): boolean {
    return (
        isSame(given.streetLine1, values.streetLine1) &&
        isSame(given.streetLine2, values.streetLine2) &&
        isSame(given.postalCode, values.postalCode) &&
        isSame(given.countryCode, countryCode)
    );
}

function isSameRecipient(given: AddressRecord, { values }: LiveAddress): boolean {
    return isSame(given.fullName, values.fullName) && isSame(given.company, values.company);
}

/** What is not given fits everything. */
function isSame(given: string | null | undefined, live: unknown): boolean {
    const plain = (value: unknown) =>
        textOf(value ?? '')
            .trim()
            .replace(/\s+/g, ' ')
            .toLowerCase();
    return given === undefined || plain(given) === plain(live);
}

function isNothing(value: unknown): boolean {
    return value === undefined || value === null || value === '';
}

function fieldOf(given: readonly AddressRecord[], address: AddressRecord): string {
    return `addresses[${given.indexOf(address)}]`;
}

function keyOf(customerKey: string, { streetLine1, postalCode }: { streetLine1?: unknown; postalCode?: unknown }) {
    const place = [streetLine1, postalCode].filter(part => !isNothing(part)).map(textOf);
    return `${customerKey}: ${place.join(', ')}`;
}
