import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../../shared/json';
import { isWhole, OperatorAdapter, WholeOperator } from '../../sdk/operator';
import { runOperator } from '../../testing';
import { builtInRegistry } from '../../validation/built-in-registry';
import { validateDefinition } from '../../validation/validate-definition';
import { builtInOperators } from '../index';
import { aggregate } from './aggregate.operator';
import { join } from './join.operator';
import { sort } from './sort.operator';

const whole = (adapter: OperatorAdapter, config: object) =>
    (adapter.create({ config: adapter.schema.parse(config) }) as WholeOperator).whole;

const problemsWith = (...operators: JsonObject[]) =>
    validateDefinition(
        {
            version: 1,
            steps: [
                { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records: [] } },
                { key: 'shape', type: 'TRANSFORM', config: { operators } },
                { key: 'load', type: 'LOAD', config: { adapterCode: 'product' } },
            ],
        },
        builtInRegistry(),
    ).problems.map(({ path, message }) => `${path}: ${message}`);

describe('operators that need all input', () => {
    it('declare themselves as barriers, and no other one does', () => {
        const declared = builtInOperators.filter(({ barrier }: OperatorAdapter) => barrier).map(({ code }) => code);
        expect(declared).toEqual(['sort', 'join', 'aggregate', 'distinct']);
        for (const adapter of builtInOperators as readonly OperatorAdapter[]) {
            const made = adapter.create({ config: adapter.schema.parse(adapter.examples[0]!.config) });
            expect(isWhole(made), adapter.code).toBe(adapter.barrier === true);
        }
    });

    it('describe what they want', () => {
        expect(whole(sort, { by: [{ field: 'a' }] })).toEqual({ kind: 'SORT', by: [{ field: 'a', direction: 'ASC' }] });
        const settings = { leftKey: 'productId', rightKey: 'id', type: 'LEFT', prefix: 'price_' };
        expect(whole(join, { ...settings, rightDataPath: '$.steps.prices.output' })).toEqual({
            ...{ kind: 'JOIN', type: 'LEFT', leftKey: 'productId', rightKey: 'id', prefix: 'price_' },
            right: { step: 'prices' },
        });
    });

    it('join with the output of a step in a test', async () => {
        const settings = { leftKey: 'sku', rightKey: 'sku', rightDataPath: '$.steps.prices.output' };
        const { kept } = await runOperator(join, settings, [{ sku: 'A' }], { right: [{ sku: 'A', price: 5 }] });
        expect(kept).toEqual([{ sku: 'A', price: 5 }]);
    });

    it.each<[string, JsonObject, string]>([
        [
            'a join without a right side',
            { op: 'join', args: { leftKey: 'a', rightKey: 'b' } },
            'does not say what it joins with',
        ],
        [
            'a join with two right sides',
            { op: 'join', args: { leftKey: 'a', rightKey: 'b', rightData: [], rightDataPath: '$.steps.read.output' } },
            'The join has two right sides',
        ],
        [
            'a path to something else',
            { op: 'join', args: { leftKey: 'a', rightKey: 'b', rightDataPath: 'prices' } },
            'must be $.steps.<key of a step>.output',
        ],
        [
            'a sum of nothing',
            { op: 'aggregate', args: { by: ['a'], aggregates: [{ into: 'b', with: 'SUM' }] } },
            'SUM into "b" needs a field',
        ],
        [
            'two results in one field',
            { op: 'aggregate', args: { by: ['a'], aggregates: [{ into: 'a', with: 'COUNT' }] } },
            'Two results would stand in "a"',
        ],
        [
            'a path that is none',
            { op: 'sort', args: { by: [{ field: '__proto__.a' }] } },
            'cannot be the path of a field',
        ],
    ])('refuse %s when the definition is checked', (_title, operator, sentence) => {
        const problems = problemsWith(operator);
        const found = problems.find(problem => problem.includes(sentence));
        expect(found, problems.join()).toContain('$.steps[1].config.operators[0].args');
    });

    it.each(['each', 'when'])('cannot stand inside "%s"', outer => {
        const operators = [{ op: 'sort', args: { by: [{ field: 'a' }] } }];
        const args: JsonObject =
            outer === 'each' ? { path: 'v', operators } : { if: { field: 'a', eq: 1 }, then: operators };
        expect(problemsWith({ op: outer, args }).join()).toContain('"sort"');
    });

    it('say that a total needs no grouping', async () => {
        const settings = { aggregates: [{ into: 'n', with: 'COUNT' }] };
        expect((await runOperator(aggregate, settings, [{ a: 1 }, { a: 2 }])).kept).toEqual([{ n: 2 }]);
        expect((await runOperator(aggregate, settings, [])).kept).toEqual([]);
    });
});
