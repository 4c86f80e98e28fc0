import type { OutboundHttp } from '../../outbound/outbound-http';
import { withoutPath } from '../../outbound/secret-path';
import { signatureHeaders } from '../../outbound/webhook-signature';
import type { SecretService } from '../secret.service';
import { asTransient } from './delivery-error';
import type { GateMessage } from './gate-message';

const timeoutMs = 20_000;

/** Posts the message as JSON, once per call: the notifier decides when to try again. */
export class GateWebhook {
    constructor(
        private readonly http: OutboundHttp,
        private readonly secrets: Pick<SecretService, 'resolve'>,
        private readonly secretCode: string | undefined,
    ) {}

    async send(url: string, message: GateMessage, signal?: AbortSignal): Promise<void> {
        const body = JSON.stringify(message);
        const headers = { 'content-type': 'application/json', ...(await this.signatureOf(body)) };
        try {
            await this.http.request({
                url,
                method: 'POST',
                headers,
                body,
                idempotencyKey: `gate:${message.runId}:${message.step}`,
                attempts: 1,
                timeoutMs,
                // What was answered is not looked at: a long or broken body must not make it another call.
                maxBytes: 0,
                signal,
            });
        } catch (thrown) {
            throw asTransient('webhook-not-called', 'The webhook could not be called', withoutPath(thrown, url));
        }
    }

    private async signatureOf(body: string): Promise<Record<string, string>> {
        if (this.secretCode === undefined) return {};
        return signatureHeaders(await this.secrets.resolve(this.secretCode), body);
    }
}
