import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { Defect, UserError } from '../../sdk/errors';
import type { Intercepted, RunHooks, StepCounts } from '../ports';
import { listExtractor } from '../testing/list-extractor';
import { bench, BenchSetup } from '../testing/run-bench';
import { tableLoader } from '../testing/table-loader';
import { recordOperator } from '../testing/test-operators';

const items: JsonObject[] = Array.from({ length: 20 }, (_, n) => ({ sku: `S${n}`, n }));
const steps: BenchSetup['steps'] = [
    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
    { key: 'shape', type: 'TRANSFORM', config: { operators: [{ op: 'mark', args: {} }] } },
    { key: 'check', type: 'VALIDATE', config: { rules: [{ field: 'sku', required: true }] } },
    {
        key: 'route',
        type: 'ROUTE',
        config: { branches: [{ name: 'low', when: { field: 'n', lt: 10 } }] },
    },
    { key: 'low', type: 'LOAD', config: { adapterCode: 'table', table: 'low' } },
    { key: 'high', type: 'LOAD', config: { adapterCode: 'table', table: 'high' } },
];
const edges = [
    { from: 'read', to: 'shape' },
    { from: 'shape', to: 'check' },
    { from: 'check', to: 'route' },
    { from: 'route', to: 'low', branch: 'low' },
    { from: 'route', to: 'high' },
];

/** Intercepts at one stage only. */
function hooksAt(stage: string, intercept: (records: Parameters<RunHooks['intercept']>[2]) => Intercepted): RunHooks {
    return {
        listensTo: () => false,
        fire: () => Promise.resolve(),
        intercepts: at => at === stage,
        intercept: async (_stage, _step, records) => intercept(records),
    };
}

const runWith = (hooks: RunHooks) => {
    const { run, ...rest } = bench({
        adapters: [
            listExtractor({ items }),
            recordOperator('mark', record => ({ ...record, marked: true })),
            tableLoader('table').adapter,
        ],
        steps,
        edges,
        hooks,
        batchSize: 6,
    });
    return { ...rest, run };
};

describe('interceptors', () => {
    const odd = new UserError('odd', 'Odd.');
    /** Drops number 3 and 13, refuses 4 and 14, doubles 5 and 15. */
    const meddle = (records: Parameters<RunHooks['intercept']>[2]): Intercepted => {
        const at = (digit: number) => records.filter(({ data }) => Number(data.n) % 10 === digit);
        const rest = records.filter(record => !at(3).includes(record) && !at(4).includes(record));
        const doubles = at(5).map(({ data, origin }) => ({
            data: { ...data, sku: `S${String(data.n as number)}x` },
            origin,
        }));
        return {
            records: [...rest, ...doubles],
            dropped: at(3).length,
            rejected: at(4).map(record => ({ record, error: odd })),
        };
    };

    it.each([
        ['AFTER_EXTRACT', 'read'],
        ['BEFORE_TRANSFORM', 'shape'],
        ['AFTER_TRANSFORM', 'shape'],
        ['BEFORE_VALIDATE', 'check'],
        ['AFTER_VALIDATE', 'check'],
        ['BEFORE_ROUTE', 'route'],
        ['AFTER_ROUTE', 'route'],
        ['BEFORE_LOAD', undefined],
    ])('at %s leave counts that add up and refused records in quarantine', async (stage, step) => {
        const { run, journal, database } = runWith(hooksAt(stage, meddle));
        const { status, metrics } = await run();
        expect(status).toBe('COMPLETED_WITH_ERRORS');
        const written = [database.rows('low'), database.rows('high')].map(rows => Object.keys(rows).length);
        expect(written).toEqual([9, 9]);
        expect(Object.keys(database.rows('low'))).toContain('S5x');
        const meddled = (key: string) => key === step || (step === undefined && (key === 'low' || key === 'high'));
        for (const [key, counts] of Object.entries(metrics.steps)) {
            const { in: entered, out, dropped, rejected }: StepCounts = counts;
            const each = step === undefined ? 1 : 2;
            if (meddled(key)) expect([key, dropped, rejected]).toEqual([key, each, each]);
            expect([key, entered + (meddled(key) ? each : 0)]).toEqual([key, out + dropped + rejected]);
        }
        expect(journal.quarantine.map(({ code }) => code)).toEqual(['odd', 'odd']);
        expect(
            journal.quarantine.map(({ origin }) => (origin as { index: number }).index).sort((a, b) => a - b),
        ).toEqual([4, 14]);
    });

    it('behind a step refuse records as they were when they entered it, so that a replay may repeat the step', async () => {
        const { run, journal } = runWith(hooksAt('AFTER_TRANSFORM', meddle));
        await run();
        expect(journal.quarantine.map(({ record }) => record)).toEqual([items[4], items[14]]);
    });

    it('that fail end the run, which goes on from there when it is resumed', async () => {
        let isBroken = true;
        const hooks = hooksAt('BEFORE_ROUTE', records => {
            if (isBroken && records.some(({ data }) => data.n === 13)) throw new Defect('own', 'The script is broken.');
            return { records, dropped: 0, rejected: [] };
        });
        const { run, journal, database } = runWith(hooks);
        expect(await run()).toMatchObject({ status: 'FAILED', error: { code: 'own' } });
        isBroken = false;
        expect(await run({ resumeFrom: journal.checkpoint })).toMatchObject({ status: 'COMPLETED' });
        expect(Object.keys({ ...database.rows('low'), ...database.rows('high') })).toHaveLength(20);
    });
});
