import { UserError } from '../../sdk/errors';
import type { HttpSettings } from './http-settings';

export interface Login {
    headers: Record<string, string>;
    /** Texts that must not be repeated. */
    secrets: string[];
}

/** Headers that say who is calling; looked up once for each run. */
export async function loginOf(settings: HttpSettings, secretOf: (code: string) => Promise<string>): Promise<Login> {
    const { auth, username, keyHeader } = settings;
    switch (auth) {
        case 'NONE':
            return { headers: {}, secrets: [] };
        case 'BEARER': {
            const token = await secretOf(needed(settings, 'bearerTokenSecretCode'));
            return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
        }
        case 'BASIC': {
            const password = await secretOf(needed(settings, 'passwordSecretCode'));
            const both = Buffer.from(`${username ?? ''}:${password}`).toString('base64');
            return { headers: { authorization: `Basic ${both}` }, secrets: [password, both] };
        }
        case 'API_KEY': {
            const key = await secretOf(needed(settings, 'apiKeySecretCode'));
            return { headers: { [keyHeader]: key }, secrets: [key] };
        }
    }
}

function needed(
    settings: HttpSettings,
    name: 'bearerTokenSecretCode' | 'passwordSecretCode' | 'apiKeySecretCode',
): string {
    const code = settings[name];
    if (code !== undefined) return code;
    throw new UserError(
        'login-incomplete',
        `The login ${settings.auth} needs the code of a secret in "${name}".`,
        'Create the secret and name it there.',
        { field: name },
    );
}
