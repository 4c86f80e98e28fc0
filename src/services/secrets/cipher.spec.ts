import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decrypt, encrypt } from './cipher';
import { keyRingFrom } from './key-ring';

const oldKey = randomBytes(32);
const newKey = randomBytes(32);
const before = keyRingFrom({ DATA_HUB_MASTER_KEY: oldKey.toString('base64') });

describe('encrypted secrets', () => {
    it('come back as they were, whatever characters they hold', () => {
        for (const plain of ['geheim', '', 'ÄÖ 🔑 "quoted"\n', 'x'.repeat(10_000)]) {
            expect(decrypt(encrypt(plain, 'erp', before), 'erp', before)).toBe(plain);
        }
    });

    it('never look the same twice and never show the value', () => {
        const [one, two] = [encrypt('geheim', 'erp', before), encrypt('geheim', 'erp', before)];
        expect(one.cipherText).not.toBe(two.cipherText);
        expect(Buffer.from(one.cipherText.slice(3), 'base64').toString('latin1')).not.toContain('geheim');
    });

    it('refuse a value that was altered', () => {
        const value = encrypt('geheim', 'erp', before);
        const bytes = Buffer.from(value.cipherText.slice(3), 'base64');
        bytes[bytes.length - 1]! ^= 1;
        const altered = { ...value, cipherText: `v1:${bytes.toString('base64')}` };
        expect(() => decrypt(altered, 'erp', before)).toThrow('"erp" cannot be decrypted');
        expect(() => decrypt({ ...value, cipherText: 'v1:AAAA' }, 'erp', before)).toThrow('"erp" cannot be decrypted');
    });

    it('refuse a value that was copied from another secret', () => {
        expect(() => decrypt(encrypt('geheim', 'erp', before), 'shop', before)).toThrow('copied from elsewhere');
    });

    it('stay readable after rotation while the previous key is named', () => {
        const value = encrypt('geheim', 'erp', before);
        const rotated = keyRingFrom({
            DATA_HUB_MASTER_KEY: newKey.toString('hex'),
            DATA_HUB_MASTER_KEY_PREVIOUS: ` ${oldKey.toString('hex')} ,`,
        });
        expect(decrypt(value, 'erp', rotated)).toBe('geheim');
        expect(encrypt('geheim', 'erp', rotated).keyId).not.toBe(value.keyId);

        const without = keyRingFrom({ DATA_HUB_MASTER_KEY: newKey.toString('hex') });
        expect(() => decrypt(value, 'erp', without)).toThrow(`encrypted with a key (id ${value.keyId})`);
    });

    it('have the same key id for the same key in either spelling', () => {
        const hex = keyRingFrom({ DATA_HUB_MASTER_KEY: oldKey.toString('hex') });
        expect(hex.current.id).toBe(before.current.id);
        expect(hex.current.id).not.toContain(oldKey.toString('hex').slice(0, 8));
    });

    it('say how to create a key when there is none or it is too short', () => {
        const thrownBy = (environment: NodeJS.ProcessEnv) => {
            try {
                keyRingFrom(environment);
            } catch (error) {
                return error as Error & { hint: string };
            }
            throw new Error('nothing was thrown');
        };
        expect(thrownBy({}).message).toContain('DATA_HUB_MASTER_KEY is not set');
        expect(thrownBy({}).hint).toContain('randomBytes(32)');
        expect(thrownBy({ DATA_HUB_MASTER_KEY: 'c2hvcnQ=' }).message).toContain('holds 5 bytes');
        expect(thrownBy({ DATA_HUB_MASTER_KEY: 'not base64!' }).message).toContain('is neither');
        expect(thrownBy({ DATA_HUB_MASTER_KEY: 'not base64!' }).message).not.toContain('not base64!');
    });
});
