import type { DataHubGate, PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';

const maxNoteLength = 1_000;

export function checkNote(note: string | null | undefined): void {
    if (!note || note.length <= maxNoteLength) return;
    throw new UserError(
        'note-too-long',
        `The note has ${note.length} characters; there is room for ${maxNoteLength}.`,
        'Shorten it.',
    );
}

export function gateUnknown(): UserError {
    return new UserError(
        'gate-unknown',
        'There is no such gate in this run.',
        'Look up the gates that wait; the run may have been deleted meanwhile.',
    );
}

export function decidedAlready({ stepKey, state, decidedBy, decidedAt }: DataHubGate): UserError {
    const who = decidedBy === null ? 'when its time was up' : `by user ${decidedBy}`;
    const when = decidedAt ? ` at ${decidedAt.toISOString()}` : '';
    return new UserError(
        'gate-decided-already',
        `The gate "${stepKey}" was ${state === 'APPROVED' ? 'approved' : 'rejected'} ${who}${when}; the first decision counts.`,
        'Load the gate again; a run that should not go on can still be cancelled.',
    );
}

export function runEnded({ id, status }: PipelineRun): UserError {
    return new UserError(
        'gate-run-ended',
        `Run ${id} is ${status}, so nothing waits at its gates any more.`,
        status === 'FAILED' || status === 'CANCELLED'
            ? 'Resume the run first; it waits at the gate again.'
            : 'Start a new run.',
    );
}
