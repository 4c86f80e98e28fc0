import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgesOf } from './edges';

const step = (key: string, type: string = 'TRANSFORM', config: Record<string, unknown> = {}) => ({
    key,
    type,
    config,
});
const route = (key: string, to: Record<string, string>, defaultTo?: string) =>
    step(key, 'ROUTE', { branches: Object.entries(to).map(([name, target]) => ({ name, to: target })), defaultTo });
const join = (key: string, other: string) =>
    step(key, 'TRANSFORM', { operators: [{ op: 'join', args: { rightDataPath: `$.steps.${other}.output` } }] });

type Definition = Parameters<typeof edgesOf>[0];
const drawn = (definition: Definition): string[] =>
    edgesOf(definition).map(({ from, to, branch, dependencyOnly }) =>
        [from, dependencyOnly ? '~' : '>', to, branch ? `:${branch}` : ''].join(''),
    );
const listed = (...steps: Definition['steps']): string[] => drawn({ steps });

describe('edgesOf a list without edges', () => {
    it('connects neighbours; a trigger sends nothing and what came before flows past an EXTRACT', () => {
        expect(
            listed(step('t', 'TRIGGER'), step('e', 'EXTRACT'), step('a'), step('f', 'EXTRACT'), step('b', 'LOAD')),
        ).toEqual(['e>a', 'a>b', 'f>b']);
    });

    it('goes on behind a LOAD', () => {
        expect(listed(step('e', 'EXTRACT'), step('l', 'LOAD'), step('g', 'GATE'), step('a'))).toEqual([
            'e>l',
            'l>g',
            'g>a',
        ]);
    });

    it('lets what came before flow past an EXPORT', () => {
        expect(listed(step('e', 'EXTRACT'), step('a'), step('x', 'EXPORT'), step('l', 'LOAD'))).toEqual([
            'e>a',
            'a>x',
            'a>l',
        ]);
        expect(listed(step('e', 'EXTRACT'), route('r', { big: 'x' }), step('x', 'EXPORT'), step('l', 'LOAD'))).toEqual([
            'e>r',
            'r>x:big',
        ]);
    });

    it('lets the target of a branch begin a line of its own', () => {
        expect(
            listed(
                step('e', 'EXTRACT'),
                route('r', { big: 'b', small: 's' }, 'd'),
                step('b'),
                step('b2'),
                step('s'),
                step('d'),
                step('d2'),
            ),
        ).toEqual(['e>r', 'b>b2', 'd>d2', 'r>b:big', 'r>s:small', 'r>d']);
    });

    it('gives an EXTRACT that a join reads to that join only', () => {
        const e = step('e', 'EXTRACT');
        const prices = step('p', 'EXTRACT');
        expect(listed(e, prices, join('j', 'p'))).toEqual(['e>j']);
        expect(listed(prices, e, step('a'), join('j', 'p'))).toEqual(['e>a', 'a>j']);
        // With nobody else to send, it sends.
        expect(listed(e, step('a'), join('j', 'e'))).toEqual(['e>a', 'a>j']);
        expect(listed(e, step('a'), step('p'), join('j', 'a'))).toEqual(['e>a', 'a>p', 'p>j']);
    });

    it('survives settings of any shape', () => {
        for (const branches of [null, 5, [null], [5], [{}], [{ name: 1, to: 2 }]]) {
            const operators = branches;
            expect(
                listed(step('e', 'EXTRACT'), step('r', 'ROUTE', { branches }), step('a', 'ENRICH', { operators })),
            ).toEqual(['e>r', 'r>a']);
        }
    });

    it('gives every target exactly its branch, and every other step what stands before it', () => {
        // One to four branches, each with a line of one to four steps behind its target.
        const lines = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
        fc.assert(
            fc.property(lines, fc.boolean(), (lengths, lastIsDefault) => {
                const chains = lengths.map((length, i) => Array.from({ length }, (_, j) => `line${i}-${j}`));
                const heads = chains.map(chain => chain[0]!);
                const usesDefault = lastIsDefault && chains.length > 1;
                const named = usesDefault ? heads.slice(0, -1) : heads;
                const branches = Object.fromEntries(named.map(head => [`to-${head}`, head]));
                const split = route('split', branches, usesDefault ? heads[heads.length - 1] : undefined);
                const steps = [step('read', 'EXTRACT'), split, ...chains.flat().map(key => step(key))];
                const edges = edgesOf({ steps });

                for (const [i, chain] of chains.entries()) {
                    const branch = usesDefault && i === chains.length - 1 ? undefined : `to-${chain[0]}`;
                    const received = chain.map(key => edges.filter(({ to }) => to === key));
                    expect(received.map(each => each.length)).toEqual(chain.map(() => 1));
                    expect(received[0]![0]).toEqual({ from: 'split', to: chain[0], ...(branch ? { branch } : {}) });
                    chain.slice(1).forEach((_, j) => {
                        expect(received[j + 1]![0]).toEqual({ from: chain[j], to: chain[j + 1] });
                    });
                }
                expect(edges).toHaveLength(1 + chains.flat().length);
            }),
        );
    });
});

describe('edgesOf a graph', () => {
    const steps = [step('e', 'EXTRACT'), route('r', { big: 'b' }, 'd'), step('b'), step('d')];

    it('keeps what is drawn and adds what branches name', () => {
        expect(drawn({ steps, edges: [{ from: 'e', to: 'r' }] })).toEqual(['e>r', 'r>b:big', 'r>d']);
        expect(drawn({ steps, edges: [] })).toEqual(['r>b:big', 'r>d']);
    });

    it('has no edge twice because a branch names its target as well', () => {
        const edges = [
            { from: 'e', to: 'r' },
            { from: 'r', to: 'b', branch: 'big' },
            { from: 'r', to: 'd' },
        ];
        expect(drawn({ steps, edges })).toEqual(['e>r', 'r>b:big', 'r>d']);
    });

    it('does not take an edge without records for the default branch', () => {
        const edges = [{ from: 'r', to: 'd', dependencyOnly: true }];
        expect(drawn({ steps, edges })).toEqual(['r~d', 'r>b:big', 'r>d']);
    });
});
