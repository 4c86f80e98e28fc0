import { UserError } from '../sdk/errors';
import type { Message } from './connections';
import type { OutboundRequest } from './outbound-http';

/** Set by the connection itself; another value could make two servers see two different requests. */
const NOT_THE_CALLERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect']);

/** What a request sends. */
export function messageOf(request: OutboundRequest): Pick<Message, 'method' | 'headers' | 'body'> {
    const { method = 'GET', json, idempotencyKey } = request;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
    const wrong = Object.keys(headers).find(name => NOT_THE_CALLERS.has(name));
    if (wrong !== undefined) {
        throw new UserError(
            'request-invalid',
            `The header "${wrong}" of a request cannot be set.`,
            'Leave it out; the connection sets it.',
            { got: wrong },
        );
    }
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    if (json === undefined) return { method, headers, body: request.body };
    return { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) };
}

/** A POST whose answer was lost may have had its effect: only its sender knows whether a second one does harm. */
export function mayRepeat({ method, idempotencyKey }: OutboundRequest): boolean {
    return (method !== 'POST' && method !== 'PATCH') || idempotencyKey !== undefined;
}
