import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../data-hub-options';

const withTransport = (transport: object) =>
    resolveOptions({
        notifications: { email: { from: 'shop@example.com', transport: transport as { host: string } } },
    });

describe('options of notifications', () => {
    it('are empty unless given', () => {
        expect(resolveOptions({}).notifications).toEqual({});
    });

    it('hand the settings of a mail server on as they are', () => {
        const transport = {
            host: 'mail',
            port: 587,
            requireTLS: true,
            auth: { user: 'u', passwordSecretCode: 'smtp' },
        };
        expect(withTransport(transport).notifications.email?.transport).toEqual(transport);
    });

    it('take no password, only the code of the secret that holds it', () => {
        const attempt = () => withTransport({ host: 'mail', auth: { user: 'u', pass: 'hunter2' } });
        expect(attempt).toThrow(/notifications\.email\.transport\.auth/);
        expect(attempt).not.toThrow(/hunter2/);
    });

    it('refuse what is misspelt', () => {
        expect(() => resolveOptions({ notifications: { webhookSecret: 'x' } as never })).toThrow(/notifications/);
    });
});
