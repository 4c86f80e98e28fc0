import type { JsonObject } from '../../shared/json';
import { config } from '../../src/sdk/field';
import { defineOperator } from '../../src/sdk/operator';

/** What tests do to records on their way through the operator `testTrouble`: throw, or wait. */
export const trouble: { on?: (record: JsonObject) => Promise<void> | void } = {};

export const troublesomeOperator = defineOperator({
    code: 'testTrouble',
    name: 'Trouble (test)',
    description: 'Passes records on, unless a test makes trouble.',
    category: 'test',
    guarantees: 'Changes nothing.',
    schema: config({}),
    examples: [{ title: 'No trouble', config: {}, given: [{ name: 'a' }], then: [{ name: 'a' }] }],
    create: () => async record => {
        await trouble.on?.(record);
        return record;
    },
});
