import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/json';
import { ColumnType, integerRange } from './column-type';
import { fitValue, Misfit } from './fit-value';

const types = {
    small: { name: 'integer', sqlType: 'smallint', ...integerRange(16) },
    unsigned: { name: 'integer', sqlType: 'bigint unsigned', ...integerRange(64, true) },
    price: { name: 'decimal', sqlType: 'numeric(6,2)', precision: 6, scale: 2 },
    anyDecimal: { name: 'decimal', sqlType: 'numeric' },
    second: { name: 'timestamp', sqlType: 'datetime', fractionDigits: 0 },
    milli: { name: 'time', sqlType: 'time(3)', fractionDigits: 3 },
    code: { name: 'text', sqlType: 'varchar(3)', maxLength: 3 },
    flag: { name: 'boolean', sqlType: 'boolean' },
    time: { name: 'time', sqlType: 'time' },
    at: { name: 'timestamp', sqlType: 'timestamp' },
    uuid: { name: 'uuid', sqlType: 'uuid' },
    json: { name: 'json', sqlType: 'jsonb' },
} satisfies Record<string, ColumnType>;

describe('a value in a column', () => {
    it.each<[keyof typeof types, JsonValue, string | null]>([
        ['small', '00123', '123'],
        ['price', '1.2e3', '1200'],
        ['price', '12.5E-1', '1.25'],
        ['price', 1e-2, '0.01'],
        ['price', '-.5e0', '-0.5'],
        ['anyDecimal', '1.5e-10', '1.5e-10'],
        ['second', '2026-12-31T23:59:59.999Z', '2026-12-31 23:59:59'],
        ['milli', '23:59:59.9996', '23:59:59.999'],
        ['small', -32_768, '-32768'],
        ['unsigned', '18446744073709551615', '18446744073709551615'],
        ['price', '1234.50', '1234.50'],
        ['price', '1.5000', '1.5000'],
        ['price', 0.1, '0.1'],
        ['code', '🎉🎉🎉', '🎉🎉🎉'],
        ['code', 5, '5'],
        ['code', '', ''],
        ['code', null, null],
        ['flag', 'TRUE', '1'],
        ['flag', 0, '0'],
        ['time', '23:59', '23:59'],
        ['at', '2026-01-01', '2026-01-01 00:00:00'],
        ['at', '2026-01-01T00:30:00.123456789+01:00', '2025-12-31 23:30:00.123456'],
        ['at', '2026-01-01 00:30', '2026-01-01 00:30:00'],
        ['json', 'a', '"a"'],
        ['json', [null], '[null]'],
    ])('%s takes %j', (type, value, text) => expect(fitValue(value, types[type])).toBe(text));

    it.each<[keyof typeof types, JsonValue, string]>([
        ['small', 32_768, 'a whole number from -32768 to 32767'],
        ['small', 1.5, 'a whole number'],
        ['small', '', 'a whole number'],
        ['unsigned', -1, 'a whole number from 0 to 18446744073709551615'],
        ['price', '1.005', 'at most 2 decimal places'],
        ['price', '1.2345e0', 'at most 2 decimal places'],
        ['price', 1e-7, 'at most 2 decimal places'],
        ['price', '1e4', 'at most 4 digits before the point'],
        ['price', '12345', 'at most 4 digits before the point'],
        ['price', '1,5', 'a decimal number'],
        ['code', 'abcd', 'a text of at most 3 characters'],
        ['code', 'a\u0000', 'a text without NUL characters'],
        ['flag', 'yes', 'true or false'],
        ['time', '24:00', 'a time such as 14:30:00'],
        ['at', '2026-02-30T00:00:00Z', 'a timestamp such as 2026-01-31T14:30:00Z'],
        ['at', 1_700_000_000, 'a timestamp such as 2026-01-31T14:30:00Z'],
        ['uuid', 'x', 'a UUID'],
    ])('%s refuses %j', (type, value, expected) => {
        expect(fitValue(value, types[type])).toEqual(new Misfit(expected));
    });
});
