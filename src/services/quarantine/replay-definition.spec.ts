import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import {
    definitionSchema,
    type PipelineDefinition,
    type PipelineDefinitionInput,
} from '../../sdk/definition/definition';
import { edgesOf } from '../../../shared/edges';
import { replayDefinition } from './replay-definition';

type Step = PipelineDefinitionInput['steps'][number];
const define = (steps: Step[], rest: Partial<PipelineDefinitionInput> = {}) =>
    definitionSchema.parse({ version: 1, steps, ...rest });
const step = (key: string, type: string, config: JsonObject = {}): Step => ({ key, type, config });

const replay = (definition: PipelineDefinition, ...steps: string[]) => replayDefinition(definition, 'replay-1', steps);
const keysOf = (definition: PipelineDefinition) => definition.steps.map(({ key }) => key);
const arrows = (definition: PipelineDefinition) =>
    edgesOf(definition).map(
        ({ from, to, branch, dependencyOnly }) =>
            `${from}>${to}${branch ? `:${branch}` : ''}${dependencyOnly ? '!' : ''}`,
    );

const linear = define([
    step('when', 'TRIGGER'),
    step('read', 'EXTRACT', { adapterCode: 'file' }),
    step('map', 'TRANSFORM', { operators: [{ op: 'trim', args: {} }] }),
    step('check', 'VALIDATE', { rules: [] }),
    step('load', 'LOAD', { adapterCode: 'product' }),
]);

