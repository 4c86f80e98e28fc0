import { describe, expect, it } from 'vitest';
import { postWebhook } from '../../hooks/webhook';
import { badStatus } from '../../outbound/http-errors';
import type { DataHubError } from '../../sdk/errors';
import type { GateMessage } from './gate-message';
import { GateWebhook } from './gate-webhook';

const url = 'https://hooks.example.com/services/T000/key?more=1';
const http = {
    request: () => Promise.reject(badStatus(new URL(url), 404, {})),
    download: () => Promise.reject(new Error('not asked')),
};
const secret = () => Promise.resolve('s');

describe('a webhook that fails', () => {
    it.each([
        [
            'of a hook',
            () =>
                postWebhook(
                    { stage: 'PIPELINE_STARTED', action: 'WEBHOOK', url },
                    {},
                    'key-1',
                    { http, secret },
                    new AbortController().signal,
                ),
        ],
        ['of a gate', () => new GateWebhook(http, { resolve: secret }, undefined).send(url, {} as GateMessage)],
    ])('%s names its host and not its path, which is often the key', async (_, call) => {
        const error = (await call().catch((thrown: unknown) => thrown)) as DataHubError;
        expect(error).toMatchObject({ code: 'http-status', kind: 'USER', place: { got: 'https://hooks.example.com' } });
        expect(error.message).toBe('"https://hooks.example.com" answered with status 404.');
    });
});
