import { createHash } from 'node:crypto';
import { UserError } from '../../sdk/errors';

export const MASTER_KEY_VARIABLE = 'DATA_HUB_MASTER_KEY';
export const PREVIOUS_KEYS_VARIABLE = 'DATA_HUB_MASTER_KEY_PREVIOUS';

const KEY_BYTES = 32;
const HOW_TO_CREATE = "Create one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64'))\"";

export interface MasterKey {
    /** Tells keys apart without giving anything about them away; stored beside each encrypted value. */
    id: string;
    bytes: Buffer;
}

/** The key that encrypts, and all keys that may decrypt: rotation keeps the old ones until every value is rewritten. */
export interface KeyRing {
    current: MasterKey;
    byId(id: string): MasterKey | undefined;
}

export function keyRingFrom(environment: NodeJS.ProcessEnv): KeyRing {
    const text = environment[MASTER_KEY_VARIABLE]?.trim();
    if (!text) {
        throw new UserError(
            'master-key-missing',
            `The environment variable ${MASTER_KEY_VARIABLE} is not set, so secrets can be neither stored nor read.`,
            `${HOW_TO_CREATE}, then set it for the server and for every worker.`,
        );
    }
    const current = masterKey(text, MASTER_KEY_VARIABLE);
    const previous = (environment[PREVIOUS_KEYS_VARIABLE] ?? '')
        .split(',')
        .map(part => part.trim())
        .filter(part => part !== '')
        .map(part => masterKey(part, PREVIOUS_KEYS_VARIABLE));
    const keys = new Map([...previous, current].map(key => [key.id, key]));
    return { current, byId: id => keys.get(id) };
}

function masterKey(text: string, variable: string): MasterKey {
    const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : decodeBase64(text);
    if (bytes?.length !== KEY_BYTES) {
        throw new UserError(
            'master-key-invalid',
            `${variable} must hold ${KEY_BYTES} bytes as base64 or as 64 hexadecimal digits; ` +
                (bytes ? `the given text holds ${bytes.length} bytes.` : 'the given text is neither.'),
            `${HOW_TO_CREATE}.`,
        );
    }
    return { id: createHash('sha256').update('data-hub-key-id:').update(bytes).digest('hex').slice(0, 16), bytes };
}

function decodeBase64(text: string): Buffer | undefined {
    return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
