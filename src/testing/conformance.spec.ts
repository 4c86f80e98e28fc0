import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { config, field } from '../sdk/field';
import { defineOperator } from '../sdk/operator';
import { builtInRegistry } from '../validation/built-in-registry';
import { declarationFaults, describeAdapterConformance, fieldFaults, secretFaults } from './conformance';

describeAdapterConformance(builtInRegistry(), { describe, it });

describe('the conformance suite itself', () => {
    const careless = defineOperator({
        code: 'my-op',
        name: '',
        description: 'does something',
        category: 'custom',
        guarantees: 'None.',
        schema: config({
            path: z.string(),
            apiKey: field.text('Key', 'Key of the service.').optional(),
            mode: field.choice('Mode', 'How.', { A: 'One way.', B: ' ' }).default('A'),
        }),
        examples: [],
        create: () => record => record,
    });

    it('finds what a declaration lacks', () => {
        expect(declarationFaults(careless)).toEqual([
            'The code "my-op" is not camelCase.',
            '"name" is empty.',
            '"description" must be a sentence: "does something".',
            'There is no example.',
        ]);
    });

    it('finds fields without words', () => {
        expect(fieldFaults(careless)).toEqual([
            '"path" has no label.',
            '"path" has no description.',
            'Option "B" of "mode" has no sentence.',
        ]);
    });

    it('finds secrets in open fields', () => {
        expect(secretFaults(careless)).toEqual(['"apiKey" looks like a secret and has not the role "secret".']);
    });
});
