import type { RunStatus } from '../../entities';

export const PIPELINE_HEALTHS = ['DISABLED', 'FAILING', 'WARNING', 'NEVER_RUN', 'HEALTHY'] as const;
export type PipelineHealth = (typeof PIPELINE_HEALTHS)[number];

export interface HealthFacts {
    enabled: boolean;
    disabledByCode: boolean;
    /** Of the newest run that wrote and came to an end of its own: cancelled ones say nothing about the pipeline. */
    lastEnd?: RunStatus;
    openRecords: number;
    waitingGates: number;
}

/** Runs that say how a pipeline is doing. */
export const TELLING_STATUSES = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'TIMEOUT'] as const;

/**
 * The first rule that fits decides: what is broken comes before what waits. The dashboard says the reasons in the language
 * of whoever reads.
 */
export const HEALTH_RULES: readonly {
    health: PipelineHealth;
    reason: string;
    fits: (facts: HealthFacts) => boolean;
}[] = [
    {
        health: 'DISABLED',
        reason: 'It has been removed from the code, so it cannot be run.',
        fits: ({ disabledByCode }) => disabledByCode,
    },
    {
        health: 'DISABLED',
        reason: 'It is disabled, so it cannot be run.',
        fits: ({ enabled }) => !enabled,
    },
    {
        health: 'FAILING',
        reason: 'The last run failed.',
        fits: ({ lastEnd }) => lastEnd === 'FAILED',
    },
    {
        health: 'FAILING',
        reason: 'The last run took longer than it may.',
        fits: ({ lastEnd }) => lastEnd === 'TIMEOUT',
    },
    {
        health: 'WARNING',
        reason: 'A gate waits for a decision.',
        fits: ({ waitingGates }) => waitingGates > 0,
    },
    {
        health: 'WARNING',
        reason: 'Refused records wait for somebody.',
        fits: ({ openRecords }) => openRecords > 0,
    },
    {
        health: 'NEVER_RUN',
        reason: 'No run that writes has come to an end yet.',
        fits: ({ lastEnd }) => lastEnd === undefined,
    },
    {
        health: 'HEALTHY',
        reason: 'The last run came to its end and nothing waits.',
        fits: () => true,
    },
];

export function healthOf(facts: HealthFacts) {
    const { health, reason } = HEALTH_RULES.find(({ fits }) => fits(facts))!;
    return { health, healthReason: reason };
}
