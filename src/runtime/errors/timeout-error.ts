import { DataHubError, ErrorPlace } from '../../sdk/errors';

/** Time is up; the run ends as TIMEOUT. */
export class TimeoutError extends DataHubError {
    readonly kind = 'USER';
}

export function runTimeout(timeoutMs: number): TimeoutError {
    return new TimeoutError(
        'run-timeout',
        `The run has worked for longer than its ${timeoutMs} ms and was stopped.`,
        'Raise "timeoutMs" of the context, or find out what takes so long; a new run finds unchanged what is written.',
    );
}

export function stepTimeout(step: string, timeoutMs: number, place: ErrorPlace = {}): TimeoutError {
    return new TimeoutError(
        'step-timeout',
        `The step "${step}" worked on one batch for longer than its ${timeoutMs} ms, so the run was stopped.`,
        'Raise "timeoutMs" of the step, use smaller batches, or find out what takes so long.',
        { ...place, step },
    );
}
