import { z } from 'zod';
import { EARLIEST_INSTANT, instantOf } from '../sdk/instant';

/*
 * Of what records hold. A message reads "must be …; what to do": the part after the semicolon becomes the hint.
 */

export const text = (description: string) =>
    z.string({ error: 'must be text; turn it into text with toText' }).meta({ description });
export const filledText = (description: string) =>
    z
        .string({ error: 'must be text; turn it into text with toText' })
        .min(1, { error: 'must not be empty; leave the field out to keep what is there' })
        .meta({ description });
export const flag = (description: string) =>
    z.boolean({ error: 'must be true or false; turn it into one with toBoolean' }).meta({ description });
export const money = (description: string) =>
    z.int({ error: 'must be whole minor units; use toCents' }).meta({ description, 'x-money': true });
/** What Vendure's columns and its API hold; SQLite would take more, and the product could not be shown any more. */
export const wholeNumber = (description: string) =>
    z
        .int32({
            error: ({ code }) =>
                code === 'too_big' || code === 'too_small'
                    ? 'must be a whole number of at most 2147483647; correct it, or the column that it is read from'
                    : 'must be a whole number; turn it into one with toNumber',
        })
        .meta({ description });
export const listOf = <T extends z.ZodType>(of: T, description: string) =>
    z.array(of, { error: 'must be a list; make one with split' }).meta({ description });
export const idField = (description: string) =>
    z
        .union([z.string().min(1), z.int()], { error: 'must be an id; give it as text or as a whole number' })
        .meta({ description });
export const entityId = idField('Id in the database.');

export const languageCode = filledText(
    'Language, such as `en` or `de`; it must be among the available languages of the shop.',
);
export const customFields = z
    .record(z.string(), z.unknown(), { error: 'must be an object; give the custom fields by name' })
    .meta({ description: 'Custom fields by name. A relation is an id, `{ id }`, or a list of these.' });

export const instantField = (description: string) =>
    z
        .string({ error: 'must be a date in ISO 8601; turn it into one with toDate' })
        .refine(value => instantOf(value) !== undefined, {
            error: 'must be a date in ISO 8601, such as "2026-01-31T12:00:00Z"; turn it into one with toDate',
            abort: true,
        })
        .refine(value => instantOf(value)! >= EARLIEST_INSTANT, {
            error: 'must be a date after the year 999; correct it, or leave the field out',
        })
        .meta({ description, 'x-instant': true });
