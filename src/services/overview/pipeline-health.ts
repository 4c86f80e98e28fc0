import type { LanguageCode } from '@vendure/core';
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

/** The first rule that fits decides: what is broken comes before what waits. */
const RULES: readonly { health: PipelineHealth; en: string; de: string; fits: (facts: HealthFacts) => boolean }[] = [
    {
        health: 'DISABLED',
        en: 'It has been removed from the code, so it cannot be run.',
        de: 'Sie wurde aus dem Code entfernt und kann nicht laufen.',
        fits: ({ disabledByCode }) => disabledByCode,
    },
    {
        health: 'DISABLED',
        en: 'It is disabled, so it cannot be run.',
        de: 'Sie ist abgeschaltet und kann nicht laufen.',
        fits: ({ enabled }) => !enabled,
    },
    {
        health: 'FAILING',
        en: 'The last run failed.',
        de: 'Der letzte Lauf ist gescheitert.',
        fits: ({ lastEnd }) => lastEnd === 'FAILED',
    },
    {
        health: 'FAILING',
        en: 'The last run took longer than it may.',
        de: 'Der letzte Lauf hat länger gedauert als erlaubt.',
        fits: ({ lastEnd }) => lastEnd === 'TIMEOUT',
    },
    {
        health: 'WARNING',
        en: 'A gate waits for a decision.',
        de: 'Ein Tor wartet auf eine Entscheidung.',
        fits: ({ waitingGates }) => waitingGates > 0,
    },
    {
        health: 'WARNING',
        en: 'Refused records wait for somebody.',
        de: 'Abgelehnte Datensätze warten auf jemanden.',
        fits: ({ openRecords }) => openRecords > 0,
    },
    {
        health: 'NEVER_RUN',
        en: 'No run that writes has come to an end yet.',
        de: 'Noch kein schreibender Lauf ist zu Ende gegangen.',
        fits: ({ lastEnd }) => lastEnd === undefined,
    },
    {
        health: 'HEALTHY',
        en: 'The last run came to its end and nothing waits.',
        de: 'Der letzte Lauf ging zu Ende, und nichts wartet.',
        fits: () => true,
    },
];

export function healthOf(facts: HealthFacts, language: LanguageCode | string = 'en') {
    const rule = RULES.find(({ fits }) => fits(facts))!;
    return { health: rule.health, healthReason: language.startsWith('de') ? rule.de : rule.en };
}
