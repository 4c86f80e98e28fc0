import type { IncomingHttpHeaders } from 'node:http';
import { RetryLaterError } from '../resilience/retry-later-error';
import { DataHubError, ErrorPlace, TransientError, UserError } from '../sdk/errors';
import { shown } from './target-url';

const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A status that another attempt may change. */
export class TransientStatusError extends RetryLaterError {
    constructor(
        readonly status: number,
        message: string,
        place: ErrorPlace,
        retryAfterMs: number,
    ) {
        super('http-status', message, 'Try again later.', place, retryAfterMs);
    }
}

export function badStatus(url: URL, status: number, headers: IncomingHttpHeaders): DataHubError {
    const place = { got: shown(url) };
    const message = `"${shown(url)}" answered with status ${status}.`;
    if (TRANSIENT_STATUS.has(status)) {
        return new TransientStatusError(status, message, place, retryAfterMs(headers['retry-after']));
    }
    const hint =
        status === 404 || status === 410
            ? 'Check the address; there is nothing there.'
            : status === 401 || status === 403
              ? 'The address needs a login, or another one than was given.'
              : 'Check the address and what is sent to it.';
    return new UserError('http-status', message, hint, place);
}

/** Seconds or a date; 0 when the server does not say. */
function retryAfterMs(header: string | undefined): number {
    const text = header?.trim() ?? '';
    if (/^\d+$/.test(text)) return Number(text) * 1_000;
    const date = Date.parse(text);
    return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}

export function timedOut(url: URL, timeoutMs: number): TransientError {
    return new TransientError(
        'http-timeout',
        `"${shown(url)}" did not answer completely within ${timeoutMs} ms.`,
        'Try again later, or raise the timeout.',
        { got: shown(url) },
    );
}

export function networkError(url: URL, error: unknown): DataHubError {
    if (error instanceof DataHubError) return error;
    const cause = (error as Error).cause;
    if (cause instanceof DataHubError) return cause;
    const { code, message } = error as NodeJS.ErrnoException;
    const got = shown(url);
    if (code === 'ENOTFOUND') {
        const text = `The host of "${got}" does not exist.`;
        return new UserError('host-not-found', text, 'Check the address.', { got }, { cause: error });
    }
    if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
        const text = `The request to "${got}" cannot be sent: ${message}.`;
        return new UserError('request-invalid', text, 'Correct its headers.', { got }, { cause: error });
    }
    const text = `"${got}" could not be read: ${code ?? message}.`;
    return new TransientError('http-failed', text, 'Try again later.', { got }, { cause: error });
}
