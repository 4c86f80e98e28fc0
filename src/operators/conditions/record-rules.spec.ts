import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../../shared/json';
import { ruleSchema } from '../../sdk/definition/validate-step';
import { createRuleCheck } from './record-rules';

const check = (rules: object[], record: JsonObject) =>
    createRuleCheck(rules.map(rule => ruleSchema.parse(rule)))(record);

describe('createRuleCheck', () => {
    it.each<[string, object, JsonObject, string | undefined]>([
        ['required, present', { required: true }, { f: 0 }, undefined],
        ['required, absent', { required: true }, {}, 'f is required, and it is absent.'],
        ['required, null', { required: true }, { f: null }, 'f is required, and it is null.'],
        ['required, blank', { required: true }, { f: ' ' }, 'f is required, and it is empty.'],
        ['not required, absent', { type: 'number', min: 5 }, {}, undefined],
        ['not required, blank', { type: 'number' }, { f: '' }, undefined],
        ['text', { type: 'text' }, { f: 5 }, 'f must be text.'],
        ['number as text', { type: 'number' }, { f: '12.5' }, undefined],
        ['no number', { type: 'number' }, { f: '12,5' }, 'f must be a number.'],
        ['integer', { type: 'integer' }, { f: '12.5' }, 'f must be a whole number.'],
        ['boolean as text', { type: 'boolean' }, { f: 'true' }, undefined],
        ['no boolean', { type: 'boolean' }, { f: 'yes' }, 'f must be true or false.'],
        ['date', { type: 'date' }, { f: '2026-02-31' }, 'f must be an ISO date such as 2026-01-31.'],
        ['list', { type: 'list' }, { f: ['a'] }, undefined],
        ['object', { type: 'object' }, { f: ['a'] }, 'f must be an object.'],
        ['min of numbers', { min: 1 }, { f: '0' }, 'f must be at least 1, and it is 0.'],
        ['max of numbers', { max: 10 }, { f: 11 }, 'f must be at most 10, and it is 11.'],
        ['min and max', { min: 1, max: 10 }, { f: 11 }, 'f must be between 1 and 10, and it is 11.'],
        ['range of what is no number', { min: 1 }, { f: 'x' }, 'f must be a number.'],
        ['length of text', { type: 'text', max: 3 }, { f: 'abcd' }, 'f must have at most 3 characters, and it has 4.'],
        ['length of digits as text', { type: 'text', max: 3 }, { f: '999' }, undefined],
        ['length of a list', { min: 2 }, { f: ['a'] }, 'f must have at least 2 items, and it has 1.'],
        ['pattern', { pattern: '^[A-Z]+$' }, { f: 'ab' }, 'f does not match ^[A-Z]+$.'],
        ['pattern on a number', { pattern: '^\\d{2}$' }, { f: 12 }, undefined],
        ['pattern on a list', { pattern: 'a' }, { f: ['a'] }, 'f does not match a.'],
        ['oneOf', { oneOf: ['a', 1] }, { f: '1' }, undefined],
        ['not oneOf', { oneOf: ['a', 1] }, { f: 'b' }, 'f must be one of "a", 1.'],
        ['a message of one’s own', { required: true, message: 'No f, no import.' }, {}, 'No f, no import.'],
    ])('%s', (_title, rule, record, sentence) => {
        expect(check([{ field: 'f', ...rule }], record)?.message).toBe(sentence);
    });

    it('names every broken rule, with place and value of the first', () => {
        const error = check(
            [
                { field: 'sku', required: true },
                { field: 'price', min: 1 },
                { field: 'name', required: true },
            ],
            { sku: 'A', price: 0 },
        );
        expect(error).toMatchObject({
            code: 'field-range',
            kind: 'USER',
            message: 'price must be at least 1, and it is 0. name is required, and it is absent.',
            place: { field: 'price', got: 0 },
        });
        expect(error?.hint).toBeTruthy();
    });
});
