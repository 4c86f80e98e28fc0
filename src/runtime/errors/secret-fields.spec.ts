import { expect, it } from 'vitest';
import { definitionSchema } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';
import type { LoaderAdapter } from '../../sdk/loader';
import { SecretFields } from './secret-fields';

const definition = definitionSchema.parse({
    version: 1,
    steps: [
        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
        { key: 'check', type: 'VALIDATE', config: { rules: [] } },
        { key: 'staff', type: 'LOAD', config: { adapterCode: 'staff' } },
        { key: 'other', type: 'LOAD', config: { adapterCode: 'other' } },
    ],
    edges: [
        { from: 'read', to: 'check' },
        { from: 'check', to: 'staff' },
        { from: 'read', to: 'other' },
    ],
});
const loaderOf = (code: string) => (code === 'staff' ? { secretFields: ['password'] } : {}) as LoaderAdapter;
const secrets = new SecretFields(definition, loaderOf);
const record = {
    name: 'Ada',
    Password: 'open "sesame"',
    users: [{ pass_word: 'abcd', role: null }],
    'user.password': 12345,
};
const refusal = new UserError('invalid-field', 'It is "open \\"sesame\\"", 12345 or abcd.', 'Not abcd.', {
    field: 'Password',
    got: 'open "sesame"',
});

it.each(['read', 'check', 'staff'])('%s keeps no secret of a loader that comes with it or behind it', step => {
    const { error, ...kept } = secrets.takenOutOf({ record, error: refusal, raw: 'Ada,abcd' }, step);
    expect(kept).toEqual({ record: { name: 'Ada', users: [{ role: null }] } });
    expect([error.message, error.hint, error.place]).toEqual(['It is "…", … or ….', 'Not ….', { field: 'Password' }]);
});

it('keeps all where no loader has secrets', () => {
    const refused = { record, error: refusal, raw: 'Ada,abcd' };
    expect(secrets.takenOutOf(refused, 'other')).toEqual(refused);
});
