import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { onAllTexts, onTexts } from './text-operator';

export const trim = defineOperator({
    code: 'trim',
    name: 'Trim',
    description: 'Removes blanks and line breaks at both ends of texts.',
    category: 'text',
    guarantees: 'Changes text only; numbers, null and objects stay. In a named list every text is trimmed.',
    schema: config({
        paths: field.paths('Fields', 'Fields that are trimmed; absent: every text at top level.').optional(),
    }),
    examples: [
        { title: 'All columns', config: {}, given: [{ name: ' Pot  ', size: 3 }], then: [{ name: 'Pot', size: 3 }] },
        {
            title: 'A list',
            config: { paths: ['tags'] },
            given: [{ tags: [' a', 'b '], name: ' x' }],
            then: [{ tags: ['a', 'b'], name: ' x' }],
        },
    ],
    create({ config: { paths } }) {
        const change = (text: string): string => text.trim();
        return paths ? onTexts(paths, change) : onAllTexts(change);
    },
});