describe('replayDefinition', () => {
    it('lets records enter the step that refused them, and leaves out what comes before', () => {
        const derived = replay(linear, 'check');
        expect(keysOf(derived)).toEqual(['quarantine-check', 'check', 'load']);
        expect(arrows(derived)).toEqual(['quarantine-check>check', 'check>load']);
        expect(derived.steps[0]).toEqual({
            key: 'quarantine-check',
            type: 'EXTRACT',
            config: { adapterCode: 'quarantine', replayId: 'replay-1', step: 'check' },
        });
    });

    it('has one source for each step that refused', () => {
        const derived = replay(linear, 'load', 'map');
        expect(keysOf(derived)).toEqual(['quarantine-load', 'quarantine-map', 'map', 'check', 'load']);
        expect(arrows(derived)).toEqual(['quarantine-load>load', 'quarantine-map>map', 'map>check', 'check>load']);
    });

    it('lets what an EXTRACT could not read enter behind it', () => {
        const forked = define([step('read', 'EXTRACT'), step('a', 'LOAD'), step('b', 'LOAD'), step('late', 'LOAD')], {
            edges: [
                { from: 'read', to: 'a' },
                { from: 'read', to: 'b' },
                { from: 'read', to: 'late', dependencyOnly: true },
            ],
        });
        const derived = replay(forked, 'read');
        expect(keysOf(derived)).toEqual(['quarantine-read', 'a', 'b']);
        expect(arrows(derived)).toEqual(['quarantine-read>a', 'quarantine-read>b']);
    });

    it('is a definition that can be stored and run', () => {
        const derived = replay(linear, 'read', 'load');
        expect(definitionSchema.parse(structuredClone(derived))).toEqual(derived);
    });

    it('leaves out branches that the records cannot reach', () => {
        const branched = define(
            [
                step('read', 'EXTRACT'),
                step('a', 'VALIDATE'),
                step('la', 'LOAD'),
                step('b', 'VALIDATE'),
                step('lb', 'LOAD'),
            ],
            {
                edges: [
                    { from: 'read', to: 'a' },
                    { from: 'a', to: 'la' },
                    { from: 'read', to: 'b' },
                    { from: 'b', to: 'lb' },
                    { from: 'la', to: 'lb', dependencyOnly: true },
                ],
            },
        );
        expect(keysOf(replay(branched, 'a'))).toEqual(['quarantine-a', 'a', 'la']);
        expect(arrows(replay(branched, 'a', 'b'))).toContain('la>lb!');
        expect(arrows(replay(branched, 'a'))).not.toContain('la>lb!');
    });

    it('keeps branches of a ROUTE, and what follows them', () => {
        const routed = define([
            step('read', 'EXTRACT'),
            step('sort', 'ROUTE', {
                branches: [{ name: 'new', when: { field: 'x', operator: 'exists' }, to: 'create' }],
                defaultTo: 'update',
            }),
            step('create', 'LOAD'),
            step('update', 'LOAD'),
        ]);
        expect(arrows(replay(routed, 'sort')).sort()).toEqual([
            'quarantine-sort>sort',
            'sort>create:new',
            'sort>update',
        ]);
        expect(keysOf(replay(routed, 'update'))).toEqual(['quarantine-update', 'update']);
    });

    it('writes no export, whose file would then hold the replayed records only', () => {
        const exporting = define(
            [
                step('read', 'EXTRACT'),
                step('sort', 'ROUTE', {
                    branches: [{ name: 'out', when: {}, to: 'write' }],
                    defaultTo: 'load',
                }),
                step('load', 'LOAD'),
                step('write', 'EXPORT'),
                step('after', 'LOAD'),
            ],
            {
                edges: [
                    { from: 'read', to: 'sort' },
                    { from: 'write', to: 'after' },
                ],
            },
        );
        const derived = replay(exporting, 'sort');
        expect(keysOf(derived)).toEqual(['quarantine-sort', 'sort', 'load']);
        expect(arrows(derived)).toEqual(['quarantine-sort>sort', 'sort>load']);
        expect(() => replay(exporting, 'write')).toThrow('exports are written as a whole');
    });

    it('reads the other side of a join again, which flows nowhere else', () => {
        const joined = define(
            [
                step('read', 'EXTRACT'),
                step('prices', 'EXTRACT', { adapterCode: 'file' }),
                step('clean', 'TRANSFORM', { operators: [] }),
                step('join', 'TRANSFORM', {
                    operators: [{ op: 'join', args: { rightDataPath: '$.steps.clean.output' } }],
                }),
                step('load', 'LOAD'),
                step('other', 'LOAD'),
            ],
            {
                edges: [
                    { from: 'prices', to: 'clean' },
                    { from: 'clean', to: 'other' },
                    { from: 'clean', to: 'load' },
                    { from: 'read', to: 'join' },
                    { from: 'join', to: 'load' },
                ],
            },
        );
        const derived = replay(joined, 'join');
        expect(keysOf(derived)).toEqual(['quarantine-join', 'prices', 'clean', 'join', 'load']);
        expect(arrows(derived)).toEqual(['quarantine-join>join', 'prices>clean', 'join>load']);
        expect(keysOf(replay(joined, 'load'))).toEqual(['quarantine-load', 'load']);
    });

    it('keeps context and guards, but not the guard on missing records', () => {
        const guarded = define(
            [
                step('read', 'EXTRACT'),
                { ...step('load', 'LOAD'), guards: { maxDisabled: 5, maxFewerRecordsPercent: 10 } },
            ],
            { context: { throughput: { batchSize: 7 } } },
        );
        const derived = replay(guarded, 'load');
        expect(derived.context.throughput.batchSize).toBe(7);
        expect(derived.steps[1]!.guards).toEqual({ maxPriceJumpsPercent: 0, maxDisabled: 5 });
        expect(guarded.steps[1]!.guards?.maxFewerRecordsPercent).toBe(10);
    });

    it('keeps hooks, without those of steps that are left out', () => {
        const log = { action: 'LOG', message: 'x' } as const;
        const hooked = define([step('read', 'EXTRACT'), step('load', 'LOAD')], {
            hooks: [
                { ...log, stage: 'PIPELINE_STARTED' },
                { ...log, stage: 'AFTER_EXTRACT', step: 'read' },
                { ...log, stage: 'AFTER_LOAD', step: 'load' },
            ],
        });
        expect(replay(hooked, 'load').hooks?.map(hook => hook.stage)).toEqual(['PIPELINE_STARTED', 'AFTER_LOAD']);
    });

    it('gives its sources keys of their own', () => {
        const long = 'x'.repeat(100);
        const taken = define([step('quarantine-load', 'EXTRACT'), step('load', 'LOAD'), step(long, 'LOAD')]);
        const derived = replay(taken, 'load', long);
        expect(keysOf(derived).slice(0, 2)).toEqual(['quarantine-load-2', `quarantine-${'x'.repeat(89)}`]);
    });

    it('names a step that the pipeline no longer has', () => {
        expect(() => replay(linear, 'enrich')).toThrow(
            'The pipeline has no step "enrich" any more, where these records were refused.',
        );
    });
});
