import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import type { PipelineDefinitionInput } from '../../sdk/definition/definition';
import { TransientError, UserError } from '../../sdk/errors';
import type { RecordOperator } from '../../sdk/operator';
import { reject } from '../../sdk/outcome';
import type { HookEvent, RunHooks } from '../ports';
import { listExtractor, malformed } from '../testing/list-extractor';
import { bench, BenchSetup } from '../testing/run-bench';
import { tableLoader } from '../testing/table-loader';
import { recordOperator } from '../testing/test-operators';

const items = (count: number): JsonObject[] => Array.from({ length: count }, (_, n) => ({ sku: `s${n}` }));
const bad = new UserError('bad-price', 'The price is no number.', 'Correct it.');
const refuse =
    (...names: string[]): RecordOperator =>
    record =>
        names.includes(record.sku as string) ? reject(bad) : record;
const busy = new TransientError('http-status', 'The server answered with status 503.');

type Step = PipelineDefinitionInput['steps'][number];

function pipeline(
    operator: RecordOperator,
    more: Partial<Record<'read' | 'check' | 'write', Partial<Step>>> & {
        items?: Parameters<typeof listExtractor>[0]['items'];
        extractor?: ReturnType<typeof listExtractor>;
        context?: BenchSetup['context'];
    } = {},
) {
    const events: HookEvent[] = [];
    const hooks: RunHooks = {
        listensTo: stage => stage.startsWith('ON_'),
        fire: async event => void events.push(event),
        intercepts: () => false,
        intercept: async (_stage, _step, records) => ({ records, dropped: 0, rejected: [] }),
    };
    const loader = tableLoader();
    const made = bench({
        adapters: [
            more.extractor ?? listExtractor({ items: more.items ?? items(20) }),
            recordOperator('operate', operator),
            loader.adapter,
        ],
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' }, ...more.read },
            { key: 'check', type: 'ENRICH', config: { operators: [{ op: 'operate' }] }, ...more.check },
            { key: 'write', type: 'LOAD', config: { adapterCode: 'table' }, ...more.write },
        ],
        context: more.context,
        concurrency: 1,
        hooks,
    });
    const written = (): number => Object.keys(made.database.rows('items')).length;
    return { ...made, events, written };
}

describe('error strategies of a run', () => {
    it('STOP keeps what is committed and fails with the error of the record', async () => {
        const { run, written, journal } = pipeline(refuse('s12'), { check: { onError: 'STOP' } });
        const result = await run();
        expect(result).toMatchObject({
            status: 'FAILED',
            error: { code: 'bad-price', place: { step: 'check', file: 'items.csv', line: 14, index: 12 } },
        });
        expect(written() % 5).toBe(0);
        expect(written()).toBeLessThanOrEqual(10);
        expect(journal.quarantine).toEqual([]);
    });

    it('SKIP leaves records out at every step, and the run is complete', async () => {
        const skip = { onError: 'SKIP' } as const;
        const { run, written, journal, events } = pipeline(refuse('s1', 's7'), {
            items: [...items(8), malformed(), { sku: '' }, { sku: 's0' }],
            read: skip,
            check: skip,
            write: skip,
        });
        const result = await run();
        expect(result.status).toBe('COMPLETED');
        const { read, check, write } = result.metrics.steps;
        expect([read, check, write].map(counts => [counts!.dropped, counts!.rejected])).toEqual([
            [1, 0],
            [2, 0],
            [2, 0],
        ]);
        expect(written()).toBe(6);
        expect(journal.quarantine).toEqual([]);
        expect(journal.lines.filter(({ level }) => level === 'INFO').map(({ step }) => step)).toContain('check');
        expect(events.filter(({ stage }) => stage === 'ON_ERROR').length).toBeGreaterThan(0);
        expect(events.filter(({ stage }) => stage === 'ON_DEAD_LETTER')).toEqual([]);
    });

    it('STOP works for malformed items and duplicates too', async () => {
        const stop = { onError: 'STOP' } as const;
        const broken = await pipeline(refuse(), { items: [malformed()], read: stop }).run();
        expect(broken).toMatchObject({ status: 'FAILED', error: { code: 'malformed-row', place: { line: 2 } } });
        const twice = await pipeline(refuse(), { items: [{ sku: 'a' }, { sku: 'a' }], write: stop }).run();
        expect(twice).toMatchObject({ status: 'FAILED', error: { code: 'duplicate-key', place: { line: 3 } } });
    });

    it('RETRY saves a record and tells hooks', async () => {
        let failures = 2;
        const flaky: RecordOperator = async record => {
            if (record.sku === 's3' && failures-- > 0) throw busy;
            return record;
        };
        const { run, written, events } = pipeline(flaky, { check: { onError: 'RETRY' } });
        expect((await run()).status).toBe('COMPLETED');
        expect(written()).toBe(20);
        expect(events.map(({ stage, step, payload }) => [stage, step, payload.index, payload.attempt])).toEqual([
            ['ON_RETRY', 'check', 3, 1],
            ['ON_RETRY', 'check', 3, 2],
        ]);
    });

    it('the time of a step ends the run as TIMEOUT', async () => {
        const hang: RecordOperator = record => (record.sku === 's12' ? new Promise<never>(() => undefined) : record);
        const { run, written } = pipeline(hang, { check: { timeoutMs: 60 } });
        expect(await run()).toMatchObject({
            status: 'TIMEOUT',
            error: { code: 'step-timeout', place: { step: 'check' } },
        });
        expect(written()).toBeLessThanOrEqual(10);
    });

    it('the time of a step that reads ends the run as TIMEOUT', async () => {
        const extractor = listExtractor({
            items: items(20),
            beforePage: (_context, page) => (page === 1 ? new Promise<never>(() => undefined) : undefined),
        });
        const { run } = pipeline(refuse(), { extractor, read: { timeoutMs: 60 } });
        expect(await run()).toMatchObject({
            status: 'TIMEOUT',
            error: { code: 'step-timeout', place: { step: 'read' } },
        });
    });

    it('the time of the run ends it as TIMEOUT, whatever hangs', async () => {
        const hang: RecordOperator = () => new Promise<never>(() => undefined);
        const { run } = pipeline(hang, { context: { timeoutMs: 60 } });
        expect(await run()).toMatchObject({ status: 'TIMEOUT', error: { code: 'run-timeout' } });
    });

    it('tolerance fails a run that refuses too much', async () => {
        const { run } = pipeline(refuse('s1', 's2', 's3'), { check: { tolerance: { maxRejected: 2 } } });
        expect(await run()).toMatchObject({ status: 'FAILED', error: { code: 'tolerance-exceeded' } });
    });

    it('a source that fails for a while is read on, and nothing is written twice', async () => {
        let openings = 0;
        const source = listExtractor({ items: items(20), pageSize: 4 });
        const extractor: typeof source = {
            ...source,
            async *read(setup) {
                const breaksAt = openings++ < 2 ? openings * 2 : Infinity;
                let page = 0;
                for await (const each of source.read(setup)) {
                    if (page++ === breaksAt) throw busy;
                    await sleep(0);
                    yield each;
                }
            },
        };
        const { run, written, journal, events } = pipeline(refuse(), { extractor });
        const result = await run();
        expect(result).toMatchObject({ status: 'COMPLETED', metrics: { steps: { read: { in: 20 } } } });
        expect([written(), openings]).toEqual([20, 3]);
        expect(journal.quarantine).toEqual([]);
        expect(events.map(({ stage, step }) => [stage, step])).toEqual([
            ['ON_RETRY', 'read'],
            ['ON_RETRY', 'read'],
        ]);
    });
});
