import { describe, expect, it } from 'vitest';
import { type HealthFacts, healthOf } from './pipeline-health';

const fine: HealthFacts = {
    enabled: true,
    disabledByCode: false,
    lastEnd: 'COMPLETED',
    openRecords: 0,
    waitingGates: 0,
};

describe('the health of a pipeline', () => {
    it.each<[Partial<HealthFacts>, string, string]>([
        [{}, 'HEALTHY', 'The last run came to its end and nothing waits.'],
        [{ lastEnd: undefined }, 'NEVER_RUN', 'No run that writes has come to an end yet.'],
        [{ openRecords: 1 }, 'WARNING', 'Refused records wait for somebody.'],
        [{ waitingGates: 1, lastEnd: undefined }, 'WARNING', 'A gate waits for a decision.'],
        [{ lastEnd: 'COMPLETED_WITH_ERRORS' }, 'HEALTHY', 'The last run came to its end and nothing waits.'],
        [{ lastEnd: 'FAILED', openRecords: 1 }, 'FAILING', 'The last run failed.'],
        [{ lastEnd: 'TIMEOUT' }, 'FAILING', 'The last run took longer than it may.'],
        [{ enabled: false, lastEnd: 'FAILED' }, 'DISABLED', 'It is disabled, so it cannot be run.'],
        [
            { enabled: false, disabledByCode: true },
            'DISABLED',
            'It has been removed from the code, so it cannot be run.',
        ],
    ])('of %j is %s', (facts, health, healthReason) => {
        expect(healthOf({ ...fine, ...facts })).toEqual({ health, healthReason });
    });
});
