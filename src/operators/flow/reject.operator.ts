import { config, field } from '../../sdk/field';
import { UserError } from '../../sdk/errors';
import { defineOperator } from '../../sdk/operator';
import { reject } from '../../sdk/outcome';
import { compileTemplate } from '../text/placeholders';

export const rejectRecord = defineOperator({
    code: 'reject',
    name: 'Refuse',
    description: 'Sends the record to quarantine with a sentence. Stands inside "when".',
    category: 'flow',
    guarantees: 'The rest of the batch goes on. Records refused with the same code stand together in the quarantine.',
    schema: config({
        message: field
            .template('Message', 'What is wrong; {{path}} shows a value of the record.', {
                example: 'The price of {{sku}} is zero.',
            })
            .min(1),
        hint: field.text('Hint', 'What to do about it.').optional(),
        code: field
            .text('Code', 'Groups equal causes in the quarantine.', { advanced: true })
            .regex(/^[a-z][a-z0-9-]*$/, 'Small letters, digits and hyphens.')
            .default('refused-by-pipeline'),
    }),
    examples: [
        {
            title: 'Always',
            config: { message: '{{sku}} is not wanted.' },
            given: [{ sku: 'A' }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { message, hint, code } }) {
        const sentence = compileTemplate(message);
        return record => reject(new UserError(code, sentence.render(record), hint));
    },
});
