import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validDefinitions } from '../../src/validation/testing/random-definitions';
import { layOut, nodeSize, viewOf, type Point } from './layout';
import { toGraph, wholeEdges } from './pipeline-graph';

const overlap = (a: Point, b: Point) => Math.abs(a.x - b.x) < nodeSize.width && Math.abs(a.y - b.y) < nodeSize.height;

describe('layOut', () => {
    it.each(['RIGHT', 'DOWN'] as const)('leads every edge %s and covers no step', direction => {
        fc.assert(
            fc.property(validDefinitions, definition => {
                const graph = toGraph(definition);
                const places = layOut(graph, direction);
                const list = [...places.values()];
                for (const [i, a] of list.entries())
                    for (const b of list.slice(i + 1)) expect(overlap(a, b)).toBe(false);
                for (const { source, target } of wholeEdges(graph)) {
                    const [from, to] = [places.get(source)!, places.get(target)!];
                    if (direction === 'RIGHT') expect(to.x).toBeGreaterThanOrEqual(from.x + nodeSize.width);
                    else expect(to.y).toBeGreaterThanOrEqual(from.y + nodeSize.height);
                }
            }),
            { numRuns: 60 },
        );
    });

    it('gives loops and lonely steps a place', () => {
        const steps = ['a', 'b', 'c'].map(key => ({ key, type: 'TRANSFORM' }));
        const edges = [
            { from: 'a', to: 'b' },
            { from: 'b', to: 'a' },
            { from: 'c', to: 'c' },
        ];
        expect(layOut(toGraph({ steps, edges }), 'RIGHT').size).toBe(3);
        expect(layOut(toGraph({ steps: [] }), 'RIGHT').size).toBe(0);
    });
});

describe('viewOf', () => {
    const row = (count: number) => Array.from({ length: count }, (_, i) => ({ x: 8 + i * 352, y: 8 }));
    const box = { width: 1000, height: 400 };

    it('centres what fits, and shows nothing larger than it is', () => {
        expect(viewOf(row(1), box, 'RIGHT')).toEqual({ zoom: 1, x: 388 - 8, y: 148 - 8 });
    });

    it('shrinks what nearly fits', () => {
        const { zoom, x } = viewOf(row(4), box, 'RIGHT');
        expect(zoom).toBeCloseTo(968 / (3 * 352 + nodeSize.width));
        expect(x).toBeCloseTo(16 - 8 * zoom);
    });

    it('begins at the beginning where all of it would be too small to read', () => {
        expect(viewOf(row(40), box, 'RIGHT')).toMatchObject({ zoom: 0.6, x: 16 - 8 * 0.6 });
        const column = row(40).map(({ x, y }) => ({ x: y, y: x }));
        expect(viewOf(column, box, 'DOWN')).toMatchObject({ zoom: 0.6, y: 16 - 8 * 0.6 });
    });
});
