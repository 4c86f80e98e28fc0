import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { UserError } from '../../sdk/errors';
import { KeyRing, MASTER_KEY_VARIABLE, PREVIOUS_KEYS_VARIABLE } from './key-ring';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface EncryptedValue {
    keyId: string;
    /** `v1:` and base64 of initialisation vector, authentication tag and cipher text. */
    cipherText: string;
}

/** The secret's code is authenticated too: a value copied into another row does not decrypt there. */
export function encrypt(plain: string, secretCode: string, keys: KeyRing): EncryptedValue {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, keys.current.bytes, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(secretCode));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return {
        keyId: keys.current.id,
        cipherText: `v1:${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`,
    };
}

export function decrypt(value: EncryptedValue, secretCode: string, keys: KeyRing): string {
    const key = keys.byId(value.keyId);
    if (!key) {
        throw new UserError(
            'secret-key-unknown',
            `The secret "${secretCode}" was encrypted with a key (id ${value.keyId}) that this process does not have.`,
            `Set ${MASTER_KEY_VARIABLE} to the key it was stored with, or name that key in ${PREVIOUS_KEYS_VARIABLE}; otherwise enter the secret again.`,
        );
    }
    const bytes = Buffer.from(value.cipherText.replace(/^v1:/, ''), 'base64');
    try {
        const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, IV_BYTES), {
            authTagLength: TAG_BYTES,
        });
        decipher.setAAD(Buffer.from(secretCode));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
            'utf8',
        );
    } catch {
        throw new UserError(
            'secret-damaged',
            `The stored value of the secret "${secretCode}" cannot be decrypted: it was altered or copied from elsewhere.`,
            'Enter the secret again.',
        );
    }
}
