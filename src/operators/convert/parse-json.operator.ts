import { JsonValue } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, writerOf } from '../field-access';
import { quoted, refuse } from '../refuse';

export const parseJson = defineOperator({
    code: 'parseJson',
    name: 'Parse JSON',
    description: 'Turns a text that holds JSON into the value it describes.',
    category: 'convert',
    guarantees: 'Blank text becomes null; values that are no text stay as they are.',
    schema: config({
        path: field.path('Field', 'Text that is read.', { example: 'attributes' }),
        target: field.path('Target', 'Field that gets the value; absent: the same field.').optional(),
    }),
    examples: [
        { title: 'An object', config: { path: 'owner' }, given: [{ owner: '{"id": 1}' }, { owner: '' }], then: [{ owner: { id: 1 } }, { owner: null }] },
        { title: 'Broken JSON', config: { path: 'owner' }, given: [{ owner: '{id: 1}' }], then: [], rejected: 1 },
    ],
    create({ config: { path, target = path } }) {
        const read = readerOf(path);
        const write = writerOf(target);
        return record => {
            const value = read(record);
            if (typeof value !== 'string') return record;
            if (value.trim() === '') {
                write(record, null);
                return record;
            }
            try {
                write(record, JSON.parse(value) as JsonValue);
                return record;
            } catch (error) {
                const why = error instanceof Error ? error.message : String(error);
                return refuse('not-json', path, value, `"${path}" is no JSON: ${why}. It is ${quoted(value)}.`, 'Correct the text in the source.');
            }
        };
    },
});
