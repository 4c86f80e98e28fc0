import { sentence, type Sentence } from '../../sdk/sentence';
import { SpokenError } from '../../sdk/spoken-error';

/** Why a run cannot be undone, and what to do next. The dashboard says them in the language of whoever reads. */
export const UNDO_PROBLEMS = {
    going: ['Run {id} cannot be undone: it has not ended.', 'Wait until it ends, or cancel it first.'],
    dryRun: ['Run {id} cannot be undone: it was a dry run and wrote nothing.', 'Choose the run that wrote.'],
    unchanged: ['Run {id} cannot be undone: it changed nothing.', 'Choose the run that wrote.'],
    underWay: [
        'Run {id} cannot be undone: run {undo} is undoing it already.',
        'Wait until that one ends, or cancel it first.',
    ],
    gone: [
        'Run {id} cannot be undone: what it changed is not kept any more.',
        'Import the old values instead; ledgerRetentionDays in the settings says how long changes are kept.',
    ],
} as const;

export function undoRefused(problem: keyof typeof UNDO_PROBLEMS, values: Sentence['values']): SpokenError {
    const [why, next] = UNDO_PROBLEMS[problem];
    return new SpokenError('run-not-undoable', [sentence(why, values), sentence(next)]);
}
