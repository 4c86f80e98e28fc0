import type { CustomFieldConfig } from '@vendure/core';
import { describe, expect, it } from 'vitest';
import { CustomFieldRule, CustomFieldRules } from './custom-field-rules';

const rule = (config: object) => new CustomFieldRule({ name: 'f', ...config } as CustomFieldConfig);

describe('a custom field', () => {
    it.each<[object, unknown, unknown]>([
        [{ type: 'string' }, 'x', 'x'],
        [{ type: 'string', options: [{ value: 'a' }] }, 'a', 'a'],
        [{ type: 'int', min: 1 }, 1, 1],
        [{ type: 'float' }, 1.5, 1.5],
        [{ type: 'datetime' }, '2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
        [{ type: 'boolean', list: true }, [true, false], [true, false]],
        [{ type: 'relation' }, { id: 7 }, '7'],
        [{ type: 'relation', list: true }, [7, { id: '8' }], ['7', '8']],
        [{ type: 'relation', list: true }, null, []],
        [{ type: 'text' }, null, null],
        [{ type: 'struct', fields: [{ name: 'a', type: 'int' }] }, { a: 1 }, { a: 1 }],
    ])('%o takes %o as %o', (config, value, stored) => expect(rule(config).accept(value, 'f')).toEqual(stored));

    it.each<[object, unknown, string]>([
        [{ type: 'string' }, 5, 'f must be text, got 5.'],
        [{ type: 'string', pattern: '^a' }, 'b', 'f must match the pattern ^a, got "b".'],
        [{ type: 'string', options: [{ value: 'a' }] }, 'b', 'f must be one of the options of the field, got "b".'],
        [{ type: 'string', length: 2 }, 'abc', 'f must have at most 2 characters, got "abc".'],
        [{ type: 'int' }, 1.5, 'f must be a whole number of at most 2147483647, got 1.5.'],
        [{ type: 'int', max: 3 }, 4, 'f must be at most 3, got 4.'],
        [{ type: 'datetime', min: '2026-01-01' }, '2025-01-01', 'f must not be before 2026-01-01, got "2025-01-01".'],
        [{ type: 'datetime' }, '12.05.2026', 'f must be a date in ISO 8601'],
        [{ type: 'datetime' }, '2026-02-30', 'f must be a date in ISO 8601'],
        [{ type: 'datetime' }, '0001-01-01', 'f must be a date after the year 999, got "0001-01-01".'],
        [{ type: 'string', nullable: false }, null, 'f cannot be cleared, as the field is not nullable, got null.'],
        [{ type: 'string', list: true }, 'a', 'f must be a list, got "a".'],
        [{ type: 'int', list: true }, [1, 'b'], 'f[1] must be a number, got "b".'],
        [{ type: 'relation' }, {}, 'f must be an id or { id }, got {}.'],
    ])('%o refuses %o', (config, value, sentence) => {
        expect(() => rule(config).accept(value, 'f')).toThrow(sentence);
    });

    it('that is internal is as unknown as in Vendure’s API', () => {
        const rules = new CustomFieldRules([{ name: 'hidden', type: 'string', internal: true }], () => true);
        expect(() => rules.writable('hidden', 'customFields.hidden')).toThrow('there is no such custom field');
    });

    it('that needs a permission the user lacks is refused', () => {
        const rules = new CustomFieldRules([{ name: 'cost', type: 'int' }], () => false);
        expect(() => rules.writable('cost', 'customFields.cost')).toThrow('needs a permission');
    });
});
