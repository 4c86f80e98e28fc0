import type { SkippedRecord, Tally } from '../batch/tally';
import type { RunJournal } from '../ports';

/** Tells the log what steps with `onError: SKIP` left out of a batch that has settled. */
export function reportSkips({ skipped }: Pick<Tally, 'skipped'>, journal: Pick<RunJournal<unknown>, 'log'>): void {
    for (const [step, records] of skipsByStep(skipped)) {
        for (const { error, origin } of records) {
            const { file = `step "${origin.step}"`, line } = origin;
            const where = line === undefined ? `record ${origin.index + 1} of ${file}` : `line ${line} of ${file}`;
            journal.log('DEBUG', `Left out ${where}: ${error.message}`, { step });
        }
        const message =
            records.length === 1
                ? '1 record of the batch failed and was left out.'
                : `${records.length} records of the batch failed and were left out.`;
        journal.log('INFO', message, { step });
    }
}

function skipsByStep(skipped: readonly SkippedRecord[]): Map<string, SkippedRecord[]> {
    const groups = new Map<string, SkippedRecord[]>();
    for (const skip of skipped) groups.set(skip.step, [...(groups.get(skip.step) ?? []), skip]);
    return groups;
}
