import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { definitionSchema, OperatorConfig, PipelineDefinitionInput } from '../../sdk/definition/definition';
import { Defect, TransientError, UserError } from '../../sdk/errors';
import type { OperatorAdapter, RecordOperator } from '../../sdk/operator';
import { drop, expand, reject } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import { Tally } from '../batch/tally';
import { reportSkips } from '../errors/report-skips';
import { RunErrors } from '../errors/run-errors';
import type { OnRetry } from '../errors/step-retries';
import { FakeClock } from '../testing/fake-clock';
import { groupNeighbours, recordOperator } from '../testing/test-operators';
import { TransformExecutor } from './transform-executor';

type StepSettings = Partial<PipelineDefinitionInput['steps'][number]>;

function step(
    operators: (RecordOperator | OperatorAdapter)[],
    settings: StepSettings = {},
    context: PipelineDefinitionInput['context'] = {},
) {
    const adapters = operators.map((each, i) => (typeof each === 'function' ? recordOperator(`op${i}`, each) : each));
    const argsOf = (code: string): OperatorConfig['args'] => (code === 'groupNeighbours' ? { by: 'sku' } : {});
    const used = adapters.map(({ code }) => ({ op: code, args: argsOf(code) }));
    const definition = definitionSchema.parse({
        version: 1,
        steps: [{ key: 'enrich', type: 'ENRICH', config: { operators: used }, ...settings }],
        context,
    });
    const clock = new FakeClock();
    const lines: { level: string; message: string }[] = [];
    const onRetry = vi.fn<OnRetry>();
    const journal = { log: (level: string, message: string) => void lines.push({ level, message }) };
    const errors = new RunErrors(definition, { clock, journal, onRetry });
    const find = (code: string): OperatorAdapter => adapters.find(adapter => adapter.code === code)!;
    const stop = new AbortController();
    const executor = new TransformExecutor(
        definition.steps[0]!,
        { operator: find } as never,
        { operators: used, isFirst: true, isLast: true },
        { signal: stop.signal, retries: errors.retriesOf(definition.steps[0]!) },
    );
    const run = async (data: JsonObject[], last = false) => {
        const tally = new Tally(undefined, errors);
        const records = data.map((each, index) => ({
            data: each,
            origin: { step: 'read', index, file: 'a.csv', line: index + 2 },
        }));
        const kept = (await executor.run(records, last, tally)).map(record => record.data);
        reportSkips(tally, journal);
        return { kept, tally, counts: tally.of('enrich') };
    };
    return { run, clock, lines, onRetry, stop };
}

const bad = new UserError('bad-price', 'The price is no number.', 'Correct it.');
const refuseB: RecordOperator = record => (record.sku === 'B' ? reject(bad) : record);
const skus = (...names: string[]): JsonObject[] => names.map(sku => ({ sku }));

/** Fails the first `times` times for each SKU that is listed. */
function flaky(times: Record<string, number>, error: () => Error): RecordOperator & { seen: string[] } {
    const left = { ...times };
    const seen: string[] = [];
    const operator: RecordOperator = record => {
        const sku = record.sku as string;
        seen.push(sku);
        record.touched = Number(record.touched ?? 0) + 1;
        if ((left[sku] ?? 0) <= 0) return record;
        left[sku]!--;
        throw error();
    };
    return Object.assign(operator, { seen });
}
const busy = () => new TransientError('http-status', 'The server answered with status 503.');

describe('a record that a step refuses', () => {
    it('goes to quarantine by default', async () => {
        const { kept, tally, counts } = await step([refuseB]).run(skus('A', 'B', 'C'));
        expect(kept).toEqual(skus('A', 'C'));
        expect(counts).toMatchObject({ in: 3, out: 2, rejected: 1, dropped: 0 });
        expect(tally.rejects).toMatchObject([
            { record: { sku: 'B' }, error: { code: 'bad-price', place: { line: 3 } } },
        ]);
    });

    it('is left out with SKIP, which the log tells', async () => {
        const { run, lines } = step([refuseB], { onError: 'SKIP' });
        const { kept, tally, counts } = await run(skus('A', 'B', 'B'));
        expect(kept).toEqual(skus('A'));
        expect(counts).toMatchObject({ in: 3, out: 1, rejected: 0, dropped: 2 });
        expect(tally.rejects).toEqual([]);
        expect(lines).toEqual([
            { level: 'DEBUG', message: 'Left out line 3 of a.csv: The price is no number.' },
            { level: 'DEBUG', message: 'Left out line 4 of a.csv: The price is no number.' },
            { level: 'INFO', message: '2 records of the batch failed and were left out.' },
        ]);
    });

    it('fails the run with STOP, by its own error and place', async () => {
        const { run } = step([refuseB], { onError: 'STOP' });
        await expect(run(skus('A', 'B'))).rejects.toMatchObject({
            kind: 'USER',
            code: 'bad-price',
            message: 'The price is no number.',
            hint: 'Correct it.',
            place: { step: 'enrich', file: 'a.csv', line: 3, index: 1 },
        });
    });

    it('fails the run with STOP also from an operator that holds records back', async () => {
        const refusing: OperatorAdapter = {
            ...recordOperator('refusing', record => record),
            create: () => ({ push: (record, output) => output.reject(record, bad), flush: () => undefined }),
        };
        const flushing: OperatorAdapter = {
            ...recordOperator('flushing', record => record),
            create: () => {
                let held: PipelineRecord;
                return {
                    push: record => void (held = record),
                    flush: output => output.reject(held, bad),
                };
            },
        };
        for (const adapter of [refusing, flushing]) {
            const stopped = step([adapter], { onError: 'STOP' }).run(skus('A'), true);
            await expect(stopped).rejects.toMatchObject({ code: 'bad-price' });
        }
    });

    it('does not repeat the batch when a transient error of it stops the run', async () => {
        const { run } = step([flaky({ A: 1 }, busy)], { onError: 'STOP' });
        const error: unknown = await run(skus('A')).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ kind: 'TRANSIENT' });
        expect(error).not.toBeInstanceOf(TransientError);
    });
});

