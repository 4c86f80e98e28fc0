import { describe, expect, it } from 'vitest';
import type { StepCounts } from '../../shared/run';
import { edgeCounts, numbersOf } from './counts';
import { toGraph, wholeEdges } from './pipeline-graph';

const none: StepCounts = {
    in: 0,
    out: 0,
    dropped: 0,
    rejected: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    deleted: 0,
};

describe('numbersOf', () => {
    it('shows of a reading step what it read, and what else there is', () => {
        const step = { key: 'e', type: 'extract' };
        expect(numbersOf(step, { ...none, in: 5 })).toEqual([{ kind: 'read', value: 5 }]);
        expect(numbersOf(step, { ...none, in: 5, rejected: 2 })).toEqual([
            { kind: 'read', value: 5 },
            { kind: 'rejected', value: 2 },
        ]);
    });

    it('adds up what a writing step changed and says so when that is nothing', () => {
        const step = { key: 'l', type: 'LOAD' };
        const counts = { ...none, in: 9, created: 1, updated: 2, deleted: 3, unchanged: 3 };
        expect(numbersOf(step, counts).map(({ value }) => value)).toEqual([9, 6, 3]);
        expect(numbersOf(step, none).map(({ kind }) => kind)).toEqual(['read', 'changed', 'unchanged']);
    });

    it('shows what waits at a step that has counted nothing yet, and nothing where nothing is known', () => {
        const step = { key: 'g', type: 'GATE' };
        expect(numbersOf(step, undefined, 7)).toEqual([{ kind: 'waiting', value: 7 }]);
        expect(numbersOf(step)).toEqual([]);
    });
});

describe('edgeCounts', () => {
    const definition = {
        steps: [
            { key: 'e', type: 'EXTRACT' },
            { key: 'r', type: 'ROUTE', config: { branches: [{ name: 'big', to: 'b' }], defaultTo: 'l' } },
            { key: 'b', type: 'TRANSFORM' },
            { key: 'l', type: 'LOAD' },
        ],
        edges: [
            { from: 'e', to: 'r' },
            { from: 'b', to: 'l' },
            { from: 'e', to: 'l', dependencyOnly: true },
        ],
    };
    const counted = (counts: Record<string, Partial<StepCounts>>) => {
        const graph = toGraph(definition);
        const full = Object.fromEntries(Object.entries(counts).map(([key, some]) => [key, { ...none, ...some }]));
        const known = edgeCounts(graph, full);
        const key = (id: string) => graph.nodes.find(node => node.id === id)!.step.key;
        return Object.fromEntries(
            wholeEdges(graph)
                .filter(({ id }) => known.has(id))
                .map(({ id, source, target }) => [`${key(source)}>${key(target)}`, known.get(id)]),
        );
    };

    it('tells the branches of a ROUTE apart, also where they meet again', () => {
        expect(counted({ e: { in: 11, out: 10 }, r: { in: 10, out: 10 }, b: { in: 4, out: 3 }, l: { in: 9 } })).toEqual(
            { 'e>r': 10, 'b>l': 3, 'r>b': 4, 'r>l': 6 },
        );
    });

    it('never counts below zero while a run goes on', () => {
        expect(counted({ b: { in: 4, out: 3 }, l: { in: 1 } })).toEqual({ 'b>l': 3, 'r>b': 4, 'r>l': 0 });
    });

    it('says nothing where nothing can be told', () => {
        expect(counted({})).toEqual({});
        expect(counted({ l: { in: 9 } })).toEqual({});
    });
});
