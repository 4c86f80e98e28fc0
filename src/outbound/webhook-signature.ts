import { createHmac } from 'node:crypto';

/**
 * Headers by which the receiver of a webhook knows who sent it and when: `X-DataHub-Timestamp` (seconds) and
 * `X-DataHub-Signature`, which is `sha256=` and the HMAC of `<timestamp>.<body>` in hex. The timestamp is signed too, so that
 * an old request cannot be sent again as a new one.
 */
export function signatureHeaders(key: string, body: string, nowMs = Date.now()): Record<string, string> {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
    return { 'x-datahub-timestamp': timestamp, 'x-datahub-signature': `sha256=${signature}` };
}
