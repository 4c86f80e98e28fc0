import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/json';
import type { OutboundRequest } from '../outbound/outbound-http';
import { hookSchema } from '../sdk/definition/hooks';
import { TransientError, UserError } from '../sdk/errors';
import { drop, expand, reject } from '../sdk/outcome';
import { createRunHooks, HookParts } from './run-hooks';
import type { Script } from './script';

function setUp(hooks: object[], more: Partial<HookParts> = {}) {
    const lines: string[] = [];
    const requests: OutboundRequest[] = [];
    const emitted: string[] = [];
    const parsed = hooks.map(hook => hookSchema.parse(hook));
    const make = () =>
        createRunHooks(parsed, {
            run: { id: '7', pipeline: { code: 'erp', name: 'ERP' }, kind: 'PIPELINE', dryRun: false, attempt: '2' },
            log: (level, message, place) => lines.push([level, place?.step, message].filter(Boolean).join(' ')),
            http: {
                request: async request => {
                    requests.push(request);
                    return { status: 200, headers: {}, body: Buffer.alloc(0) };
                },
            },
            secret: async code => `secret-of-${code}`,
            emit: async (name, { payload }) => void emitted.push(`${name} ${JSON.stringify(payload)}`),
            trigger: async code => `Asked for ${code}.`,
            scripts: new Map(),
            signal: new AbortController().signal,
            ...more,
        });
    return { make, lines, requests, emitted };
}

const scripts = (given: Record<string, Script>): Partial<HookParts> => ({ scripts: new Map(Object.entries(given)) });
const loaded = (counts: JsonObject) => ({ stage: 'AFTER_LOAD', step: 'write', payload: { counts } }) as const;

describe('hooks', () => {
    it('listen at their stage and step only', () => {
        const hooks = setUp([
            { stage: 'AFTER_LOAD', step: 'write', action: 'LOG', message: 'x' },
            { stage: 'BEFORE_LOAD', action: 'LOG', message: 'x' },
        ]).make();
        expect(hooks.listensTo('AFTER_LOAD', 'write')).toBe(true);
        expect(hooks.listensTo('AFTER_LOAD', 'other')).toBe(false);
        expect(hooks.listensTo('BEFORE_LOAD', 'other')).toBe(true);
        expect(hooks.listensTo('ON_ERROR')).toBe(false);
        expect(hooks.intercepts('AFTER_LOAD', 'write')).toBe(false);
    });

    it('fire when LOG is all there is at a stage, with values of the payload in their place', async () => {
        const message = 'Run {{runId}} of {{pipeline.code}}: {{counts.created}} created, {{nothing}}.';
        const { make, lines } = setUp([{ stage: 'AFTER_LOAD', action: 'LOG', level: 'WARN', message }]);
        await make().fire(loaded({ created: 3 }));
        expect(lines).toEqual(['WARN write Run 7 of erp: 3 created, .']);
    });

    it('act only when their condition holds, text and number compared as numbers', async () => {
        const hook = {
            stage: 'AFTER_LOAD',
            action: 'LOG',
            message: 'many',
            when: { field: 'counts.rejected', gt: 10 },
        };
        const { make, lines } = setUp([hook]);
        for (const rejected of ['15', 15, '9', 10]) await make().fire(loaded({ rejected }));
        expect(lines).toHaveLength(2);
    });

    it('publish events and ask for runs, behind the back of the run', async () => {
        const { make, lines, emitted } = setUp([
            { stage: 'AFTER_LOAD', action: 'EMIT', event: 'loaded' },
            { stage: 'AFTER_LOAD', action: 'TRIGGER_PIPELINE', pipelineCode: 'feed' },
        ]);
        const hooks = make();
        await hooks.fire(loaded({ created: 1 }));
        await hooks.settle(1_000);
        const pipeline = { code: 'erp', name: 'ERP' };
        const payload = { runId: '7', kind: 'PIPELINE', pipeline, counts: { created: 1 } };
        expect(emitted).toEqual([`loaded ${JSON.stringify(payload)}`]);
        expect(lines).toEqual(['INFO Asked for feed.']);
    });

    it('say nothing of the end of a run that another worker goes on with', async () => {
        const stages = ['PIPELINE_COMPLETED', 'PIPELINE_FAILED', 'ON_RETRY'] as const;
        const hooks = stages.map(stage => ({ stage, action: 'LOG', message: stage }));
        const { make, lines } = setUp(hooks, { goesOnElsewhere: () => true });
        for (const stage of stages) await make().fire({ stage, payload: {} });
        expect(lines).toEqual(['INFO ON_RETRY']);
    });

    it('do nothing outside of a dry run but say so once', async () => {
        const { make, lines, requests } = setUp(
            [{ stage: 'AFTER_LOAD', action: 'WEBHOOK', url: 'https://x.example' }],
            {
                run: { id: '7', pipeline: { code: 'erp', name: 'ERP' }, kind: 'PIPELINE', dryRun: true, attempt: '1' },
            },
        );
        const hooks = make();
        for (let i = 0; i < 3; i++) await hooks.fire(loaded({}));
        await hooks.settle(1_000);
        expect(requests).toEqual([]);
        expect(lines).toEqual(['INFO write The hook WEBHOOK at AFTER_LOAD of "write" does nothing in a dry run.']);
    });
});

