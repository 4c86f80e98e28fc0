import { describe, expect, it } from 'vitest';
import { definitionSchema, PipelineDefinitionInput } from '../../sdk/definition/definition';
import { Graph, normaliseGraph } from './graph';
import { planStages } from './stages';

type Types = Record<string, PipelineDefinitionInput['steps'][number]['type']>;

function definition(types: Types, edges?: string[]) {
    return definitionSchema.parse({
        version: 1,
        steps: Object.entries(types).map(([key, type]) => ({ key, type })),
        edges: edges?.map(edge => ({ from: edge.split('>')[0]!, to: edge.split('>')[1]! })),
    });
}

const shape = (graph: Graph): string[] => graph.nodes.map(({ step, parents }) => `${step.key}<${parents.join()}`);

describe('normaliseGraph', () => {
    it('connects the steps in order when there are no edges, and leaves triggers out', () => {
        const graph = normaliseGraph(definition({ t: 'TRIGGER', e: 'EXTRACT', a: 'TRANSFORM', l: 'LOAD' }));
        expect(shape(graph)).toEqual(['e<', 'a<e', 'l<a']);
    });

    it('lets what came before flow past an EXTRACT', () => {
        const graph = normaliseGraph(
            definition({ e1: 'EXTRACT', e2: 'EXTRACT', a: 'TRANSFORM', e3: 'EXTRACT', l: 'LOAD' }),
        );
        expect(shape(graph)).toEqual(['e1<', 'e2<', 'a<e1,e2', 'e3<', 'l<a,e3']);
    });

    it('orders steps so that parents come first, otherwise as listed', () => {
        const graph = normaliseGraph(
            definition({ l: 'LOAD', b: 'TRANSFORM', a: 'TRANSFORM', e: 'EXTRACT' }, [
                'e>a',
                'e>b',
                'a>l',
                'b>l',
                'e>a',
            ]),
        );
        expect(shape(graph)).toEqual(['e<', 'b<e', 'a<e', 'l<a,b']);
    });

    it.each([
        [
            ['e>a', 'a>b', 'b>a'],
            'The edges form a cycle through or before the steps "a", "b", so none of them could ever start.',
        ],
        [['e>x'], 'An edge points to the step "x", which the pipeline does not have.'],
        [
            ['a>e'],
            'The edge from "a" leads into the EXTRACT step "e", which reads its own source and takes no records.',
        ],
    ])('refuses %j', (edges, message) => {
        const wrong = definition({ e: 'EXTRACT', a: 'TRANSFORM', b: 'TRANSFORM' }, edges);
        expect(() => normaliseGraph(wrong)).toThrow(message);
    });
});

describe('planStages', () => {
    it('fuses everything into one stage, as no step is a barrier, with sources as listed', () => {
        const diamond = definition(
            { e2: 'EXTRACT', e1: 'EXTRACT', a: 'TRANSFORM', v: 'VALIDATE', l1: 'LOAD', l2: 'LOAD' },
            ['e1>a', 'e2>v', 'a>l2', 'v>l1', 'l1>l2'],
        );
        const stages = planStages(normaliseGraph(diamond), diamond);
        const keys = stages.map(stage =>
            [stage.sources, stage.flow, stage.loads].map(nodes => nodes.map(({ step }) => step.key).join()),
        );
        expect(keys).toEqual([['e2,e1', 'a,v', 'l1,l2']]);
    });
});
