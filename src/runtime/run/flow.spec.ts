import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../../shared/json';
import { TransientError, UserError } from '../../sdk/errors';
import { config } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import type { OperatorAdapter } from '../../sdk/operator';
import { drop, expand, reject } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import { listExtractor } from '../testing/list-extractor';
import { bench } from '../testing/run-bench';
import { tableLoader } from '../testing/table-loader';
import { groupNeighbours, recordOperator } from '../testing/test-operators';

const read = { key: 'read', type: 'EXTRACT' as const, config: { adapterCode: 'list' } };
const write = { key: 'write', type: 'LOAD' as const, config: { adapterCode: 'table' } };
const change = (key: string, ...operators: string[]) => ({
    key,
    type: 'TRANSFORM' as const,
    config: { operators: operators.map(op => ({ op })) },
});

const items = (count: number) => Array.from({ length: count }, (_, at) => ({ sku: `S${at}`, n: at }));

describe('records on their way through the steps', () => {
    it('may be kept, dropped, rejected or expanded, and the counts add up', async () => {
        const sort = recordOperator('sort', record => {
            const n = record.n as number;
            if (n % 4 === 0) return drop('divisible by four');
            if (n % 4 === 1) return reject(new UserError('odd-one', 'This one is refused.'));
            if (n % 4 === 2)
                return expand(['a', 'b', 'c'].map(part => ({ ...record, sku: `${record.sku as string}${part}` })));
            return record;
        });
        const { adapter } = tableLoader();
        const { run, database } = bench({
            adapters: [listExtractor({ items: items(12) }), sort, adapter],
            steps: [read, change('sort', 'sort'), write],
        });
        const { status, metrics } = await run();
        expect(status).toBe('COMPLETED_WITH_ERRORS');
        expect(metrics.steps.sort).toMatchObject({ in: 12, dropped: 3, rejected: 3, out: 12 });
        expect(metrics.steps.write).toMatchObject({ in: 12, created: 12, out: 12 });
        expect(Object.keys(database.rows('items'))).toContain('S2b');
    });

    it('are kept for quarantine as they entered the step, with step, file, line and index', async () => {
        const spoil = recordOperator('spoil', record => {
            record.n = 'spoilt';
            delete record.sku;
            return record;
        });
        const refuse = recordOperator('refuse', () => {
            throw new UserError('bad-price', 'The price is wrong.', 'Correct it.', { field: 'price', got: '1,x' });
        });
        const { adapter } = tableLoader();
        const { run, journal } = bench({
            adapters: [listExtractor({ items: items(1) }), spoil, refuse, adapter],
            steps: [read, change('both', 'spoil', 'refuse'), write],
        });
        await run();
        expect(journal.quarantine).toMatchObject([
            {
                step: 'both',
                record: { sku: 'S0', n: 0 },
                code: 'bad-price',
                place: { step: 'both', file: 'items.csv', line: 2, index: 0, field: 'price', got: '1,x' },
            },
        ]);
    });

    it('are kept as they entered even when an operator holds them back and rejects them in a later batch', async () => {
        const rename = recordOperator('rename', ({ n, ...record }) => ({ ...record, number: n! }));
        const refuseLate: OperatorAdapter = {
            ...recordOperator('refuseLate', record => record),
            create: () => {
                let held: PipelineRecord | undefined;
                return {
                    push(record, output) {
                        if (record.data.number === 2) throw new Error('two is too many');
                        if (held) output.reject(held, new UserError('too-late', 'A newer row follows.'));
                        held = record;
                    },
                    flush(output) {
                        if (held) output.drop(held, 'the last one is of no use');
                    },
                };
            },
        };
        const { run, journal } = bench({
            adapters: [listExtractor({ items: items(4) }), rename, refuseLate],
            steps: [read, change('both', 'rename', 'refuseLate')],
            batchSize: 1,
        });
        const { metrics } = await run();
        expect(metrics.steps.both).toMatchObject({ in: 4, out: 0, dropped: 1, rejected: 3 });
        expect(journal.quarantine.map(({ record, code }) => [record, code])).toEqual([
            [{ sku: 'S0', n: 0 }, 'too-late'],
            [{ sku: 'S2', n: 2 }, 'operator-failed'],
            [{ sku: 'S1', n: 1 }, 'too-late'],
        ]);
    });

    it('that are held cannot be lost in silence: an operator that fails to give them up fails the run', async () => {
        const stuck: OperatorAdapter = {
            ...recordOperator('stuck', record => record),
            create: () => ({
                push: () => undefined,
                flush() {
                    throw new Error('cannot sort');
                },
            }),
        };
        const { run } = bench({
            adapters: [listExtractor({ items: items(4) }), stuck],
            steps: [read, change('sort', 'stuck')],
        });
        expect(await run()).toMatchObject({
            status: 'FAILED',
            error: {
                kind: 'DEFECT',
                message: 'The operator "stuck" of step "sort" failed to give up the records it held: cannot sort',
            },
        });
    });

    it('do not take the run down when an operator is broken', async () => {
        const broken = recordOperator('broken', async record => {
            if (record.n === 1) throw new TypeError('x is undefined');
            if (record.n === 2) return undefined as never;
            return record;
        });
        const { adapter } = tableLoader();
        const { run, journal } = bench({
            adapters: [listExtractor({ items: items(4) }), broken, adapter],
            steps: [read, change('fix', 'broken'), write],
        });
        expect((await run()).metrics.steps.write!.created).toBe(2);
        expect(journal.quarantine.map(({ kind, message }) => [kind, message])).toEqual([
            ['DEFECT', 'The operator "broken" failed unexpectedly on this record: x is undefined'],
            ['DEFECT', 'The operator "broken" returned undefined instead of a record or an outcome.'],
        ]);
    });

    it('keep the kind of an error that an operator raised on purpose', async () => {
        const busy = recordOperator('busy', () => {
            throw new TransientError('http-503', 'The price service is down.');
        });
        const { adapter } = tableLoader();
        const { run, journal } = bench({
            adapters: [listExtractor({ items: items(1) }), busy, adapter],
            steps: [read, change('ask', 'busy'), write],
        });
        expect(await run()).toMatchObject({ status: 'FAILED', error: { code: 'every-record-failed' } });
        expect(journal.quarantine).toMatchObject([{ kind: 'TRANSIENT', code: 'http-503' }]);
    });

    it('are grouped across batches, and what is held at the end comes out in a final batch', async () => {
        const rows = [1, 2, 2, 2, 3, 3, 4].map((sku, row) => ({ sku: `S${sku}`, row }));
        const { adapter } = tableLoader();
        const { run, database, journal } = bench({
            adapters: [listExtractor({ items: rows, pageSize: 1 }), groupNeighbours, adapter],
            steps: [
                read,
                { ...change('group'), config: { operators: [{ op: 'groupNeighbours', args: { by: 'sku' } }] } },
                write,
            ],
            batchSize: 2,
        });
        const { metrics } = await run();
        expect(metrics.steps.group).toMatchObject({ in: 7, out: 4 });
        expect(database.rows('items').S2).toMatchObject({ rows: rows.slice(1, 4) });
        expect(database.rows('items').S4).toMatchObject({ rows: rows.slice(6) });
        expect(journal.settlements.at(-1)!.batch).toBe(4);
    });

    it('are checked by the rules of a VALIDATE step', async () => {
        const { adapter } = tableLoader();
        const { run, journal } = bench({
            adapters: [listExtractor({ items: [{ sku: 'A', price: '1' }, { sku: 'B' }] }), adapter],
            steps: [
                read,
                { key: 'check', type: 'VALIDATE', config: { rules: [{ field: 'price', required: true }] } },
                write,
            ],
        });
        expect((await run()).metrics.steps.check).toMatchObject({ in: 2, out: 1, rejected: 1 });
        expect(journal.quarantine).toMatchObject([{ step: 'check', code: 'field-required', place: { line: 3 } }]);
    });
});

