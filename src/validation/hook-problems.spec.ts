import { describe, expect, it } from 'vitest';
import { HOOK_STAGES } from '../sdk/definition/hooks';
import { extract, findings, load, transform } from './testing/test-definitions';

const steps = [{ key: 'start', type: 'TRIGGER' }, extract('read'), transform('shape'), load('write')];
const withHook = (hook: object): string[] => findings(steps, undefined, { hooks: [hook] });
const log = { action: 'LOG', message: 'Here.' };

describe('hooks', () => {
    it('of every kind pass', () => {
        const hooks = [
            { stage: 'PIPELINE_FAILED', action: 'WEBHOOK', url: 'https://chat/x', signingSecretCode: 'chat' },
            { stage: 'AFTER_LOAD', step: 'write', action: 'EMIT', event: 'loaded' },
            { stage: 'PIPELINE_COMPLETED', action: 'TRIGGER_PIPELINE', pipelineCode: 'next' },
            { stage: 'ON_ERROR', step: 'shape', ...log, when: { field: 'counts.rejected', gt: 5 } },
            { stage: 'BEFORE_EXTRACT', action: 'SCRIPT', script: 'prepare' },
            { stage: 'AFTER_EXTRACT', step: 'read', action: 'INTERCEPTOR', script: 'clean' },
        ];
        expect(findings(steps, undefined, { hooks })).toEqual([]);
    });

    it('say what their action needs', () => {
        expect(withHook({ stage: 'AFTER_LOAD', action: 'EMITT', event: 'x' })).toEqual([
            'ERROR $.hooks[0].action: "action" cannot be "EMITT" here.',
        ]);
        expect(withHook({ stage: 'AFTER_LOAD', action: 'EMIT' })).toEqual([
            'ERROR $.hooks[0].event: "event" is required.',
        ]);
        expect(withHook({ stage: 'AFTER_LAOD', ...log })[0]).toContain('ERROR $.hooks[0].stage: "stage" cannot be');
        expect(withHook({ stage: 'AFTER_LOAD', action: 'WEBHOOK', url: 'ftp://chat/x' })).toEqual([
            'ERROR $.hooks[0].url: "ftp://chat/x" is not an address that can be called.',
        ]);
        expect(withHook({ stage: 'AFTER_LOAD', ...log, when: { field: 'a', matches: '(' } })[0]).toContain(
            'ERROR $.hooks[0].when:',
        );
    });

    it('refuse texts whose placeholders cannot be read', () => {
        expect(withHook({ stage: 'AFTER_LOAD', action: 'LOG', message: '{{counts.created' })).toEqual([
            'ERROR $.hooks[0].message: The template "{{counts.created" has braces that do not belong together.',
        ]);
    });

    it('name steps that exist and that their stage meets', () => {
        expect(withHook({ stage: 'AFTER_LOAD', step: 'wirte', ...log })).toEqual([
            'ERROR $.hooks[0].step: There is no step with the key "wirte".',
        ]);
        expect(withHook({ stage: 'AFTER_LOAD', step: 'read', ...log })).toEqual([
            'ERROR $.hooks[0].step: "read" is of type EXTRACT, which AFTER_LOAD never meets.',
        ]);
        expect(withHook({ stage: 'PIPELINE_STARTED', step: 'read', ...log })).toEqual([
            'ERROR $.hooks[0].step: PIPELINE_STARTED is about the whole run and not about a step, so the hook would never be called.',
        ]);
        expect(withHook({ stage: 'ON_ERROR', step: 'start', ...log })).toEqual([
            'ERROR $.hooks[0].step: "start" is a TRIGGER, at which nothing can go wrong.',
        ]);
    });

    it('warn when no step meets their stage', () => {
        expect(withHook({ stage: 'BEFORE_SINK', ...log })).toEqual([
            'WARNING $.hooks[0].stage: The pipeline has no SINK step, so the hook is never called.',
        ]);
    });

    it('exchange records only where records pass', () => {
        const refused = HOOK_STAGES.filter(stage =>
            withHook({ stage, action: 'INTERCEPTOR', script: 'clean' }).some(each => each.startsWith('ERROR')),
        );
        expect(refused).toEqual([
            'BEFORE_EXTRACT',
            'AFTER_LOAD',
            'AFTER_EXPORT',
            'BEFORE_FEED',
            'AFTER_FEED',
            'BEFORE_SINK',
            'AFTER_SINK',
            'PIPELINE_STARTED',
            'PIPELINE_COMPLETED',
            'PIPELINE_FAILED',
            'ON_ERROR',
            'ON_RETRY',
            'ON_DEAD_LETTER',
        ]);
    });
});
