import { describe, expect, it } from 'vitest';
import { definitionSchema, PipelineDefinitionInput } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineOperator, OperatorAdapter } from '../../sdk/operator';
import { Graph, normaliseGraph } from './graph';
import { planStages, Unit } from './stages';

type Step = PipelineDefinitionInput['steps'][number];
type Types = Record<string, Step['type'] | Omit<Step, 'key'>>;

const plain = defineOperator({
    code: 'plain',
    name: 'Plain',
    description: '',
    category: 'test',
    guarantees: '',
    schema: config({}),
    examples: [],
    create: () => record => record,
});
const sort = defineOperator({
    ...plain,
    code: 'sort',
    barrier: true,
    create: () => ({ whole: { kind: 'SORT', by: [{ field: 'a', direction: 'ASC' }] } }),
});
const join = defineOperator({
    ...plain,
    code: 'join',
    barrier: true,
    examples: [],
    schema: config({ step: field.text('Step', 'Other side.') }),
    create: ({ config: { step } }) => ({
        whole: { kind: 'JOIN', type: 'LEFT', leftKey: 'a', rightKey: 'a', right: { step }, prefix: '' },
    }),
});
const registry = {
    operator: (code: string): OperatorAdapter => {
        const found = [plain, sort, join].find(adapter => adapter.code === code);
        if (!found) throw new UserError('unknown-adapter', code);
        return found;
    },
};

const transform = (...ops: (string | { op: string; args: Record<string, string> })[]): Omit<Step, 'key'> => ({
    type: 'TRANSFORM',
    config: { operators: ops.map(op => (typeof op === 'string' ? { op } : op)) },
});

function definition(types: Types, edges?: string[], context?: PipelineDefinitionInput['context']) {
    return definitionSchema.parse({
        version: 1,
        steps: Object.entries(types).map(([key, given]) => {
            const step = typeof given === 'string' ? { type: given } : given;
            return step.type === 'TRANSFORM' && !step.config ? { key, ...transform('plain') } : { key, ...step };
        }),
        edges: edges?.map(edge => {
            const [, from, arrow, to, branch] = /^(\w+)([>~])(\w+)(?:\[(\w+)])?$/.exec(edge)!;
            return { from, to, ...(arrow === '~' ? { dependencyOnly: true } : {}), ...(branch ? { branch } : {}) };
        }),
        ...(context ? { context } : {}),
    });
}

const graphOf = (...given: Parameters<typeof definition>): Graph => normaliseGraph(definition(...given), registry);
const shape = (graph: Graph): string[] =>
    graph.nodes.map(({ id, inputs }) => `${id}<${inputs.map(link => link.from).join()}`);

/** `kind id: what it reads -> what runs -> where it sends`, and what it waits for. */
function planOf(...given: Parameters<typeof definition>): string[] {
    return planStages(graphOf(...given), definition(...given)).map(describeUnit);
}

function describeUnit(unit: Unit): string {
    const needs = unit.needs.length > 0 ? ` after ${unit.needs.join()}` : '';
    if (unit.kind === 'WHOLE') {
        const side = unit.side ? ` with ${unit.side.map(({ name }) => name).join(' + ')}` : '';
        return `WHOLE ${unit.inputs.map(input => input.name).join()}${side} -> ${unit.output}${needs}`;
    }
    if (unit.kind === 'GATE') return `GATE ${unit.id}: ${unit.inputs.map(input => input.name).join()}${needs}`;
    const inputs = unit.inputs.map(input =>
        'extract' in input ? input.extract.id : `${input.channel.name}=>${input.targets.join('+')}`,
    );
    const runs = [...unit.flow, ...unit.loads, ...unit.exports].map(node => node.id);
    const sends = [...unit.channels.values()];
    return `${inputs.join()} | ${runs.join()}${sends.length > 0 ? ` | ${sends.join()}` : ''}${needs}`;
}

describe('normaliseGraph', () => {
    it('connects the steps in order when there are no edges, and leaves triggers out', () => {
        const graph = graphOf({ t: 'TRIGGER', e: 'EXTRACT', a: 'TRANSFORM', l: 'LOAD' });
        expect(shape(graph)).toEqual(['e<', 'a<e', 'l<a']);
    });

    it('lets what came before flow past an EXTRACT', () => {
        const graph = graphOf({ e1: 'EXTRACT', e2: 'EXTRACT', a: 'TRANSFORM', e3: 'EXTRACT', l: 'LOAD' });
        expect(shape(graph)).toEqual(['e1<', 'e2<', 'a<e1,e2', 'e3<', 'l<a,e3']);
    });

    it('orders steps so that senders come first, otherwise as listed', () => {
        const types: Types = { l: 'LOAD', b: 'TRANSFORM', a: 'TRANSFORM', e: 'EXTRACT' };
        const graph = graphOf(types, ['e>a', 'e>b', 'a>l', 'b>l', 'e>a']);
        expect(shape(graph)).toEqual(['e<', 'b<e', 'a<e', 'l<a,b']);
    });

    it('cuts steps at operators that need all their input', () => {
        const graph = graphOf({ e: 'EXTRACT', a: transform('plain', 'sort', 'plain', 'plain', 'sort'), l: 'LOAD' });
        expect(shape(graph)).toEqual(['e<', 'a<e', 'a.1<a', 'a.2<a.1', 'a.3<a.2', 'l<a.3']);
        expect(graph.nodes.map(node => node.operators.length)).toEqual([0, 1, 0, 2, 0, 0]);
    });

    it('lets records flow past a disabled step', () => {
        const graph = graphOf({ e: 'EXTRACT', a: { ...transform('sort'), disabled: true }, l: 'LOAD' });
        expect(graph.nodes.map(({ kind }) => kind)).toEqual(['EXTRACT', 'FLOW', 'LOAD']);
    });

    it.each([
        [
            ['e>a', 'a>b', 'b>a'],
            'The edges form a cycle through or before the steps "a", "b", so none of them could ever start.',
        ],
        [['e>a', 'a~b', 'b>a'], 'The edges form a cycle through or before the steps "a", "b"'],
        [['e>x'], 'The pipeline refers to the step "x", which it does not have.'],
        [
            ['a>e'],
            'The edge from "a" leads into the EXTRACT step "e", which reads its own source and takes no records.',
        ],
    ])('refuses %j', (edges, message) => {
        expect(() => graphOf({ e: 'EXTRACT', a: 'TRANSFORM', b: 'TRANSFORM' }, edges)).toThrow(message);
    });
});

