import { z } from 'zod';
import { customFields, flag, idField, listOf, text } from '../field-kinds';

const filledText = (description: string) =>
    z
        .string({ error: 'must be text; turn it into text with toText' })
        .trim()
        .min(1, { error: 'must not be empty; leave the field out to keep what is there' })
        .meta({ description });

const MAX_EMAIL_CHARACTERS = 255;

const addressRecord = z.looseObject(
    {
        id: idField('Id in the database; names an address that the customer has.').optional(),
        fullName: text('Name of the recipient.').nullable().optional(),
        company: text('Company.').nullable().optional(),
        streetLine1: filledText('Street and number; needed to create an address.').optional(),
        streetLine2: text('Second line.').nullable().optional(),
        city: text('City.').nullable().optional(),
        province: text('Province or state.').nullable().optional(),
        postalCode: text('Postal code; text, so that leading zeros stay.').nullable().optional(),
        countryCode: filledText('Code of a country of the shop, such as `DE`; needed to create an address.').optional(),
        phoneNumber: text('Phone number.').nullable().optional(),
        defaultShippingAddress: flag('Whether orders are sent there unless the customer says otherwise.').optional(),
        defaultBillingAddress: flag('Whether bills go there unless the customer says otherwise.').optional(),
        customFields: customFields.optional(),
    },
    { error: 'must be an address; give { streetLine1, postalCode, city, countryCode }' },
);

/**
 * What a record for the customer loader may hold. Only given fields are touched: an absent field is left alone, `null`
 * clears where that is possible, an empty list means "none" where a list replaces. There is no field for a password.
 */
export const customerRecord = z.looseObject({
    id: idField('Id in the database.').optional(),
    emailAddress: filledText('E-mail address; trimmed and in lower case, as Vendure keeps it.')
        .max(MAX_EMAIL_CHARACTERS, { error: `must have at most ${MAX_EMAIL_CHARACTERS} characters; correct it` })
        .optional(),
    title: text('Title, such as Dr.').nullable().optional(),
    firstName: text('First name; needed to create a customer.').optional(),
    lastName: text('Last name; needed to create a customer.').optional(),
    phoneNumber: text('Phone number.').nullable().optional(),
    user: z
        .looseObject(
            {
                verified: flag(
                    'Whether the e-mail address counts as verified; as the shop is configured if absent.',
                ).optional(),
            },
            { error: 'must be an object; give { verified: true }, or leave it out for a guest' },
        )
        .optional()
        .meta({ description: 'Gives the customer an account to log in with. Without it a new customer is a guest.' }),
    groups: listOf(filledText('Name of a customer group.'), 'Customer groups, by name.').optional(),
    channels: listOf(filledText('Channel code.'), 'Channels the customer is in besides the default one.').optional(),
    addresses: listOf(addressRecord, 'The addresses of the customer.').optional(),
    customFields: customFields.optional(),
});

export type CustomerRecord = z.output<typeof customerRecord>;
export type AddressRecord = z.output<typeof addressRecord>;
