import { describe, expect, it } from 'vitest';
import { definitionSchema } from '../../sdk/definition/definition';
import { loadsBehind } from './loads-behind';

const step = (key: string, type: string, config: object = {}) => ({ key, type, config });
const definitionOf = (steps: object[], edges?: object[]) => definitionSchema.parse({ version: 1, steps, edges });

describe('LOAD steps behind a gate', () => {
    it('are those that its records reach, in a line', () => {
        const definition = definitionOf([
            step('read', 'EXTRACT'),
            step('before', 'LOAD'),
            step('gate', 'GATE'),
            step('shape', 'TRANSFORM'),
            step('behind', 'LOAD'),
            step('later', 'GATE'),
            step('last', 'LOAD'),
        ]);
        expect(loadsBehind(definition, 'gate')).toEqual(['behind', 'last']);
        expect(loadsBehind(definition, 'later')).toEqual(['last']);
    });

    it('are not those of other branches, nor those that only wait for it', () => {
        const definition = definitionOf(
            [
                step('read', 'EXTRACT'),
                step('gate', 'GATE'),
                step('left', 'LOAD'),
                step('right', 'LOAD'),
                step('other', 'EXTRACT'),
                step('after', 'LOAD'),
            ],
            [
                { from: 'read', to: 'gate' },
                { from: 'read', to: 'right' },
                { from: 'gate', to: 'left' },
                { from: 'left', to: 'other', dependencyOnly: true },
                { from: 'other', to: 'after' },
            ],
        );
        expect(loadsBehind(definition, 'gate')).toEqual(['left']);
    });

    it('are those of every branch of a route', () => {
        const definition = definitionOf([
            step('read', 'EXTRACT'),
            step('gate', 'GATE'),
            step('route', 'ROUTE', { branches: [{ name: 'a', when: {}, to: 'first' }], defaultTo: 'second' }),
            step('first', 'LOAD'),
            step('second', 'LOAD'),
        ]);
        expect(loadsBehind(definition, 'gate')).toEqual(['first', 'second']);
    });
});
