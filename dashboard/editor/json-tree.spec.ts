import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/validation/problem';
import { looseValue, parsePath, pathAt, rangeOf, rootOf, type Path } from './json-tree';

const text = `{
  "version": 1,
  "steps": [
    { "key": "read", "odd name": true },
    { "key": "write", "config": { "list": [1, 2] } }
  ],
  "unfinished":
}`;
const marked = (path: string) => {
    const { from, to } = rangeOf(text, parsePath(path));
    return text.slice(from, to);
};

it('reads paths as the server writes them', () => {
    const parts: fc.Arbitrary<Path> = fc.array(fc.oneof(fc.string(), fc.nat({ max: 999 })));
    fc.assert(fc.property(parts, path => void expect(parsePath(problem(path, '').path)).toEqual(path)));
});

describe('rangeOf', () => {
    it.each([
        ['$.version', '1'],
        ['$.steps[1].key', '"write"'],
        ['$.steps[1].config.list[1]', '2'],
        ['$.steps[0]["odd name"]', 'true'],
        // Of what spans lines, the name or the bracket.
        ['$.steps', '"steps"'],
        ['$.steps[1]', '{'],
        ['$.steps[1].config', '"config"'],
        ['$', '{'],
        // What is missing is placed at what it is missing from.
        ['$.steps[1].config.path', '"config"'],
        ['$.steps[7].key', '"steps"'],
        ['$.edges', '{'],
        ['$.unfinished', '"unfinished"'],
    ])('places %s at %s', (path, expected) => {
        expect(marked(path)).toBe(expected);
    });

    it('survives an empty text', () => {
        expect(rangeOf('', ['steps'])).toEqual({ from: 0, to: 0 });
    });
});

it('finds the path of each position, and back', () => {
    const value: unknown = JSON.parse(text.replace(/,\s*"unfinished":/, ''));
    const paths = (at: unknown, path: Path): Path[] =>
        typeof at === 'object' && at !== null
            ? Object.entries(at).flatMap(([name, inner]) =>
                  paths(inner, [...path, Array.isArray(at) ? Number(name) : name]),
              )
            : [path];
    const leaves = paths(value, []);
    expect(leaves.length).toBe(6);
    for (const path of leaves) expect(pathAt(text, rangeOf(text, path).from)).toEqual(path);
});

it('keeps of an unfinished text what is finished', () => {
    expect(looseValue(text)).toMatchObject({ version: 1, steps: [{ key: 'read' }, { config: { list: [1, 2] } }] });
    expect(looseValue('{"a": [1, {"b": "c", ')).toEqual({ a: [1, { b: 'c' }] });
    expect(rootOf('')).toBeUndefined();
});
