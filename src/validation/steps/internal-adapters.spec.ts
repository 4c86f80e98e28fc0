import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AdapterRegistry } from '../../adapters/adapter-registry';
import { defineLoader } from '../../sdk/loader';
import { findAdapter } from './adapter-problems';

describe('adapters that DataHub makes use of itself', () => {
    it('cannot be named by a pipeline', () => {
        const registry = new AdapterRegistry();
        registry.register(
            defineLoader({
                code: 'secretly',
                internal: true,
                name: 'Secretly',
                description: 'Trusts what it is given.',
                category: 'Internal',
                entityType: 'Product',
                schema: z.strictObject({}),
                record: z.object({}),
                guarantees: 'None.',
                examples: [],
                create: () => Promise.reject(new Error('not used')),
            }),
        );
        expect(findAdapter('LOADER', 'secretly', ['steps'], registry)).toMatchObject({
            problem: { message: 'There is no loader with the code "secretly".' },
        });
    });
});
