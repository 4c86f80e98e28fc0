import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { compilePattern } from '../conditions/safe-pattern';
import { onTexts } from './text-operator';

export const replace = defineOperator({
    code: 'replace',
    name: 'Replace text',
    description: 'Replaces every occurrence of a text, or of a regular expression, by another text.',
    category: 'text',
    guarantees: 'Runs in linear time whatever the pattern. Changes text only; in a list every text.',
    limits: 'Patterns have no look-around and no back-references; texts over 100 000 characters are refused.',
    schema: config({
        paths: field.paths('Fields', 'Fields that are changed.', { example: ['description'] }),
        search: field.text('Search', 'Text or pattern that is looked for.', { example: '<br>' }).min(1),
        with: field.text('Replace with', 'With a pattern, $1 and $<name> stand for its groups.').default(''),
        mode: field
            .choice('Mode', 'How the search is meant.', {
                TEXT: 'Exactly this text.',
                PATTERN: 'A regular expression.',
            })
            .default('TEXT'),
        ignoreCase: field
            .flag('Ignore case', 'Capital and small letters are the same. Patterns only.', { advanced: true })
            .default(false),
    }),
    examples: [
        {
            title: 'Line breaks',
            config: { paths: ['description'], search: '<br>', with: '\n' },
            given: [{ description: 'a<br>b<br>c' }],
            then: [{ description: 'a\nb\nc' }],
        },
        {
            title: 'A pattern with groups',
            config: { paths: ['sku'], search: '^([A-Z]+)(\\d+)$', with: '$1-$2', mode: 'PATTERN' },
            given: [{ sku: 'AB12' }],
            then: [{ sku: 'AB-12' }],
        },
    ],
    create({ config: { paths, search, with: replacement, mode, ignoreCase } }) {
        if (mode === 'TEXT') return onTexts(paths, text => text.replaceAll(search, () => replacement));
        const pattern = compilePattern(search, { ignoreCase });
        return onTexts(paths, text => pattern.replaceAll(text, replacement));
    },
});
