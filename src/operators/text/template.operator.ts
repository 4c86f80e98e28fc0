import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { writerOf } from '../field-access';
import { refuse } from '../refuse';
import { compileTemplate } from './placeholders';

export const template = defineOperator({
    code: 'template',
    name: 'Template',
    description: 'Builds a text from fields of the record.',
    category: 'text',
    guarantees: 'Null and absent fields are empty text; lists are joined with a comma.',
    limits: 'Placeholders only, no expressions.',
    schema: config({
        template: field.template('Template', 'Text with {{path}} placeholders.', { example: '{{brand}} {{name}}' }),
        target: field.path('Target', 'Field that gets the text.', { example: 'name' }),
        onMissing: field
            .choice('Missing values', 'What happens when a placeholder has no value.', {
                BLANK: 'It becomes empty text.',
                SKIP: 'Nothing is written.',
                REJECT: 'The record is refused.',
            })
            .default('BLANK'),
    }),
    examples: [
        {
            title: 'Brand and name',
            config: { template: '{{brand}} {{ name }}', target: 'title' },
            given: [{ brand: 'ACME', name: 'Pot' }],
            then: [{ brand: 'ACME', name: 'Pot', title: 'ACME Pot' }],
        },
        {
            title: 'A facet value only where there is a brand',
            config: { template: 'brand:{{brand}}', target: 'facet', onMissing: 'SKIP' },
            given: [{ brand: 'ACME' }, { brand: '' }],
            then: [{ brand: 'ACME', facet: 'brand:ACME' }, { brand: '' }],
        },
        {
            title: 'No half built SKUs',
            config: { template: '{{handle}}-{{size}}', target: 'sku', onMissing: 'REJECT' },
            given: [{ handle: 'shirt' }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { template: text, target, onMissing } }) {
        const compiled = compileTemplate(text);
        const write = writerOf(target);
        return record => {
            const missing = onMissing === 'BLANK' ? undefined : compiled.missingIn(record);
            if (missing !== undefined) {
                if (onMissing === 'SKIP') return record;
                return refuse(
                    'template-value-missing',
                    missing,
                    null,
                    `"${target}" cannot be built from "${text}", because "${missing}" has no value.`,
                    'Fill the field in the source, give it a default, or set onMissing to SKIP.',
                );
            }
            write(record, compiled.render(record));
            return record;
        };
    },
});
