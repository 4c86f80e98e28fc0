import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { onTexts } from './text-operator';

export const prefix = defineOperator({
    code: 'prefix',
    name: 'Prefix',
    description: 'Puts a text in front of a value, or of every value in a list.',
    category: 'text',
    guarantees: 'Blank texts stay blank. A text that begins with the prefix already gets it once more.',
    schema: config({
        paths: field.paths('Fields', 'Fields that are changed.', { example: ['tags'] }),
        text: field.text('Prefix', 'Text that is put in front.', { example: 'tag:' }).min(1),
    }),
    examples: [
        {
            title: 'Tags to facet values',
            config: { paths: ['tags'], text: 'tag:' },
            given: [{ tags: ['men', 'sale'] }, { tags: '' }],
            then: [{ tags: ['tag:men', 'tag:sale'] }, { tags: '' }],
        },
    ],
    create: ({ config: { paths, text } }) => onTexts(paths, value => (value.trim() === '' ? value : text + value)),
});
