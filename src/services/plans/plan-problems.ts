import { sentence, type Sentence } from '../../sdk/sentence';
import { SpokenError } from '../../sdk/spoken-error';

/** Why a plan cannot be applied, and what to do next. The dashboard says them in the language of whoever reads. */
export const PLAN_PROBLEMS = {
    noDryRun: ['Run {id} cannot be applied: it is no dry run.', 'Start a dry run first.'],
    undo: ['Run {id} cannot be applied: it is the preview of an undo.', 'Start that itself, without dryRun.'],
    replay: ['Run {id} cannot be applied: it is the preview of a replay.', 'Start that itself, without dryRun.'],
    broken: [
        'Run {id} cannot be applied: it did not come to its end, so the plan is not whole.',
        'Make a dry run that comes to its end.',
    ],
    unchanged: ['Run {id} cannot be applied: it would change nothing.', 'There is nothing to do.'],
    underWay: [
        'Run {id} cannot be applied: run {application} is applying it already.',
        'Wait until that one ends, or cancel it first.',
    ],
    gone: ['Run {id} cannot be applied: its changes are not kept any more.', 'Make a new dry run.'],
    unseen: ['Run {id} cannot be applied: its step “{step}” writes what no plan shows.', 'Run the pipeline instead.'],
} as const;

export function planRefused(problem: keyof typeof PLAN_PROBLEMS, values: Sentence['values']): SpokenError {
    const [why, next] = PLAN_PROBLEMS[problem];
    return new SpokenError('plan-not-applicable', [sentence(why, values), sentence(next)]);
}
