import { z } from 'zod';
import { JsonValue } from '../../shared/json';
import { field } from './field';

/** Comparisons of one field; when several are given, all must hold. See operators/conditions/comparison.ts for how values compare. */
export interface FieldCondition {
    field: string;
    eq?: JsonValue;
    ne?: JsonValue;
    gt?: number | string;
    gte?: number | string;
    lt?: number | string;
    lte?: number | string;
    in?: JsonValue[];
    notIn?: JsonValue[];
    exists?: boolean;
    isEmpty?: boolean;
    contains?: JsonValue;
    startsWith?: string;
    matches?: string;
}

export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Condition } | FieldCondition;

const bound = z.union([z.number(), z.string()]);
const comparisons = {
    eq: field.json('Equals', 'The value is this one.').optional(),
    ne: field.json('Does not equal', 'The value is another one, or absent.').optional(),
    gt: field.of(bound, 'Greater than', 'Number, ISO date or text.').optional(),
    gte: field.of(bound, 'At least', 'Number, ISO date or text.').optional(),
    lt: field.of(bound, 'Less than', 'Number, ISO date or text.').optional(),
    lte: field.of(bound, 'At most', 'Number, ISO date or text.').optional(),
    in: field.list(z.json(), 'One of', 'The value, or a member of the list, is one of these.').optional(),
    notIn: field.list(z.json(), 'None of', 'The value, and every member of the list, is none of these.').optional(),
    exists: field.flag('Exists', 'The field is there (true) or absent (false); null and empty are there.').optional(),
    isEmpty: field.flag('Is empty', 'Absent, null, blank text, empty list or object; false: none of these.').optional(),
    contains: field.json('Contains', 'The text contains this text, or the list has this member.').optional(),
    startsWith: field.text('Starts with', 'The text begins with this text.').optional(),
    matches: field.text('Matches', 'This regular expression is found in the text.').optional(),
};
const COMPARISONS = Object.keys(comparisons) as (keyof typeof comparisons)[];

/**
 * One flat object instead of a union, so that a misspelt key is named
 * and not answered with everything that the union could have been.
 */
export const conditionSchema = z.lazy(() => conditionObject) as unknown as z.ZodType<Condition, Condition>;

/** Made once: a copy per use would make a recursion without end of it. */
const conditionObject = z
    .strictObject({
        all: field.list(conditionSchema, 'All', 'Every one of these holds.').min(1).optional(),
        any: field.list(conditionSchema, 'Any', 'At least one of these holds.').min(1).optional(),
        not: field.of(conditionSchema, 'Not', 'This does not hold.').optional(),
        field: field.path('Field', 'Field whose value is compared.').optional(),
        ...comparisons,
    })
    .check(({ value, issues }) => {
        const wrong = shapeProblem(value);
        if (wrong) issues.push({ code: 'custom', message: wrong, input: value });
    })
    .meta({ id: 'Condition', description: 'A condition on the fields of a record.' });

function shapeProblem(value: Record<string, unknown>): string | undefined {
    const given = ['all', 'any', 'not', 'field'].filter(key => value[key] !== undefined);
    if (given.length !== 1) {
        return 'A condition has exactly one of "all", "any", "not" or "field".';
    }
    const compared = COMPARISONS.filter(key => value[key] !== undefined);
    if (given[0] === 'field' && compared.length === 0) {
        return `A condition on a field needs a comparison: ${COMPARISONS.join(', ')}.`;
    }
    if (given[0] !== 'field' && compared.length > 0) {
        return `"${compared[0]}" compares a field, so it needs "field" beside it.`;
    }
    return undefined;
}
