import { z } from 'zod';
import { config, field } from '../field';

const RULE_TYPES = {
    text: 'Text.',
    number: 'A number, or text that reads as one, such as "12.5".',
    integer: 'A whole number, or text that reads as one.',
    boolean: 'true or false, also as text.',
    date: 'An ISO date such as 2026-01-31, with or without time.',
    list: 'A list.',
    object: 'An object with fields of its own.',
} as const;

/** One check of a VALIDATE step. Absent, null and empty are refused by `required` only; the other checks pass them. */
export const ruleSchema = config({
    field: field.path('Field', 'Field that is checked.', { example: 'sku' }),
    required: field.flag('Required', 'Refuses a record in which the field is absent, null or empty.').optional(),
    type: field.choice('Type', 'What the value must be.', RULE_TYPES).optional(),
    pattern: field
        .text('Pattern', 'Regular expression that must be found in the text; anchor it with ^ and $.')
        .optional(),
    min: field
        .number('Minimum', 'Least value of a number, least length of a list or of a field of type text.')
        .optional(),
    max: field
        .number('Maximum', 'Greatest value of a number, greatest length of a list or of a field of type text.')
        .optional(),
    oneOf: field.list(z.json(), 'One of', 'Values that are allowed.').min(1).optional(),
    message: field.text('Message', 'Sentence that stands in the quarantine instead of ours.').optional(),
});

export const validateStepSchema = config({
    rules: field.list(ruleSchema, 'Rules', 'A record that breaks one of them goes to quarantine.').min(1),
});

export type ValidationRule = z.output<typeof ruleSchema>;
export type ValidateStepConfig = z.input<typeof validateStepSchema>;
