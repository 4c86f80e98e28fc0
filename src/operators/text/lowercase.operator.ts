import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { onTexts } from './text-operator';

export const lowercase = defineOperator({
    code: 'lowercase',
    name: 'Lowercase',
    description: 'Turns the letters of texts into small letters.',
    category: 'text',
    guarantees: 'Changes text only; in a list every text. Independent of the server’s language.',
    schema: config({
        paths: field.paths('Fields', 'Fields that are changed.', { example: ['sku'] }),
    }),
    examples: [
        {
            title: 'A SKU',
            config: { paths: ['sku'] },
            given: [{ sku: 'AB-1' }, { sku: null }],
            then: [{ sku: 'ab-1' }, { sku: null }],
        },
    ],
    create: ({ config: { paths } }) => onTexts(paths, text => text.toLowerCase()),
});
