import { describe, expect, it } from 'vitest';
import { SecretService } from './secret.service';

describe('a secret from the environment', () => {
    const secrets = new SecretService(undefined as never, undefined as never, {});

    it('is kept as the name of its variable', () => {
        expect(secrets.storedValueOf({ code: 'erp', provider: 'ENV', value: 'ERP_PASSWORD' })).toEqual({
            provider: 'ENV',
            envName: 'ERP_PASSWORD',
            encryptedValue: null,
            keyId: null,
        });
    });

    it.each(['DATA_HUB_MASTER_KEY', 'DATA_HUB_MASTER_KEY_PREVIOUS'])(
        'cannot be the key that opens all others: %s',
        value => {
            expect(() => secrets.storedValueOf({ code: 'erp', provider: 'ENV', value })).toThrow('opens every other');
        },
    );

    it('does not repeat what looks like the secret itself', () => {
        const store = () => secrets.storedValueOf({ code: 'erp', provider: 'ENV', value: 'hunter2!' });
        expect(store).toThrow('must be the name of an environment variable');
        expect(store).not.toThrow('hunter2');
    });
});
