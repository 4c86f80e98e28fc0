import { describe, expect, it } from 'vitest';
import { OperatorAdapter } from '../sdk/operator';
import { runOperator } from '../testing/run-operator';
import { builtInOperators } from './index';

const operators: readonly OperatorAdapter[] = builtInOperators;

describe.each(operators.map(operator => [operator.code, operator] as const))('%s', (_code, operator) => {
    it.each(operator.examples.map(example => [example.title, example] as const))('%s', async (_title, example) => {
        const before = structuredClone(example.given);
        const run = await runOperator(operator, example.config, example.given);
        expect(run.kept).toEqual(example.then);
        expect(run.rejected).toHaveLength(example.rejected ?? 0);
        expect(example.given).toEqual(before);
    });
});
