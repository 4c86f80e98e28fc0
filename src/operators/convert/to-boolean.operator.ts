import { z } from 'zod';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { quoted, refuse } from '../refuse';
import { textOf } from '../value-text';
import { conversion, onBlank } from './blank-field';

const YES = ['true', 'yes', 'y', '1', 'on'];
const NO = ['false', 'no', 'n', '0', 'off'];

export const toBoolean = defineOperator({
    code: 'toBoolean',
    name: 'To true or false',
    description: 'Turns words such as "yes" and "0" into true and false.',
    category: 'convert',
    guarantees: 'Capital and small letters are the same. An unknown word refuses the record.',
    schema: config({
        path: field.path('Field', 'Field that is read.', { example: 'Published' }),
        target: field.path('Target', 'Field that gets the result; absent: the same field.').optional(),
        trueValues: field.list(z.string(), 'Words for true', 'Texts that mean true.').default(YES),
        falseValues: field.list(z.string(), 'Words for false', 'Texts that mean false.').default(NO),
        onBlank,
    }),
    examples: [
        {
            title: 'Usual words',
            config: { path: 'enabled' },
            given: [{ enabled: 'TRUE' }, { enabled: 'no' }, { enabled: 1 }, { enabled: '' }, { enabled: false }],
            then: [{ enabled: true }, { enabled: false }, { enabled: true }, {}, { enabled: false }],
        },
        {
            title: 'Own words',
            config: { path: 'aktiv', target: 'enabled', trueValues: ['ja'], falseValues: ['nein'] },
            given: [{ aktiv: 'Ja' }],
            then: [{ aktiv: 'Ja', enabled: true }],
        },
        {
            title: 'An unknown word',
            config: { path: 'enabled' },
            given: [{ enabled: 'perhaps' }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { path, target = path, trueValues, falseValues, onBlank: blank } }) {
        const meanings = new Map<string, boolean>();
        for (const word of falseValues) meanings.set(word.trim().toLowerCase(), false);
        for (const word of trueValues) meanings.set(word.trim().toLowerCase(), true);
        const { read, write, settle } = conversion(path, target, blank);
        return record => {
            const value = read(record);
            if (settle(record, value)) return record;
            const word = textOf(value).trim().toLowerCase();
            const meaning = typeof value === 'boolean' ? value : meanings.get(word);
            if (meaning === undefined) {
                return refuse(
                    'not-a-boolean',
                    path,
                    value,
                    `"${path}" must be one of ${[...meanings.keys()].join(', ')}, and it is ${quoted(value)}.`,
                    'Correct the value, or add its words to trueValues or falseValues.',
                );
            }
            write(record, meaning);
            return record;
        };
    },
});