describe('a record that is tried again', () => {
    const retrying = (settings: StepSettings['retryPerRecord'] = {}): StepSettings => ({
        onError: 'RETRY',
        retryPerRecord: settings,
    });

    it('keeps its place and finds itself as it came', async () => {
        const operator = flaky({ B: 2 }, busy);
        const { run, clock, onRetry } = step([operator], retrying());
        const { kept, counts } = await run(skus('A', 'B', 'C'));
        expect(kept).toEqual(['A', 'B', 'C'].map(sku => ({ sku, touched: 1 })));
        expect(counts).toMatchObject({ in: 3, out: 3, rejected: 0 });
        expect(operator.seen).toEqual(['A', 'B', 'C', 'B', 'B']);
        expect(clock.slept).toEqual([100, 100]);
        expect(
            onRetry.mock.calls.map(([key, record, error, attempt]) => [key, record.data.sku, error.code, attempt]),
        ).toEqual([
            ['enrich', 'B', 'http-status', 1],
            ['enrich', 'B', 'http-status', 2],
        ]);
    });

    it('is refused as it entered when nothing helped', async () => {
        const { run } = step([record => ({ ...record, a: 1 }), flaky({ B: 9 }, busy)], retrying({ maxRetries: 2 }));
        const { kept, tally } = await run(skus('A', 'B'));
        expect(kept).toHaveLength(1);
        expect(tally.rejects).toMatchObject([{ record: { sku: 'B' }, error: { code: 'http-status' } }]);
        expect(tally.rejects[0]!.record).toEqual({ sku: 'B' });
    });

    it('is tried again by nothing but the operator that failed', async () => {
        const first = flaky({}, busy);
        const split: RecordOperator = record => expand([record, { ...record, sku: 'B2' }]);
        const { kept } = await step([first, split, flaky({ B: 1 }, busy)], retrying()).run(skus('B'));
        expect(first.seen).toEqual(['B']);
        expect(kept.map(({ sku }) => sku)).toEqual(['B', 'B2']);
    });

    it('waits with the others of its batch, twice as long each time when exponential', async () => {
        const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`s${n}`, 3]));
        const { run, clock } = step([flaky(many, busy)], retrying({ backoff: 'EXPONENTIAL', retryDelayMs: 50 }));
        expect((await run(skus(...Object.keys(many)))).kept).toHaveLength(50);
        expect(clock.slept).toEqual([50, 100, 200]);
    });

    it('is one that failed for a reason that may go away, or that is named', async () => {
        const errors = [
            [() => new TransientError('busy', 'x'), undefined, true],
            [() => new Error('broken'), undefined, true],
            [() => new Defect('ours', 'x'), undefined, true],
            [() => bad, undefined, false],
            [() => bad, ['bad-price'], true],
            [() => bad, ['is no number'], true],
            [() => new TransientError('busy', 'x'), ['bad-price'], false],
        ] as const;
        for (const [error, retryableErrors, isSaved] of errors) {
            const settings = retrying({ retryableErrors: retryableErrors && [...retryableErrors] });
            const { kept } = await step([flaky({ A: 1 }, error)], settings).run(skus('A'));
            expect([error().message, retryableErrors, kept.length === 1]).toEqual([
                error().message,
                retryableErrors,
                isSaved,
            ]);
        }
    });

    it('is not without onError RETRY, and never at a VALIDATE step', async () => {
        for (const onError of [undefined, 'REJECT'] as const) {
            expect((await step([flaky({ A: 1 }, busy)], { onError }).run(skus('A'))).counts.rejected).toBe(1);
        }
        const errors = new RunErrors(
            definitionSchema.parse({ version: 1, steps: [{ key: 'v', type: 'VALIDATE', onError: 'RETRY' }] }),
            { clock: new FakeClock(), journal: { log: () => undefined } },
        );
        expect(errors.retriesOf({ key: 'v', type: 'VALIDATE', onError: 'RETRY', config: {} })).toBeUndefined();
    });

    it('waits for promises, and is passed by operators that hold records back', async () => {
        let failures = 2;
        const remote: RecordOperator = async record => {
            await Promise.resolve();
            if (record.sku === 'B' && failures-- > 0) throw busy();
            return record.sku === 'D' ? drop('not wanted') : record;
        };
        const { kept, counts } = await step([remote, groupNeighbours], retrying()).run(skus('A', 'B', 'D', 'B'), true);
        expect(kept.map(({ sku }) => sku)).toEqual(['A', 'B']);
        expect(counts).toMatchObject({ in: 4, out: 2, dropped: 1, rejected: 0 });
    });

    it('is refused at once when the budget of the step or the run is used up, with one warning', async () => {
        const of = (settings: StepSettings['retryPerRecord'], context?: PipelineDefinitionInput['context']) =>
            step([flaky({ A: 9, B: 9, C: 9 }, busy)], retrying(settings), context);
        const bySteps = of({ maxRetriesPerStep: 4 });
        await bySteps.run(skus('A', 'B', 'C'));
        expect(bySteps.onRetry).toHaveBeenCalledTimes(4);
        expect(bySteps.lines).toEqual([
            {
                level: 'WARN',
                message:
                    'The 4 retries of the step "enrich" are used up; records that fail from now on are refused at once.',
            },
        ]);
        const byRun = of({}, { errorHandling: { maxRetriesPerRun: 2 } });
        await byRun.run(skus('A', 'B', 'C'));
        await byRun.run(skus('A', 'B', 'C'));
        expect(byRun.onRetry).toHaveBeenCalledTimes(2);
        expect(byRun.lines.map(({ message }) => message)).toEqual([
            'The 2 retries of the run are used up; records that fail from now on are refused at once.',
        ]);
    });

    it('comes out or is refused, never both or neither, whatever fails how often', async () => {
        const scenario = fc.record({
            failures: fc.array(fc.nat(4), { maxLength: 20 }),
            maxRetries: fc.nat(4),
            maxRetriesPerStep: fc.nat(30),
        });
        await fc.assert(
            fc.asyncProperty(scenario, async ({ failures, ...limits }) => {
                const names = failures.map((_, n) => `s${n}`);
                const times = Object.fromEntries(failures.map((count, n) => [`s${n}`, count]));
                const { run, onRetry } = step([flaky(times, busy)], retrying(limits));
                const { kept, tally } = await run(skus(...names));
                const keptNames = kept.map(({ sku }) => sku as string);
                const refused = tally.rejects.map(({ record }) => record!.sku as string);
                expect([...keptNames, ...refused].sort()).toEqual([...names].sort());
                expect(keptNames).toEqual(names.filter(name => !refused.includes(name)));
                expect(onRetry.mock.calls.length).toBeLessThanOrEqual(limits.maxRetriesPerStep);
                if (failures.reduce((sum, count) => sum + count, 0) > limits.maxRetriesPerStep) return;
                expect(refused.sort()).toEqual(names.filter((_, n) => failures[n]! > limits.maxRetries).sort());
            }),
        );
    });
});

