import { describe, expect, it } from 'vitest';
import { definitionSchema } from '../sdk/definition/definition';
import { percentDone, totalsOf } from './run-totals';

const none = { in: 0, out: 0, dropped: 0, rejected: 0, created: 0, updated: 0, unchanged: 0, deleted: 0 };

describe('totals of a run', () => {
    it('count what extracts read and what all steps did', () => {
        const definition = definitionSchema.parse({
            version: 1,
            steps: [
                { key: 'a', type: 'EXTRACT' },
                { key: 'b', type: 'extract' },
                { key: 'check', type: 'VALIDATE' },
                { key: 'load', type: 'LOAD' },
            ],
        });
        const steps = {
            a: { ...none, in: 10, out: 9, rejected: 1 },
            b: { ...none, in: 5, out: 5 },
            check: { ...none, in: 14, out: 12, rejected: 2 },
            load: { ...none, in: 12, out: 11, rejected: 1, created: 4, updated: 3, unchanged: 3, deleted: 1 },
        };
        expect(totalsOf({ steps }, definition)).toEqual({
            read: 15,
            created: 4,
            updated: 3,
            unchanged: 3,
            deleted: 1,
            rejected: 4,
        });
    });

    it('know how much is done in whole per cent, or do not know', () => {
        expect(percentDone({ steps: {}, bytesRead: 333, bytesTotal: 1000 })).toBe(33);
        expect(percentDone({ steps: {}, bytesRead: 2000, bytesTotal: 1000 })).toBe(100);
        expect(percentDone({ steps: {}, bytesRead: 5, bytesTotal: 0 })).toBeUndefined();
        expect(percentDone({ steps: {}, bytesRead: 5 })).toBeUndefined();
    });
});
