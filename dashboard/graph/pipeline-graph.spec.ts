import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validDefinitions } from '../../src/validation/testing/random-definitions';
import { asDefinition, textOf, type Definition } from './definition';
import { toDefinition, toGraph, wholeEdges, type PipelineGraph } from './pipeline-graph';

const step = (key: string, type: string, config?: Record<string, unknown>) => ({
    key,
    type,
    ...(config && { config }),
});
const route = (key: string, branches: { name: string; to?: string }[], defaultTo?: string) =>
    step(key, 'ROUTE', { branches, ...(defaultTo && { defaultTo }) });
const join = (key: string, other: string) =>
    step(key, 'TRANSFORM', { operators: [{ op: 'join', args: { rightDataPath: `$.steps.${other}.output` } }] });

const drawn = (graph: PipelineGraph): string[] => {
    const key = (id: string) => graph.nodes.find(node => node.id === id)!.step.key;
    return wholeEdges(graph).map(
        ({ source, target, kind, branch }) => `${key(source)} ${kind} ${key(target)}${branch ? ` ${branch}` : ''}`,
    );
};

describe('toGraph', () => {
    it('connects the steps of a list as the engine does', () => {
        const steps = [step('t', 'trigger'), step('e', 'extract'), step('a', 'Transform'), step('l', 'LOAD')];
        expect(drawn(toGraph({ steps }))).toEqual(['e RECORDS a', 'a RECORDS l']);
    });

    it('shows branches, order and what joins read', () => {
        const steps = [
            step('e', 'EXTRACT'),
            step('p', 'EXTRACT'),
            route('r', [{ name: 'big', to: 'j' }, { name: 'small' }], 'l'),
            join('j', 'p'),
            step('l', 'LOAD'),
        ];
        const edges = [
            { from: 'e', to: 'r' },
            { from: 'r', to: 'l', branch: 'small' },
            { from: 'j', to: 'l' },
            { from: 'p', to: 'e', dependencyOnly: true },
        ];
        expect(drawn(toGraph({ steps, edges }))).toEqual([
            'e RECORDS r',
            'r RECORDS l small',
            'j RECORDS l',
            'p ORDER e',
            'r RECORDS j big',
            'r RECORDS l',
            'p LOOKUP j',
        ]);
    });

    it('survives what is wrong in a definition that is being written', () => {
        const definition = {
            steps: [step('a', 'EXTRACT'), step('a', 'NOBODY'), step('b', 'LOAD', { operators: 5 })],
            edges: [
                { from: 'a', to: 'gone' },
                { from: 'b', to: 'b' },
            ],
        };
        const graph = toGraph(definition);
        expect(new Set(graph.nodes.map(({ id }) => id)).size).toBe(3);
        expect(drawn(graph)).toEqual(['b RECORDS b']);
        expect(toDefinition(graph)).toEqual(definition);
    });
});

describe('asDefinition', () => {
    it.each([
        ['no object', []],
        ['no steps', { version: 1 }],
        ['a step that is none', { steps: [null] }],
        ['a step without key', { steps: [{ type: 'LOAD' }] }],
        ['settings that are a list', { steps: [{ key: 'a', type: 'LOAD', config: [] }] }],
        ['a name that is no text', { steps: [{ key: 'a', type: 'LOAD', name: 5 }] }],
        ['edges that are no list', { steps: [], edges: {} }],
        ['an edge that is none', { steps: [], edges: [5] }],
        ['an edge with a branch that is no text', { steps: [], edges: [{ from: 'a', to: 'b', branch: 1 }] }],
    ])('refuses %s', (_title, value) => {
        expect(asDefinition(value)).toBeUndefined();
    });
});

/** Properties in any order, with and without edges, with whatever else people write. */
const definitions: fc.Arbitrary<Definition> = fc
    .tuple(validDefinitions, fc.boolean(), fc.dictionary(fc.string(), fc.jsonValue()), fc.nat())
    .map(([definition, hasEdges, further, at]) => {
        const { edges, ...rest } = definition;
        const entries = Object.entries({ ...further, ...rest, ...(hasEdges && { edges }) });
        const turned = [...entries.slice(at % entries.length), ...entries.slice(0, at % entries.length)];
        return Object.fromEntries(turned) as unknown as Definition;
    });

it('text → graph → text changes nothing', () => {
    let withEdges = 0;
    fc.assert(
        fc.property(definitions, written => {
            const text = textOf(written);
            const definition = asDefinition(JSON.parse(text));
            const graph = toGraph(definition!);
            expect(textOf(toDefinition(graph))).toBe(text);
            if (graph.edges.some(edge => edge.drawn)) withEdges++;
        }),
        { numRuns: 300 },
    );
    expect(withEdges).toBeGreaterThan(50);
});