describe('webhooks of hooks', () => {
    const webhook = { stage: 'AFTER_LOAD', action: 'WEBHOOK', url: 'https://x.example', headers: { 'x-team': 'shop' } };

    it('carry payload, headers, signature and a key of their own for each call', async () => {
        const { make, requests } = setUp([{ ...webhook, signingSecretCode: 'chat' }, webhook]);
        const hooks = make();
        await hooks.fire(loaded({ created: 1 }));
        await hooks.settle(1_000);
        expect(requests.map(({ idempotencyKey }) => idempotencyKey).sort()).toEqual([
            '7:AFTER_LOAD:write:2.0',
            '7:AFTER_LOAD:write:2.1',
        ]);
        const signed = requests.find(({ headers }) => headers!['x-datahub-signature'])!;
        expect(JSON.parse(String(signed.body))).toMatchObject({ runId: '7', counts: { created: 1 } });
        expect(signed.headers).toMatchObject({ 'x-team': 'shop', 'content-type': 'application/json' });
        expect(signed.headers!['x-datahub-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
        expect(requests.filter(({ headers }) => headers!['x-datahub-signature'])).toHaveLength(1);
    });

    it('do not look at the answer, so that a long or broken one makes no second call', async () => {
        const { make, requests } = setUp([webhook]);
        const hooks = make();
        await hooks.fire(loaded({}));
        await hooks.settle(1_000);
        expect(requests).toMatchObject([{ maxBytes: 0 }]);
    });

    it('warn when they fail, with what to do, and never fail the run', async () => {
        const request = async (): Promise<never> => {
            throw new UserError('no', 'The host may not be called.', 'Allow it.');
        };
        const { make, lines } = setUp([webhook], { http: { request } });
        const hooks = make();
        await hooks.fire(loaded({}));
        await hooks.settle(1_000);
        expect(lines).toEqual([
            'WARN The hook WEBHOOK at AFTER_LOAD of "write" failed: The host may not be called. Allow it.',
        ]);
    });

    it('go out four at a time, and the end of a run waits for them with limited patience', async () => {
        let underWay = 0;
        let most = 0;
        const request = async ({ signal }: OutboundRequest): Promise<never> => {
            most = Math.max(most, ++underWay);
            await sleep(60_000, undefined, { signal });
            throw new Error('not reached');
        };
        const { make, lines } = setUp([webhook], { http: { request } });
        const hooks = make();
        const began = performance.now();
        for (let i = 0; i < 1_010; i++) await hooks.fire(loaded({}));
        expect(performance.now() - began).toBeLessThan(2_000);
        await hooks.settle(50);
        await sleep(10);
        expect(most).toBe(4);
        expect(lines).toEqual([
            'WARN 1004 calls of hooks were not done when the run had ended, and are given up.',
            'WARN 6 calls of hooks were left out: more than 1000 were waiting.',
        ]);
    });
});

describe('scripts', () => {
    it('that nobody gave fail before the run begins, with the nearest name', () => {
        const { make } = setUp(
            [{ stage: 'AFTER_LOAD', action: 'SCRIPT', script: 'claen' }],
            scripts({ clean: () => 1 }),
        );
        expect(make).toThrow(
            expect.objectContaining({
                kind: 'USER',
                message: 'A hook calls the script "claen", which the plugin was not given.',
                hint: 'Did you mean "clean"? The option "scripts" of DataHubPlugin.init() holds "clean".',
            }),
        );
    });

    it('are called with the event; what they throw and what hangs is a warning', async () => {
        const seen: unknown[] = [];
        const { make, lines } = setUp(
            ['good', 'bad', 'stuck', 'good'].map(script => ({ stage: 'AFTER_LOAD', action: 'SCRIPT', script })),
            {
                ...scripts({
                    good: async ({ event, records }) => seen.push([event.step, event.payload['counts'], records]),
                    bad: () => {
                        throw new Error('Oh no.');
                    },
                    stuck: () => new Promise(() => undefined),
                }),
                scriptTimeoutMs: 30,
            },
        );
        await make().fire(loaded({ created: 1 }));
        expect(seen).toEqual(Array(2).fill(['write', { created: 1 }, []]));
        expect(lines).toEqual([
            'WARN write The hook SCRIPT at AFTER_LOAD of "write" failed: Oh no.',
            'WARN write The hook SCRIPT at AFTER_LOAD of "write" failed: It took longer than 30 ms.',
        ]);
    });
});

describe('interceptors', () => {
    const hook = (script: string, more = {}) => ({ stage: 'BEFORE_LOAD', action: 'INTERCEPTOR', script, ...more });
    const records = [1, 2, 3, 4].map(n => ({ data: { n, deep: { list: [n] } }, origin: { step: 'read', index: n } }));

    it('change, drop, reject and multiply records, which keep their origins, one after the other', async () => {
        const error = new UserError('odd', 'Odd.');
        const { make } = setUp(
            [hook('sort'), hook('mark')],
            scripts({
                sort: ({ records }) => [records[0], drop('two'), reject(error), expand([{ n: 41 }, { n: 42 }])],
                mark: ({ records }) => records.map(record => ({ ...record, seen: true })),
            }),
        );
        const hooks = make();
        expect(hooks.intercepts('BEFORE_LOAD', 'write')).toBe(true);
        expect(hooks.listensTo('BEFORE_LOAD', 'write')).toBe(false);
        const result = await hooks.intercept('BEFORE_LOAD', 'write', records);
        expect(result.records).toEqual([
            { data: { n: 1, deep: { list: [1] }, seen: true }, origin: records[0]!.origin },
            { data: { n: 41, seen: true }, origin: records[3]!.origin },
            { data: { n: 42, seen: true }, origin: records[3]!.origin },
        ]);
        expect(result).toMatchObject({ dropped: 1, rejected: [{ record: records[2], error }] });
    });

    it('get copies: what they do to nested values reaches nobody else', async () => {
        const { make } = setUp(
            [hook('spoil')],
            scripts({
                spoil: ({ records }) => {
                    for (const record of records) (record['deep'] as { list: number[] }).list.push(99);
                    return records;
                },
            }),
        );
        const result = await make().intercept('BEFORE_LOAD', 'write', records);
        expect(result.records[0]!.data).toEqual({ n: 1, deep: { list: [1, 99] } });
        expect(records[0]!.data).toEqual({ n: 1, deep: { list: [1] } });
    });

    it.each([
        ['threw: Oh no.', () => Promise.reject(new Error('Oh no.'))],
        ['returned no list of records.', () => undefined],
        ['was given 4 records and returned 1.', () => [{}]],
        ['returned something else than a record in place 1.', () => [{}, 'text', {}, {}]],
    ])('that fail are named: %s', async (what, script) => {
        const { make } = setUp([hook('own')], scripts({ own: script }));
        await expect(make().intercept('BEFORE_LOAD', 'write', records)).rejects.toMatchObject({
            kind: 'DEFECT',
            code: 'interceptor-failed',
            message: `The interceptor "own" at BEFORE_LOAD ${what}`,
            place: { step: 'write' },
        });
    });

    it('may say themselves what went wrong', async () => {
        const error = new TransientError('erp-away', 'The ERP does not answer.');
        const { make } = setUp([hook('own')], scripts({ own: () => Promise.reject(error) }));
        await expect(make().intercept('BEFORE_LOAD', 'write', records)).rejects.toBe(error);
    });

    it('stand aside when their condition does not hold', async () => {
        const { make } = setUp([hook('own', { when: { field: 'count', gt: 4 } })], scripts({ own: () => undefined }));
        expect((await make().intercept('BEFORE_LOAD', 'write', records)).records).toEqual(records);
    });
});
