import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionSchema } from '../../sdk/definition/definition';
import type { Tolerance } from '../../sdk/definition/error-handling';
import { emptyCounts } from '../batch/metrics';
import type { RunMetrics, StepCounts } from '../ports';
import { toleranceExceeded } from './tolerance';

function definition(tolerances: { step?: Partial<Tolerance>; run?: Partial<Tolerance> }) {
    return definitionSchema.parse({
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
            { key: 'check', type: 'VALIDATE', tolerance: tolerances.step },
        ],
        context: tolerances.run ? { errorHandling: { tolerance: tolerances.run } } : {},
    });
}

function metrics(read: Partial<StepCounts>, check: Partial<StepCounts>): RunMetrics {
    return { steps: { read: { ...emptyCounts(), ...read }, check: { ...emptyCounts(), ...check } } };
}

describe('tolerance', () => {
    it('of a number is exceeded by one record more', () => {
        const limits = definition({ step: { maxRejected: 2 } });
        const at = (rejected: number) =>
            toleranceExceeded(metrics({}, { in: 5, rejected }), limits, () => false)?.message;
        expect(at(2)).toBeUndefined();
        expect(at(3)).toBe('The step "check" refused 3 of 5 records, and 2 are tolerated; the run was stopped.');
    });

    it('of a share is looked at after enough records, and at the end however few there are', () => {
        const limits = definition({ step: { maxRejectedPercent: 10, minRecords: 50 } });
        const error = (records: number, rejected: number, atEnd: boolean) =>
            toleranceExceeded(metrics({}, { in: records, rejected }), limits, () => atEnd);
        expect(error(49, 49, false)).toBeUndefined();
        expect(error(49, 49, true)).toMatchObject({ code: 'tolerance-exceeded', place: { step: 'check' } });
        expect(error(50, 5, false)).toBeUndefined();
        expect(error(50, 6, false)?.message).toContain('and 10 % are tolerated');
    });

    it('of the run counts what all steps refuse of all that is read', () => {
        const limits = definition({ run: { maxRejectedPercent: 50, minRecords: 1 } });
        const error = (read: number, check: number) =>
            toleranceExceeded(
                metrics({ in: 10, rejected: read }, { in: 10 - read, rejected: check }),
                limits,
                () => false,
            );
        expect(error(2, 3)).toBeUndefined();
        expect(error(3, 3)?.message).toBe(
            'The run refused 6 of 10 records, and 50 % are tolerated; the run was stopped.',
        );
    });

    it('never lets more pass than it says, and never stops a run that keeps to it', () => {
        const numbers = fc.record({
            records: fc.integer({ min: 1, max: 500 }),
            share: fc.double({ min: 0, max: 1, noNaN: true }),
            maxRejected: fc.option(fc.nat(100), { nil: undefined }),
            maxRejectedPercent: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
            minRecords: fc.integer({ min: 1, max: 200 }),
            atEnd: fc.boolean(),
        });
        fc.assert(
            fc.property(numbers, ({ records, share, atEnd, ...limits }) => {
                const rejected = Math.floor(records * share);
                const tooMany = limits.maxRejected !== undefined && rejected > limits.maxRejected;
                const looked = atEnd || records >= limits.minRecords;
                const tooGreat =
                    looked &&
                    limits.maxRejectedPercent !== undefined &&
                    (rejected / records) * 100 > limits.maxRejectedPercent + 1e-9;
                const error = toleranceExceeded(
                    metrics({}, { in: records, rejected }),
                    definition({ step: limits }),
                    () => atEnd,
                );
                expect(error !== undefined).toBe(tooMany || tooGreat);
            }),
        );
    });

    it('is not needed', () => {
        expect(toleranceExceeded(metrics({ in: 1 }, { in: 1, rejected: 1 }), definition({}), () => true)).toBe(
            undefined,
        );
    });
});
