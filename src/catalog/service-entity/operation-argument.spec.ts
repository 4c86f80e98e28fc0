import { expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/json';
import { type ArgumentDefinition, argumentText } from './operation-argument';

it.each<[ArgumentDefinition, JsonValue, string]>([
    [{ type: 'int' }, 500, '500'],
    [{ type: 'int' }, '-5', '-5'],
    [{ type: 'int' }, '', ''],
    [{ type: 'float' }, '7.5', '7.5'],
    [{ type: 'boolean' }, true, 'true'],
    [{ type: 'datetime' }, '2026-01-31', '2026-01-31'],
    [{ type: 'string' }, 5, '5'],
    [{ type: 'ID', list: true }, [1, '2'], '[1,"2"]'],
    [{ type: 'ID', list: true }, '["1"]', '["1"]'],
    [{ type: 'ID', list: true }, [], '[]'],
])('%o takes %o', (definition, given, text) => {
    expect(argumentText(given, definition, 'a')).toBe(text);
});

it.each<[ArgumentDefinition, JsonValue, string]>([
    [{ type: 'int' }, 'ten', 'a must be a whole number, got "ten".'],
    [{ type: 'int' }, 10.5, 'a must be a whole number, got 10.5.'],
    [{ type: 'int' }, '10%', 'a must be a whole number, got "10%".'],
    [{ type: 'int' }, [1], 'a must be a whole number, got [1].'],
    [{ type: 'float' }, '1,5', 'a must be a number, got "1,5".'],
    [{ type: 'boolean' }, 'yes', 'a must be true or false, got "yes".'],
    [
        { type: 'datetime' },
        '12.05.2026',
        'a must be a date in ISO 8601, such as "2026-01-31T12:00:00Z", got "12.05.2026".',
    ],
    [{ type: 'string' }, ['x'], 'a must be text, got ["x"].'],
    [{ type: 'ID', list: true }, '5,6', 'a must be a list, got "5,6".'],
    [{ type: 'ID', list: true }, 5, 'a must be a list, got 5.'],
    [{ type: 'int', list: true }, [1, 'x'], 'a[1] must be a whole number, got "x".'],
])('%o refuses %o', (definition, given, message) => {
    expect(() => argumentText(given, definition, 'a')).toThrow(message);
});
