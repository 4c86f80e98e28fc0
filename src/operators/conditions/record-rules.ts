import { JsonObject, JsonValue } from '../../../shared/json';
import { ValidationRule } from '../../sdk/definition/validate-step';
import { UserError } from '../../sdk/errors';
import { instantOf } from '../../sdk/instant';
import { readerOf } from '../field-access';
import { textOf } from '../value-text';
import { equals, isEmpty, numberOf } from './comparison';
import { compilePattern } from './safe-pattern';

/** Undefined when the record keeps every rule; otherwise one error that names every broken rule, the first one first. */
type RuleCheck = (record: JsonObject) => UserError | undefined;

/** Compiles the rules of a VALIDATE step. */
export function createRuleCheck(rules: readonly ValidationRule[]): RuleCheck {
    const checks = rules.map(compileRule);
    return record => {
        let first: Broken | undefined;
        let sentences: string[] | undefined;
        for (const check of checks) {
            const broken = check(record);
            if (!broken) continue;
            first ??= broken;
            (sentences ??= []).push(broken.message);
        }
        if (!first || !sentences) return undefined;
        const place = { field: first.field, ...(first.got === undefined ? {} : { got: first.got }) };
        return new UserError(first.code, sentences.join(' '), first.hint, place);
    };
}

interface Broken {
    code: string;
    message: string;
    hint: string;
    field: string;
    got?: JsonValue;
}

type Finding = [code: string, message: string, hint: string] | undefined;
type ValueCheck = (value: JsonValue) => Finding;

function compileRule(rule: ValidationRule): (record: JsonObject) => Broken | undefined {
    const read = readerOf(rule.field);
    const checks = valueChecks(rule);
    const broken = ([code, message, hint]: NonNullable<Finding>, got?: JsonValue): Broken => ({
        code,
        message: rule.message ?? `${rule.field} ${message}.`,
        hint,
        field: rule.field,
        ...(got === undefined ? {} : { got }),
    });
    return record => {
        const value = read(record);
        if (value === undefined || isEmpty(value)) {
            if (!rule.required) return undefined;
            const state = value === undefined ? 'absent' : value === null ? 'null' : 'empty';
            return broken(
                ['field-required', `is required, and it is ${state}`, 'Fill the field in the source.'],
                value,
            );
        }
        for (const check of checks) {
            const finding = check(value);
            if (finding) return broken(finding, value);
        }
        return undefined;
    };
}

function valueChecks(rule: ValidationRule): ValueCheck[] {
    const checks: ValueCheck[] = [];
    const { type, pattern, min, max, oneOf } = rule;
    if (type) {
        const test = TYPE_TESTS[type];
        checks.push(value =>
            test(value)
                ? undefined
                : ['field-type', `must be ${TYPE_WORDS[type]}`, 'Correct the value, or convert it before this step.'],
        );
    }
    if (pattern !== undefined) {
        const compiled = compilePattern(pattern);
        checks.push(value =>
            (typeof value === 'string' || typeof value === 'number') && compiled.isFoundIn(String(value))
                ? undefined
                : ['field-pattern', `does not match ${pattern}`, 'Correct the value in the source.'],
        );
    }
    if (min !== undefined || max !== undefined) checks.push(rangeCheck(rule));
    if (oneOf) {
        const allowed = oneOf.map(option => JSON.stringify(option)).join(', ');
        checks.push(value =>
            oneOf.some(option => equals(value, option))
                ? undefined
                : [
                      'field-not-allowed',
                      `must be one of ${allowed}`,
                      'Correct the value, or add it to the allowed ones.',
                  ],
        );
    }
    return checks;
}

function rangeCheck({ type, min = -Infinity, max = Infinity }: ValidationRule): ValueCheck {
    const bounds =
        min === -Infinity ? `at most ${max}` : max === Infinity ? `at least ${min}` : `between ${min} and ${max}`;
    return value => {
        const isLength = Array.isArray(value) || type === 'text';
        const size = Array.isArray(value) ? value.length : type === 'text' ? textOf(value).length : numberOf(value);
        if (size === undefined) return ['field-type', 'must be a number', 'Use digits and a decimal point.'];
        if (size >= min && size <= max) return undefined;
        const what = Array.isArray(value) ? 'items' : 'characters';
        return isLength
            ? ['field-length', `must have ${bounds} ${what}, and it has ${size}`, 'Correct the value in the source.']
            : ['field-range', `must be ${bounds}, and it is ${size}`, 'Correct the value in the source.'];
    };
}

const TYPE_TESTS: Record<NonNullable<ValidationRule['type']>, (value: JsonValue) => boolean> = {
    text: value => typeof value === 'string',
    number: value => numberOf(value) !== undefined,
    integer: value => Number.isInteger(numberOf(value)),
    boolean: value => typeof value === 'boolean' || value === 'true' || value === 'false',
    date: value => typeof value === 'string' && instantOf(value) !== undefined,
    list: value => Array.isArray(value),
    object: value => typeof value === 'object' && !Array.isArray(value),
};

const TYPE_WORDS: Record<NonNullable<ValidationRule['type']>, string> = {
    text: 'text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    date: 'an ISO date such as 2026-01-31',
    list: 'a list',
    object: 'an object',
};
