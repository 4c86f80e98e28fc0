import { z } from 'zod';
import { field } from '../../sdk/field';

const CREDENTIAL_HEADER = /authorization|cookie|api[-_]?key|token|secret|password|credential/i;

/** What every loader has that writes over HTTP. */
export const httpFields = {
    endpoint: field.of(
        // The host stands there as it is: records choose no other one.
        z.string().regex(/^https?:\/\/[^/{}\s@]+(\/\S*)?$/i, 'a web address such as https://api.example.com/products'),
        'Address',
        'Where records are sent. Hosts of your own network must stand in the option outbound.allowPrivateHosts.',
        { example: 'https://api.example.com/products' },
    ),
    headers: field
        .map(z.string(), 'Headers', 'Further headers; credentials belong into auth.', { example: { 'x-shop': 'main' } })
        .refine(headers => !Object.keys(headers).some(name => CREDENTIAL_HEADER.test(name)), {
            message: 'a credential must not stand here in the open: set auth and the code of a secret',
        })
        .default({}),
    auth: field
        .choice('Login', 'How the server knows who is calling.', {
            NONE: 'Not at all.',
            BEARER: 'By a token in the header Authorization.',
            BASIC: 'By user name and password.',
            API_KEY: 'By a key in a header of its own.',
        })
        .default('NONE'),
    bearerTokenSecretCode: field.secret('Token', 'Code of the secret that holds the token, with BEARER.').optional(),
    username: field.text('User name', 'With BASIC.').optional(),
    passwordSecretCode: field.secret('Password', 'Code of the secret that holds the password, with BASIC.').optional(),
    apiKeySecretCode: field.secret('API key', 'Code of the secret that holds the key, with API_KEY.').optional(),
    keyHeader: field.text('Key header', 'Header that the key stands in, with API_KEY.').default('x-api-key'),
    batchMode: field
        .choice('Batches', 'How many records one request holds.', {
            single: 'One.',
            batch: 'Up to maxBatchSize.',
        })
        .default('single'),
    maxBatchSize: field.count('Batch size', 'Records in one request, with batch.').max(10_000).default(100),
    retries: field
        .of(z.int().min(0).max(10), 'Retries', 'Further attempts when the server is busy or cannot be reached.')
        .default(2),
    timeoutMs: field
        .of(z.int().min(100).max(600_000), 'Timeout', 'Of one attempt, in milliseconds.', { advanced: true })
        .default(30_000),
};

export type HttpSettings = z.output<z.ZodObject<typeof httpFields>>;
