import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseGraph } from '../runtime/graph/graph';
import { planStages } from '../runtime/graph/stages';
import { Definition, validDefinitions } from './testing/random-definitions';
import { problemsOf, testRegistry } from './testing/test-definitions';
import { validateDefinition } from './validate-definition';

/** Each makes one thing wrong; undefined when the definition has nothing of the kind. */
const MISTAKES: Record<string, (definition: Definition, at: number) => unknown> = {
    'an edge to a step that is not there': ({ edges }, at) => {
        const edge = pick(edges, at);
        if (edge) edge.to = 'nowhere';
        return edge;
    },
    'an edge from a step that is not there': ({ edges }, at) => {
        const edge = pick(edges, at);
        if (edge) edge.from = 'nowhere';
        return edge;
    },
    'an edge that is missing': ({ edges }, at) => {
        const edge = pick(
            edges.filter(({ dependencyOnly }) => !dependencyOnly),
            at,
        );
        if (edge) edges.splice(edges.indexOf(edge), 1);
        return edge;
    },
    'a loop': ({ steps, edges }) => {
        const order = edges.find(({ dependencyOnly }) => dependencyOnly);
        const start = order?.to ?? steps.find(({ type }) => type === 'EXTRACT')!.key;
        const path = [start];
        for (;;) {
            const last = path[path.length - 1]!;
            const on = edges.find(({ from }) => from === last)?.to ?? targetsOf(steps, last)[0];
            if (on === undefined) break;
            path.push(on);
        }
        return edges.push({ from: path[path.length - 1]!, to: start, dependencyOnly: true });
    },
    'a renamed step': ({ steps }, at) => (pick(steps, at)!.key = 'renamed'),
    'a key that is taken': ({ steps }, at) => steps.length > 1 && (pick(steps, at)!.key = pick(steps, at + 1)!.key),
    'a misspelt type': ({ steps }, at) => (pick(steps, at)!.type += 'E'),
    'an unknown adapter': ({ steps }, at) => {
        const step = pick(
            steps.filter(({ config }) => config['adapterCode']),
            at,
        );
        return step && (step.config['adapterCode'] = 'nobody');
    },
    'an unknown option': ({ steps }, at) => (pick(steps, at)!['retry'] = 1),
    'an unknown setting': ({ steps }, at) => (pick(steps, at)!.config['whatever'] = 1),
    'a branch that does not exist': ({ edges }, at) => {
        const edge = pick(edges, at);
        return edge && !edge.dependencyOnly && (edge.branch = 'no-such-branch');
    },
    'a disabled ROUTE': ({ steps }, at) => {
        const step = pick(
            steps.filter(({ type }) => type === 'ROUTE'),
            at,
        );
        return step && (step['disabled'] = true);
    },
    'guards in the wrong place': ({ steps }, at) => {
        const step = pick(
            steps.filter(({ type }) => type !== 'LOAD'),
            at,
        );
        return step && (step['guards'] = { maxDeleted: 1 });
    },
    'a hook on nothing': ({ hooks }) => (hooks[0]!.step = 'nowhere'),
    'an other side that is not there': ({ steps }) => {
        const args = steps.flatMap(({ config }) => argsOf(config)).find(each => each['rightDataPath']);
        return args && (args['rightDataPath'] = '$.steps.nowhere.output');
    },
};

describe('any definition', () => {
    it('that is made of sound pieces has no problem, and the engine can plan every step of it', () => {
        fc.assert(
            fc.property(validDefinitions, given => {
                const { definition, problems } = validateDefinition(given, testRegistry);
                expect(problems).toEqual([]);
                const units = planStages(normaliseGraph(definition!, testRegistry), definition!);
                const planned = units.flatMap(unit =>
                    unit.kind === 'STAGE'
                        ? [
                              ...unit.inputs.flatMap(input => ('extract' in input ? [input.extract] : [])),
                              ...unit.flow,
                              ...unit.loads,
                              ...unit.exports,
                          ]
                        : [unit.node],
                );
                expect(new Set(planned.map(({ step }) => step.key))).toEqual(
                    new Set(definition!.steps.map(({ key }) => key)),
                );
            }),
            { numRuns: 100 },
        );
    });

    it.each(Object.entries(MISTAKES))('with %s has an error at a place that exists', (_title, spoil) => {
        let spoiled = 0;
        fc.assert(
            fc.property(validDefinitions, fc.nat(), (definition, at) => {
                if (!spoil(definition, at)) return;
                spoiled++;
                const problems = problemsOf(definition);
                expect(problems.filter(({ severity }) => severity === 'ERROR')).not.toEqual([]);
                for (const { path } of problems) expect(exists(definition, path), path).toBe(true);
            }),
            { numRuns: 60 },
        );
        expect(spoiled).toBeGreaterThan(5);
    });
});

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % list.length];

function targetsOf(steps: Definition['steps'], key: string): string[] {
    const branches = (steps.find(step => step.key === key)?.config['branches'] ?? []) as { to?: string }[];
    return branches.flatMap(({ to }) => (to === undefined ? [] : [to]));
}

function argsOf(config: Record<string, unknown>): Record<string, unknown>[] {
    return ((config['operators'] ?? []) as { args?: Record<string, unknown> }[]).flatMap(({ args }) =>
        args ? [args] : [],
    );
}

/** The last part may be what is missing; everything before it has to be there. */
function exists(definition: unknown, path: string): boolean {
    const parts = [...path.matchAll(/\.([\w$]+)|\[(\d+)\]|\["([^"]+)"\]/g)].map(([, a, b, c]) => a ?? b ?? c!);
    const parent = parts
        .slice(0, -1)
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], definition);
    return typeof parent === 'object' && parent !== null;
}
