import { z } from 'zod';
import { JsonObject, JsonValue } from '../../../shared/json';
import { field } from '../../sdk/field';
import { readerOf } from '../field-access';
import { equals, isEmpty, order } from './comparison';
import { compilePattern } from './safe-pattern';

/** Comparisons of one field; when several are given, all must hold. See comparison.ts for how values compare. */
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
type Predicate = (record: JsonObject) => boolean;

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

/** Compiles paths and patterns once; the result is pure and cheap. */
export function compileCondition(condition: Condition): Predicate {
    if ('all' in condition) {
        const parts = condition.all.map(compileCondition);
        return record => parts.every(part => part(record));
    }
    if ('any' in condition) {
        const parts = condition.any.map(compileCondition);
        return record => parts.some(part => part(record));
    }
    if ('not' in condition) {
        const part = compileCondition(condition.not);
        return record => !part(record);
    }
    const read = readerOf(condition.field);
    const tests = testsOf(condition);
    return record => {
        const value = read(record);
        return tests.every(test => test(value));
    };
}

type Test = (value: JsonValue | undefined) => boolean;

function testsOf(condition: FieldCondition): Test[] {
    const tests: Test[] = [];
    const { eq, ne, gt, gte, lt, lte, in: among, notIn, exists, contains, startsWith, matches } = condition;
    if (eq !== undefined) tests.push(value => equals(value, eq));
    if (ne !== undefined) tests.push(value => !equals(value, ne));
    if (gt !== undefined) tests.push(value => (order(value, gt) ?? NaN) > 0);
    if (gte !== undefined) tests.push(value => (order(value, gte) ?? NaN) >= 0);
    if (lt !== undefined) tests.push(value => (order(value, lt) ?? NaN) < 0);
    if (lte !== undefined) tests.push(value => (order(value, lte) ?? NaN) <= 0);
    if (among) tests.push(value => isAmong(value, among));
    if (notIn) tests.push(value => !isAmong(value, notIn));
    if (exists !== undefined) tests.push(value => (value !== undefined) === exists);
    if (condition.isEmpty !== undefined) tests.push(value => isEmpty(value) === condition.isEmpty);
    if (contains !== undefined) tests.push(value => holds(value, contains));
    if (startsWith !== undefined) tests.push(value => typeof value === 'string' && value.startsWith(startsWith));
    if (matches !== undefined) {
        const pattern = compilePattern(matches);
        tests.push(value => typeof value === 'string' && pattern.isFoundIn(value));
    }
    return tests;
}

function isAmong(value: JsonValue | undefined, options: JsonValue[]): boolean {
    if (options.some(option => equals(value, option))) return true;
    return Array.isArray(value) && value.some(member => options.some(option => equals(member, option)));
}

function holds(value: JsonValue | undefined, part: JsonValue): boolean {
    if (Array.isArray(value)) return value.some(member => equals(member, part));
    return typeof value === 'string' && (typeof part === 'string' || typeof part === 'number')
        ? value.includes(String(part))
        : false;
}
