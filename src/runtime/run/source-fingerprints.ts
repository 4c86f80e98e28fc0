import { UserError } from '../../sdk/errors';
import type { ExtractExecutor } from '../executors/extract-executor';
import type { Checkpoint, EnginePorts } from '../ports';

/** Identities of all sources by step key. A resumed run refuses a source that is not what it was. */
export async function fingerprintSources(
    extracts: ReadonlyMap<string, ExtractExecutor>,
    resumeFrom: Checkpoint | undefined,
): Promise<Record<string, string>> {
    const fingerprints: Record<string, string> = {};
    for (const [step, extract] of extracts) {
        const fingerprint = await extract.fingerprint();
        if (fingerprint !== undefined) fingerprints[step] = fingerprint;
        const before = resumeFrom?.sourceFingerprints[step];
        if (before !== undefined && before !== fingerprint) throw sourceChanged(step);
    }
    return fingerprints;
}

/** A plan that was made of another file is held to all the same, but whoever wonders about refused records should know. */
export function warnOfOtherSources<Scope>(
    fingerprints: Record<string, string>,
    { plan, journal }: Pick<EnginePorts<Scope>, 'plan' | 'journal'>,
): void {
    for (const [step, fingerprint] of Object.entries(fingerprints)) {
        const before = plan?.sourceFingerprints[step];
        if (before === undefined || before === fingerprint) continue;
        const message =
            `What step "${step}" reads has changed since the plan was made. Only what the plan shows is written; ` +
            'records that are others by now are refused.';
        journal.log('WARN', message, { step });
    }
}

function sourceChanged(step: string): UserError {
    return new UserError(
        'source-changed',
        `The source of step "${step}" changed since the run began, so the run cannot go on where it stopped.`,
        'Start a new run; what is already written will be found unchanged.',
        { step },
    );
}
