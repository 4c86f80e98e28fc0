import { describe, expect, it } from 'vitest';
import { runOperator } from '../../testing/run-operator';
import { toDate } from './to-date.operator';
import { toNumber } from './to-number.operator';

describe('a date without signs between its parts', () => {
    it('has all its digits', async () => {
        const given = [{ d: '20260131' }, { d: 20261101 }, { d: '2026111' }];
        const { kept, rejected } = await runOperator(toDate, { path: 'd', format: 'yyyyMMdd' }, given);
        expect(kept).toEqual([{ d: '2026-01-31T00:00:00.000Z' }, { d: '2026-11-01T00:00:00.000Z' }]);
        expect(rejected).toHaveLength(1);
    });

    it('may have parts of one digit beside signs', async () => {
        const { kept } = await runOperator(toDate, { path: 'd', format: 'dd.MM.yyyy HHmm' }, [{ d: '1.2.2026 0930' }]);
        expect(kept).toEqual([{ d: '2026-02-01T09:30:00.000Z' }]);
    });
});

describe('a year of two digits', () => {
    it.each([
        ['dd.MM.yy', '31.01.26', '2026-01-31T00:00:00.000Z'],
        ['MM/dd/yy', '1/31/26', '2026-01-31T00:00:00.000Z'],
        ['yyMMdd', '260131', '2026-01-31T00:00:00.000Z'],
    ])('is of this century in the format %s', async (format, d, instant) => {
        const { kept, rejected } = await runOperator(toDate, { path: 'd', format }, [{ d }, { d: '31.01.2026' }]);
        expect(kept).toEqual([{ d: instant }]);
        expect(rejected).toHaveLength(1);
    });
});

describe('a date with a time', () => {
    it.each([
        ['dd.MM.yyyy HH:mm', '31.01.2026 14:05', '2026-01-31T14:05:00.000Z'],
        ['dd.MM.yyyy HH', '31.01.2026 14', '2026-01-31T14:00:00.000Z'],
        ['MM/dd/yyyy HH:mm:ss', '1/31/2026 14:05:09', '2026-01-31T14:05:09.000Z'],
        ['yyyy-MM-ddTHH:mm:ssZ', '2026-01-31T14:05:09Z', '2026-01-31T14:05:09.000Z'],
    ])('of the format %s is read', async (format, d, instant) => {
        const { kept } = await runOperator(toDate, { path: 'd', format }, [{ d }]);
        expect(kept).toEqual([{ d: instant }]);
    });
});

describe('a number', () => {
    it('that is larger than any can be is refused', async () => {
        const { kept, rejected } = await runOperator(toNumber, { path: 'n' }, [{ n: '9'.repeat(400) }, { n: '1' }]);
        expect(kept).toEqual([{ n: 1 }]);
        expect(rejected).toHaveLength(1);
    });
});
