import { isTooDeep, JsonValue, MAX_JSON_DEPTH } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { Rejected } from '../../sdk/outcome';
import { quoted, refuse } from '../refuse';
import { conversion, onBlank } from './blank-field';

export const parseJson = defineOperator({
    code: 'parseJson',
    name: 'Parse JSON',
    description: 'Turns a text that holds JSON into the value it describes.',
    category: 'convert',
    guarantees: 'Values that are no text stay as they are.',
    schema: config({
        path: field.path('Field', 'Text that is read.', { example: 'attributes' }),
        target: field.path('Target', 'Field that gets the value; absent: the same field.').optional(),
        onBlank,
    }),
    examples: [
        {
            title: 'An object',
            config: { path: 'owner' },
            given: [{ owner: '{"id": 1}' }, { owner: '' }],
            then: [{ owner: { id: 1 } }, {}],
        },
        { title: 'Broken JSON', config: { path: 'owner' }, given: [{ owner: '{id: 1}' }], then: [], rejected: 1 },
    ],
    create({ config: { path, target = path, onBlank: blank } }) {
        const { read, write, settle } = conversion(path, target, blank);
        return record => {
            const value = read(record);
            if (settle(record, value) || typeof value !== 'string') return record;
            try {
                const parsed = JSON.parse(value) as JsonValue;
                if (isTooDeep(parsed)) return tooDeep(path, value);
                write(record, parsed);
                return record;
            } catch (error) {
                const why = error instanceof Error ? error.message : String(error);
                return refuse(
                    'not-json',
                    path,
                    value,
                    `"${path}" is no JSON: ${why}. It is ${quoted(value)}.`,
                    'Correct the text in the source.',
                );
            }
        };
    },
});

function tooDeep(path: string, value: string): Rejected {
    const message = `"${path}" holds JSON that is nested more than ${MAX_JSON_DEPTH} levels deep.`;
    return refuse('json-too-deep', path, value.slice(0, 100), message, 'Flatten it in the source.');
}
