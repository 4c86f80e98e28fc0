import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { awaited } from '../awaited';
import type { EntityId } from '../sql/sql-session';

export function customerExists(key: string, id: EntityId): UserError {
    return new UserError(
        'customer-exists',
        `The customer "${key}" exists already (id ${id}), and the strategy CREATE only creates.`,
        'Choose the strategy UPSERT to update it as well.',
    );
}

export function missingCustomer(key: string, channel: string): UserError {
    return new UserError(
        'customer-not-found',
        `There is no customer "${key}" in the channel "${channel}", and the strategy UPDATE does not create one.`,
        'Choose the strategy UPSERT to create it, or correct the field that the customer is matched by.',
    );
}

export function unknownCustomerId(id: string, channel: string): UserError {
    return new UserError(
        'customer-not-found',
        `There is no customer with the id "${id}" in the channel "${channel}", and nothing is created under an id that is given.`,
        'Correct the id, or match by emailAddress.',
        { field: 'id', got: id },
    );
}

export function ambiguousCustomer(key: string, by: string, ids: readonly EntityId[]): UserError {
    return new UserError(
        'ambiguous-customer',
        `${ids.length} customers fit "${key}" by ${by}: ids ${ids.join(', ')}.`,
        'Delete the superfluous ones or make them distinct in the shop, or match by id.',
        { field: by },
    );
}

export function noMatchValue(field: string): UserError {
    return new UserError(
        'match-value-missing',
        `${field} is missing, and customers are matched by it.`,
        `Give ${field}, or choose another field in matchBy.`,
        { field },
    );
}

export function missingField(field: string, what: string): UserError {
    return new UserError(
        'field-missing',
        `${field} is missing; ${what} cannot be created without it.`,
        `Give ${field}.`,
        { field },
    );
}

/** Vendure's EmailAddressConflictError, with whose address it is. */
export function emailTaken(emailAddress: string, owner: string): UserError {
    return new UserError(
        'email-address-conflict',
        `emailAddress: "${emailAddress}" belongs to ${owner}.`,
        'Give another address, or change or delete the other one.',
        { field: 'emailAddress', got: emailAddress },
    );
}

/** Vendure refuses to bring a guest of another channel into this one, and to have two customers of one address. */
export function customerElsewhere(emailAddress: string, id: EntityId, channel: string, as = ''): UserError {
    return new UserError(
        'email-address-conflict',
        `emailAddress: "${emailAddress}" belongs to the customer with the id ${id}, who is ${as}in other channels and not in "${channel}".`,
        `Run the step in the default channel with channels: ["${channel}"].`,
        { field: 'emailAddress', got: emailAddress },
    );
}

export function unknownGroup(name: string, field: string): UserError {
    return new UserError(
        'unknown-customer-group',
        `${field}: there is no customer group called "${name}".`,
        'Create the group first, or turn on createGroups.',
        { field, got: name, waitsFor: awaited('CustomerGroup', name) },
    );
}

export function ambiguousGroup(name: string, field: string, ids: readonly EntityId[]): UserError {
    return new UserError(
        'ambiguous-customer-group',
        `${field}: ${ids.length} customer groups are called "${name}": ids ${ids.join(', ')}.`,
        'Give them different names.',
        { field, got: name },
    );
}

export function unknownCountry(code: string, field: string, known: Iterable<string>): UserError {
    return new UserError(
        'unknown-country',
        `${field}: the shop has no country with the code "${code}".`,
        didYouMean(code, known),
        { field, got: code, waitsFor: awaited('Country', code) },
    );
}

export function unknownAddress(id: string, field: string, key: string): UserError {
    return new UserError(
        'unknown-address',
        `${field}: the customer "${key}" has no address with the id "${id}".`,
        'Correct the id, or leave it out to find the address by street, postal code and country.',
        { field, got: id },
    );
}

export function severalDefaults(flag: string): UserError {
    return new UserError(
        'several-default-addresses',
        `addresses: more than one has ${flag}, and a customer has one.`,
        'Leave one of them.',
        { field: 'addresses' },
    );
}

export function defaultChannelStays(): UserError {
    return new UserError(
        'default-channel-stays',
        'channels: a customer cannot be removed from the default channel.',
        'Leave it out of the list, or delete the customer.',
        { field: 'channels' },
    );
}
