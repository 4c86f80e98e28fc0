import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../shared/json';
import { Problem } from './problem';
import { problemsOf, testRegistry as registry } from './testing/test-definitions';
import { validateDefinition } from './validate-definition';

const read = { key: 'read', type: 'EXTRACT', config: { adapterCode: 'csv', path: 'a.csv' } };
const shape = {
    key: 'shape',
    type: 'transform',
    config: { operators: [{ op: 'rename', args: { from: 'a', to: 'b' } }] },
};
const load = { key: 'load', type: 'LOAD', config: { adapterCode: 'goods' } };
const valid = { version: 1, steps: [read, shape, load] };

describe('validateDefinition', () => {
    it('refuses what is nested so deeply that a check of it would run out of stack', () => {
        let condition: JsonObject = { field: 'a', eq: 1 };
        for (let i = 0; i < 10_000; i++) condition = { not: condition };
        const operators = [{ op: 'filter', args: { keep: condition } }];
        const { definition, problems } = validateDefinition(
            { version: 1, steps: [{ key: 'a', type: 'TRANSFORM', config: { operators } }] },
            registry,
        );
        expect(definition).toBeUndefined();
        expect(problems).toMatchObject([{ path: '$', message: 'The definition is nested more than 200 levels deep.' }]);
    });

    it('returns the definition complete with defaults when nothing is wrong', () => {
        const { definition, problems } = validateDefinition(valid, registry);
        expect(problems).toEqual([]);
        expect(definition?.steps[1]?.type).toBe('TRANSFORM');
        expect(definition?.context.throughput.batchSize).toBeGreaterThan(0);
    });

    it('returns the definition in spite of warnings', () => {
        const { definition, problems } = validateDefinition({ version: 1, steps: [read, shape] }, registry);
        expect(definition).toBeDefined();
        expect(problems.map(p => [p.severity, p.path])).toEqual([
            ['WARNING', '$.steps'],
            ['WARNING', '$.steps[1]'],
        ]);
    });

    it('reports problems of every kind at once', () => {
        const paths = problemsOf({
            version: 2,
            stepz: [],
            steps: [
                { ...read, config: { adapterCode: 'csv', delimiter: '|', pth: 'a.csv' } },
                {
                    ...shape,
                    config: {
                        operators: [
                            { op: 'renam', args: {} },
                            { op: 'rename', args: { form: 'a', to: 'b' } },
                        ],
                    },
                },
                load,
                { key: 'lonely', type: 'LOAD', config: { adapterCode: 'godos' } },
            ],
            edges: [
                { from: 'read', to: 'shape' },
                { from: 'shape', to: 'laod' },
            ],
        }).map(p => p.path);
        expect(paths.sort()).toEqual(
            [
                '$.version',
                '$.stepz',
                '$.steps[0].config.path',
                '$.steps[0].config.pth',
                '$.steps[0].config.delimiter',
                '$.steps[1]',
                '$.steps[1].config.operators[0].op',
                '$.steps[1].config.operators[1].args.from',
                '$.steps[1].config.operators[1].args.form',
                '$.steps[2]',
                '$.steps[3]',
                '$.steps[3].config.adapterCode',
                '$.edges[1].to',
            ].sort(),
        );
    });

    it.each<[string, unknown, Partial<Problem>]>([
        [
            'text instead of a definition',
            'hello',
            { path: '$', message: 'The definition must be an object, and it is text.' },
        ],
        ['no steps', { version: 1, steps: [] }, { path: '$.steps' }],
        [
            'a misspelt key of a step',
            { version: 1, steps: [{ ...read, confg: {} }, load] },
            { path: '$.steps[0].confg', message: '"confg" is not known here.', hint: 'Did you mean "config"?' },
        ],
        [
            'an unknown step type',
            { version: 1, steps: [read, { key: 'x', type: 'TRANFORM' }, load] },
            {
                path: '$.steps[1].type',
                message:
                    '"type" cannot be "TRANFORM"; it must be one of TRIGGER, EXTRACT, TRANSFORM, VALIDATE, ENRICH, ROUTE, GATE, LOAD, EXPORT.',
                hint: 'Did you mean "TRANSFORM"?',
            },
        ],
        [
            'a key used twice',
            { version: 1, steps: [read, load, { ...load }] },
            { path: '$.steps[2].key', message: 'Two steps have the key "load": steps[1] and steps[2].' },
        ],
        [
            'a misspelt key of an operator',
            withOperators({ op: 'rename', args: { from: 'a', too: 'b', to: 'b' } }),
            { path: '$.steps[1].config.operators[0].args.too', hint: 'Did you mean "to"?' },
        ],
        [
            'a required setting that is missing',
            withOperators({ op: 'rename', args: { to: 'b' } }),
            {
                path: '$.steps[1].config.operators[0].args.from',
                message: '"from" is required.',
                hint: 'Field that is renamed.',
            },
        ],
        [
            'a wrong kind of value',
            withOperators({ op: 'rename', args: { from: 5, to: 'b' } }),
            { path: '$.steps[1].config.operators[0].args.from', message: '"from" must be text, and it is a number.' },
        ],
        [
            'a wrong choice in an operator inside an operator',
            withOperators({
                op: 'each',
                args: { path: 'variants', operators: [{ op: 'toCents', args: { path: 'price', rounding: 'HALFUP' } }] },
            }),
            {
                path: '$.steps[1].config.operators[0].args.operators[0].args.rounding',
                hint: 'Did you mean "HALF_UP"?',
            },
        ],
        [
            'a misspelt key in an operator inside an operator',
            withOperators({
                op: 'each',
                args: { path: 'variants', operators: [{ op: 'toCents', args: { path: 'price', decimal: 3 } }] },
            }),
            { path: '$.steps[1].config.operators[0].args.operators[0].args.decimal', hint: 'Did you mean "decimals"?' },
        ],
        [
            'an operator that cannot stand inside another',
            withOperators({ op: 'each', args: { path: 'v', operators: [{ op: 'trimm', args: {} }] } }),
            {
                path: '$.steps[1].config.operators[0].args.operators[0].op',
                message: '"op" cannot be "trimm" here.',
                hint: 'Did you mean "trim"?',
            },
        ],
        [
            'a misspelt comparison',
            withOperators({ op: 'filter', args: { keep: { field: 'a', equals: 1, eq: 1 } } }),
            { path: '$.steps[1].config.operators[0].args.keep.equals' },
        ],
        [
            'a condition that compares nothing',
            withOperators({ op: 'filter', args: { keep: { not: { field: 'a' } } } }),
            { path: '$.steps[1].config.operators[0].args.keep.not' },
        ],
        [
            'what only the operator itself can know',
            withOperators({ op: 'replace', args: { paths: ['a'], search: '(?=x)', mode: 'PATTERN' } }),
            { path: '$.steps[1].config.operators[0].args' },
        ],
        [
            'a rule with a pattern that is none',
            {
                version: 1,
                steps: [read, { key: 'v', type: 'VALIDATE', config: { rules: [{ field: 'a', pattern: '(' }] } }, load],
            },
            { path: '$.steps[1].config.rules[0]' },
        ],
        [
            'settings of a trigger',
            { version: 1, steps: [{ key: 't', type: 'TRIGGER', config: { cron: '* * *' } }, read, load] },
            { path: '$.steps[0].config.cron' },
        ],
        [
            'no adapter',
            { version: 1, steps: [{ ...read, config: {} }, load] },
            {
                path: '$.steps[0].config.adapterCode',
                message: 'The step does not say which extractor it runs.',
                hint: 'Known are: csv.',
            },
        ],
    ])('names %s', (_title, definition, expected) => {
        expect(problemsOf(definition)).toContainEqual(expect.objectContaining(expected));
    });

    it('survives whatever it is given', () => {
        for (const input of [
            null,
            undefined,
            5,
            [],
            { steps: 'x' },
            { steps: [null, 5, { key: {} }] },
            { version: 1, steps: [read], edges: [7, {}] },
        ]) {
            expect(problemsOf(input).length).toBeGreaterThan(0);
        }
    });
});

function withOperators(...operators: unknown[]): unknown {
    return { version: 1, steps: [read, { key: 'shape', type: 'TRANSFORM', config: { operators } }, load] };
}
