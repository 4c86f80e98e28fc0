import type { CustomFieldConfig } from '@vendure/core';
import fc from 'fast-check';
import type { JsonObject } from '../../shared/json';
import { CUSTOM_FIELDS, customFields, text } from './generated-catalog';

/** Customers and addresses have no translations. */
export const PLAIN_CUSTOM_FIELDS: CustomFieldConfig[] = CUSTOM_FIELDS.filter(({ type }) => !type.startsWith('locale'));
export const GROUPS = ['Wholesale', 'Newsletter', 'Größte Kunden'];

const STREETS = ['Hauptstr. 1', 'Nebenstr. 2', 'Weg 3'];
const plainCustomFields = customFields().map(fields =>
    Object.fromEntries(
        PLAIN_CUSTOM_FIELDS.filter(({ name }) => name in fields).map(({ name }) => [name, fields[name]!]),
    ),
);

/** Records of the `customer` loader: what a shop is given first, and then, round by round, what changes. */
export function customerRounds(customers: number, rounds: number): fc.Arbitrary<JsonObject[][]> {
    const histories = Array.from({ length: customers }, (_, number) =>
        fc.tuple<(JsonObject | null)[]>(
            customer(number, true),
            ...Array.from({ length: rounds - 1 }, () => fc.option(customer(number, false))),
        ),
    );
    return fc
        .tuple(...histories)
        .map(all =>
            Array.from({ length: rounds }, (_, round) => all.flatMap(records => records[round] ?? [])),
        ) as fc.Arbitrary<JsonObject[][]>;
}

function customer(number: number, creates: boolean): fc.Arbitrary<JsonObject> {
    const addresses = fc
        .subarray(STREETS)
        .chain(streets => fc.tuple(fc.tuple(...streets.map(address)), fc.nat(STREETS.length), fc.nat(STREETS.length)))
        .map(([list, shipping, billing]) =>
            list.map((one, index) => ({
                ...one,
                ...(index === shipping ? { defaultShippingAddress: true } : {}),
                ...(index === billing ? { defaultBillingAddress: true } : {}),
            })),
        );
    const fields = {
        title: fc.option(text(5)),
        firstName: text(),
        lastName: fc.oneof(fc.constant(''), text()),
        phoneNumber: fc.option(fc.constantFrom('00123', '+49 (0) 1', '')),
        groups: fc.subarray(GROUPS),
        addresses,
        customFields: plainCustomFields,
    };
    const emailAddress = fc.constantFrom(`person${number}@example.com`, ` Person${number}@Example.com`);
    return fc
        .record(
            { emailAddress, ...fields },
            { requiredKeys: ['emailAddress', ...(creates ? (['firstName', 'lastName'] as const) : [])] },
        )
        .map(record => record as unknown as JsonObject);
}

/** Street, postal code and country tell the addresses of a customer apart, so each has always the same. */
function address(streetLine1: string): fc.Arbitrary<JsonObject> {
    const fields = {
        fullName: text(),
        company: text(),
        city: text(),
        province: text(),
        phoneNumber: text(),
        customFields: plainCustomFields,
    };
    return fc
        .record(fields, { requiredKeys: [] })
        .map(given => ({ streetLine1, postalCode: '01067', countryCode: 'DE', ...given }));
}