describe('branches', () => {
    it('get records of their own and meet again in order', async () => {
        const mark = (name: string) =>
            recordOperator(name, record => {
                record.sku = `${record.sku as string}-${name}`;
                return record;
            });
        const order: string[] = [];
        const watch = recordOperator('watch', record => {
            order.push(record.sku as string);
            return record;
        });
        const { adapter } = tableLoader();
        const { run, database } = bench({
            adapters: [listExtractor({ items: items(3) }), mark('left'), mark('right'), watch, adapter],
            steps: [read, change('l', 'left'), change('r', 'right'), change('w', 'watch'), write],
            edges: [
                { from: 'read', to: 'l' },
                { from: 'read', to: 'r' },
                { from: 'l', to: 'w' },
                { from: 'r', to: 'w' },
                { from: 'w', to: 'write' },
            ],
            batchSize: 2,
        });
        await run();
        expect(order).toEqual(['S0-left', 'S1-left', 'S0-right', 'S1-right', 'S2-left', 'S2-right']);
        expect(Object.keys(database.rows('items'))).toHaveLength(6);
    });

    it('share nothing even when a loader writes into its records', async () => {
        const seen: JsonObject[] = [];
        const scribbling = (code: string) =>
            defineLoader({
                code,
                name: code,
                description: 'Writes into the records it is given.',
                category: 'test',
                guarantees: 'None.',
                entityType: 'Row',
                record: z.record(z.string(), z.json()),
                examples: [],
                schema: config({}),
                create: async () => ({
                    async load(records) {
                        for (const { data } of records) {
                            seen.push({ ...data });
                            data.touchedBy = code;
                        }
                        return { created: records.length, updated: 0, unchanged: 0, rejected: [] };
                    },
                }),
            });
        const { run } = bench({
            adapters: [listExtractor({ items: items(1) }), scribbling('one'), scribbling('two'), scribbling('three')],
            steps: [
                read,
                { key: 'one', type: 'LOAD', config: { adapterCode: 'one' } },
                { key: 'two', type: 'LOAD', config: { adapterCode: 'two' } },
                { key: 'three', type: 'LOAD', config: { adapterCode: 'three' } },
            ],
            edges: [
                { from: 'read', to: 'one' },
                { from: 'read', to: 'two' },
                { from: 'read', to: 'three' },
            ],
        });
        expect(await run()).toMatchObject({ status: 'COMPLETED' });
        expect(seen).toEqual([items(1)[0], items(1)[0], items(1)[0]]);
    });

    it('read several sources one after the other, as the definition lists them', async () => {
        const { adapter, calls } = tableLoader();
        const { run } = bench({
            adapters: [
                listExtractor({ code: 'one', items: [{ sku: 'A' }, { sku: 'B' }, { sku: 'C' }] }),
                listExtractor({ code: 'two', items: [{ sku: 'D' }] }),
                adapter,
            ],
            steps: [
                { key: 'first', type: 'EXTRACT', config: { adapterCode: 'one' } },
                { key: 'second', type: 'EXTRACT', config: { adapterCode: 'two' } },
                write,
            ],
            batchSize: 2,
            concurrency: 1,
        });
        const { metrics } = await run();
        expect(calls.applied).toEqual([['A', 'B'], ['C'], ['D']]);
        expect(metrics.bytesRead).toBe(4);
    });

    it('load in topological order in one transaction; a record refused by one LOAD does not reach the next', async () => {
        const first = tableLoader('first', (phase, keys) => {
            if (phase === 'apply' && keys.includes('S1')) throw new UserError('bad', 'The first table refuses it.');
        });
        const second = tableLoader('second');
        const { run, database } = bench({
            adapters: [listExtractor({ items: items(3) }), first.adapter, second.adapter],
            steps: [
                read,
                { key: 'one', type: 'LOAD', config: { adapterCode: 'first', table: 'one' } },
                { key: 'two', type: 'LOAD', config: { adapterCode: 'second', table: 'two' } },
            ],
        });
        const { metrics } = await run();
        expect(metrics.steps.one).toMatchObject({ in: 3, out: 2, created: 2, rejected: 1 });
        expect(metrics.steps.two).toMatchObject({ in: 2, out: 2, created: 2 });
        expect(Object.keys(database.rows('two'))).toEqual(['S0', 'S2']);
        expect(database.statements.transactions).toBe(1);
    });
});

describe('a pipeline that cannot run', () => {
    const source = listExtractor({ items: items(1) });
    it.each([
        [
            'an unknown adapter',
            [read, { ...write, config: { adapterCode: 'tabel' } }],
            'There is no loader with the code "tabel".',
        ],
        [
            'a wrong setting',
            [read, { ...write, config: { adapterCode: 'table', tabel: 'x' } }],
            'The loader "table" of step "write" is not configured correctly: Unrecognized key: "tabel".',
        ],
        [
            'a LOAD without an adapter',
            [read, { ...write, config: {} }],
            'The LOAD step "write" does not say which adapter it runs.',
        ],
    ])('is FAILED with a sentence about %s', async (_what, steps, message) => {
        const result = await bench({ adapters: [source, tableLoader().adapter], steps }).run();
        expect(result).toMatchObject({ status: 'FAILED', error: { kind: 'USER', message } });
    });
});