describe('planStages', () => {
    it('fuses everything without a barrier into one stage, with sources as listed', () => {
        const types: Types = {
            e2: 'EXTRACT',
            e1: 'EXTRACT',
            a: 'TRANSFORM',
            v: 'VALIDATE',
            l1: 'LOAD',
            l2: 'LOAD',
        };
        expect(planOf(types, ['e1>a', 'e2>v', 'a>l2', 'v>l1', 'l1>l2'])).toEqual(['e2,e1 | a,v,l1,l2']);
    });

    it('keeps lines that share nothing apart', () => {
        const types: Types = { e1: 'EXTRACT', e2: 'EXTRACT', l1: 'LOAD', l2: 'LOAD' };
        expect(planOf(types, ['e1>l1', 'e2>l2'])).toEqual(['e1 | l1', 'e2 | l2']);
    });

    it('ends a stage at a barrier and begins the next one behind it', () => {
        expect(planOf({ e: 'EXTRACT', a: transform('plain', 'sort', 'plain'), l: 'LOAD' })).toEqual([
            'e | a | a>a.1',
            'WHOLE a>a.1 -> a.1 after e',
            'a.1=>a.2 | a.2,l after a.1',
        ]);
    });

    it('gives a join both of its sides', () => {
        const types: Types = {
            e: 'EXTRACT',
            prices: 'EXTRACT',
            j: transform({ op: 'join', args: { step: 'prices' } }),
            l: 'LOAD',
        };
        expect(planOf(types, ['e>j', 'j>l'])).toEqual([
            'e |  | e>j',
            'prices |  | prices>>j',
            'WHOLE e>j with prices>>j -> j after e,prices',
            'j=>l | l after j',
        ]);
    });

    it('lets records wait in front of gates, however many stand in series', () => {
        const types: Types = { e: 'EXTRACT', l1: 'LOAD', g1: 'GATE', g2: 'GATE', l2: 'LOAD' };
        expect(planOf(types)).toEqual([
            'e | l1 | l1>g1',
            'GATE g1: l1>g1 after e',
            'GATE g2: l1>g1 after g1',
            'l1>g1=>l2 | l2 after g2',
        ]);
    });

    it('puts a barrier in front of a guarded LOAD', () => {
        expect(planOf({ e: 'EXTRACT', l: { type: 'LOAD', guards: {} } })).toEqual([
            'e |  | e>l.guard',
            'GATE l.guard: e>l.guard after e',
            'e>l.guard=>l | l after l.guard',
        ]);
    });

    it('ends a stage where records leave a LOAD for something else', () => {
        const types: Types = { e: 'EXTRACT', l1: 'LOAD', l2: 'LOAD', a: 'TRANSFORM', x: 'EXPORT' };
        expect(planOf(types)).toEqual(['e | l1,l2 | l2>a', 'l2>a=>a | a,x after e']);
    });

    it('waits for what it only depends on', () => {
        const types: Types = { e1: 'EXTRACT', l1: 'LOAD', e2: 'EXTRACT', l2: 'LOAD' };
        expect(planOf(types, ['e1>l1', 'l1~e2', 'e2>l2'])).toEqual(['e1 | l1', 'e2 | l2 after e1']);
        expect(planOf(types, ['e1>l1', 'l1~l2', 'e2>l2'])).toEqual([
            'e1 | l1',
            'e2 |  | e2>l2',
            'e2>l2=>l2 | l2 after e2,e1',
        ]);
    });

    it('cuts a way that a barrier runs beside', () => {
        const types: Types = { e: 'EXTRACT', s: transform('sort'), l: 'LOAD' };
        expect(planOf(types, ['e>s', 's>l', 'e>l'])).toEqual([
            'e |  | e>s,e>l',
            'WHOLE e>s -> s after e',
            's=>l,e>l=>l | l after s,e',
        ]);
    });

    it('makes stages of branches that shall run side by side', () => {
        const types: Types = { e: 'EXTRACT', a: 'TRANSFORM', b: 'TRANSFORM', l1: 'LOAD', l2: 'LOAD' };
        const edges = ['e>a', 'e>b', 'a>l1', 'b>l2'];
        expect(planOf(types, edges)).toEqual(['e | a,b,l1,l2']);
        expect(planOf(types, edges, { parallelExecution: { enabled: true } })).toEqual([
            'e |  | e>a,e>b',
            'e>a=>a | a,l1 after e',
            'e>b=>b | b,l2 after e',
        ]);
    });
});
