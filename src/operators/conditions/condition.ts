import { JsonObject, JsonValue } from '../../../shared/json';
import type { Condition, FieldCondition } from '../../sdk/condition';
import { readerOf } from '../field-access';
import { equals, isEmpty, order } from './comparison';
import { compilePattern } from './safe-pattern';

type Predicate = (record: JsonObject) => boolean;

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
