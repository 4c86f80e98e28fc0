import type { JsonObject } from '../../shared/json';
import type { OutboundHttp } from '../outbound/outbound-http';
import { withoutPath } from '../outbound/secret-path';
import { signatureHeaders } from '../outbound/webhook-signature';
import type { Hook } from '../sdk/definition/hooks';

export type WebhookHook = Extract<Hook, { action: 'WEBHOOK' }>;

export interface WebhookParts {
    http: Pick<OutboundHttp, 'request'>;
    /** The secret with that code. */
    secret: (code: string) => Promise<string>;
}

const timeoutMs = 10_000;
const attempts = 3;

/** Posts the payload as JSON, again when the receiver is away for a moment; the key tells the receiver of repetitions. */
export async function postWebhook(
    { url, headers, signingSecretCode }: WebhookHook,
    payload: JsonObject,
    idempotencyKey: string,
    { http, secret }: WebhookParts,
    signal: AbortSignal,
): Promise<void> {
    const body = JSON.stringify(payload);
    const signature = signingSecretCode === undefined ? {} : signatureHeaders(await secret(signingSecretCode), body);
    const call = http.request({
        url,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...signature },
        body,
        idempotencyKey,
        attempts,
        timeoutMs,
        // What was answered is not looked at: a long or broken body must not make it another call.
        maxBytes: 0,
        signal,
    });
    await call.catch((thrown: unknown) => {
        throw withoutPath(thrown, url);
    });
}