describe('a batch that takes too long in a step', () => {
    const hang: RecordOperator = () => new Promise<never>(() => undefined);
    const outOfTime = {
        code: 'step-timeout',
        message: 'The step "enrich" worked on one batch for longer than its 40 ms, so the run was stopped.',
        place: { step: 'enrich' },
    };

    it('ends even when an operator hangs', async () => {
        await expect(step([hang], { timeoutMs: 40 }).run(skus('A'))).rejects.toMatchObject(outOfTime);
    });

    it('ends when an operator that never waits comes to its end', async () => {
        const block: RecordOperator = record => {
            const until = Date.now() + 60;
            while (Date.now() < until);
            return record;
        };
        await expect(step([block], { timeoutMs: 40 }).run(skus('A'))).rejects.toMatchObject(outOfTime);
    });

    it('begins nothing more once its time is up', async () => {
        const seen: string[] = [];
        const slow: RecordOperator = async record => {
            seen.push(record.sku as string);
            await sleep(60);
            return record;
        };
        await expect(
            step([slow], { timeoutMs: 40 }).run(skus('A', 'B', 'C', 'D', 'E', 'F', 'G')),
        ).rejects.toMatchObject(outOfTime);
        await sleep(200);
        expect(seen).toEqual(['A']);
    });

    it('ends at once with the reason when the run stops', async () => {
        for (const timeoutMs of [undefined, 5_000]) {
            const { run, stop } = step([hang], { timeoutMs });
            const reason = new Error('the time of the run is up');
            setTimeout(() => stop.abort(reason), 20);
            await expect(run(skus('A'))).rejects.toBe(reason);
        }
    });

    it('is not ended in time', async () => {
        const { kept } = await step([record => Promise.resolve(record)], { timeoutMs: 5_000 }).run(skus('A'));
        expect(kept).toEqual(skus('A'));
    });
});
