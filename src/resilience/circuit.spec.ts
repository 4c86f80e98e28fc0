import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransientError } from '../sdk/errors';
import { BreakerStore, MemoryBreakerStore } from './breaker-store';
import { Circuit } from './circuit';

const limits = { failuresToOpen: 5, successesToClose: 3, openMs: 30_000 };
const down = new TransientError('http-status', 'Down.');
const always = (): boolean => true;

const ok = (circuit: Circuit): Promise<string> => circuit.execute(async () => 'ok', always);
const fail = (circuit: Circuit): Promise<unknown> =>
    circuit.execute(() => Promise.reject(down), always).catch((error: unknown) => error);
const times = async (count: number, act: () => Promise<unknown>): Promise<void> => {
    for (let n = 0; n < count; n++) await act();
};

describe('circuit', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 }));
    afterEach(() => void vi.useRealTimers());
    const wait = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

    it('opens after five failures in a row and then refuses without calling', async () => {
        const circuit = new Circuit('erp.example', limits);
        await times(4, () => fail(circuit));
        await ok(circuit);
        await times(4, () => fail(circuit));
        expect(circuit.status).toEqual({ key: 'erp.example', state: 'CLOSED', failures: 4 });
        expect(await fail(circuit)).toBe(down);
        expect(circuit.status).toEqual({ key: 'erp.example', state: 'OPEN', failures: 5, retryAtMs: 1_030_000 });
        const work = vi.fn(async () => 'ok');
        await expect(circuit.execute(work, always)).rejects.toMatchObject({
            kind: 'TRANSIENT',
            code: 'circuit-open',
            message:
                '"erp.example" is not called at the moment because it failed several times in a row; ' +
                'it is called again after 1970-01-01T00:17:10.000Z.',
        });
        expect(work).not.toHaveBeenCalled();
    });

    it('is half-open after thirty seconds and closed after three successes', async () => {
        const circuit = new Circuit('erp.example', limits);
        await times(5, () => fail(circuit));
        wait(29_999);
        await expect(ok(circuit)).rejects.toMatchObject({ code: 'circuit-open' });
        wait(1);
        expect(circuit.status.state).toBe('HALF_OPEN');
        await ok(circuit);
        await ok(circuit);
        expect(circuit.status.state).toBe('HALF_OPEN');
        await ok(circuit);
        expect(circuit.status).toEqual({ key: 'erp.example', state: 'CLOSED', failures: 0 });
        await times(4, () => fail(circuit));
        expect(circuit.status.state).toBe('CLOSED');
    });

    it('opens again at the first failure while half-open, whether of the first probe or the third', async () => {
        for (const successes of [0, 1, 2]) {
            const circuit = new Circuit('erp.example', limits);
            await times(5, () => fail(circuit));
            wait(30_000);
            await times(successes, () => ok(circuit));
            await fail(circuit);
            expect(circuit.status).toMatchObject({ state: 'OPEN', retryAtMs: Date.now() + 30_000 });
        }
    });

    it('lets one call at a time through while half-open', async () => {
        const circuit = new Circuit('erp.example', limits);
        await times(5, () => fail(circuit));
        wait(30_000);
        for (let probe = 0; probe < 3; probe++) {
            let answer!: (text: string) => void;
            const pending = circuit.execute(() => new Promise<string>(done => (answer = done)), always);
            await Promise.resolve();
            const others = await Promise.allSettled([ok(circuit), ok(circuit), ok(circuit)]);
            expect(others.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
            answer('probed');
            expect(await pending).toBe('probed');
        }
        expect(circuit.status.state).toBe('CLOSED');
    });

    it('takes an error that does not count as an answer', async () => {
        const circuit = new Circuit('erp.example', limits);
        const notFound = new Error('404');
        const refuse = (): Promise<unknown> =>
            circuit.execute(
                () => Promise.reject(notFound),
                () => false,
            );
        await times(9, () => expect(refuse()).rejects.toBe(notFound));
        expect(circuit.status.state).toBe('CLOSED');
        await times(5, () => fail(circuit));
        wait(30_000);
        await times(3, () => expect(refuse()).rejects.toBe(notFound));
        expect(circuit.status.state).toBe('CLOSED');
    });

    it('does in every sequence of calls and pauses what a model of its three states does', async () => {
        const step = fc.oneof(
            { weight: 5, arbitrary: fc.constant('fail' as const) },
            { weight: 4, arbitrary: fc.constant('ok' as const) },
            { weight: 2, arbitrary: fc.constantFrom(1_000, 29_999, 30_000) },
        );
        await fc.assert(
            fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
                const circuit = new Circuit('erp.example', limits);
                const model = new Model();
                for (const next of steps) {
                    if (typeof next === 'number') {
                        wait(next);
                    } else {
                        let called = false;
                        const work = async (): Promise<void> => {
                            called = true;
                            if (next === 'fail') throw down;
                        };
                        await circuit.execute(work, always).catch(() => undefined);
                        expect(called).toBe(model.call(next, Date.now()));
                    }
                    expect(circuit.status.state).toBe(model.stateAt(Date.now()));
                }
            }),
        );
    });

    describe('that is shared', () => {
        const pair = (store: BreakerStore) =>
            ['a', 'b'].map(() => new Circuit('erp.example', { ...limits, store })) as [Circuit, Circuit];

        it('opens and closes for the other worker too, at the latest a second later', async () => {
            const [a, b] = pair(new MemoryBreakerStore());
            await ok(b);
            await times(5, () => fail(a));
            expect(await ok(b)).toBe('ok');
            wait(1_000);
            await expect(ok(b)).rejects.toMatchObject({ code: 'circuit-open' });
            expect(b.status).toEqual(a.status);
            wait(29_000);
            expect(b.status.state).toBe('HALF_OPEN');
            await times(3, () => ok(a));
            await ok(b);
            expect(b.status.state).toBe('CLOSED');
        });

        it('asks the store once a second at most', async () => {
            const store = new MemoryBreakerStore();
            const read = vi.spyOn(store, 'read');
            const [a] = pair(store);
            await times(100, () => ok(a));
            expect(read).toHaveBeenCalledTimes(1);
            wait(1_000);
            await Promise.all([ok(a), ok(a)]);
            expect(read).toHaveBeenCalledTimes(2);
        });

        it('goes by what it sees itself while the store is away', async () => {
            const read = vi.fn(() => Promise.reject(new Error('away')));
            const broken: BreakerStore = { read, write: () => Promise.reject(new Error('away')) };
            const [a] = pair(broken);
            for (const expectedReads of [1, 1, 2]) {
                await ok(a);
                expect(read).toHaveBeenCalledTimes(expectedReads);
                wait(5_000);
            }
            await times(5, () => fail(a));
            await expect(ok(a)).rejects.toMatchObject({ code: 'circuit-open' });
        });
    });
});

/** Closed, open, half-open as the documentation tells it. */
class Model {
    private failures = 0;
    private successes = 0;
    private openUntil: number | undefined;

    stateAt(now: number): string {
        if (this.openUntil === undefined) return 'CLOSED';
        return now < this.openUntil ? 'OPEN' : 'HALF_OPEN';
    }

    call(outcome: 'ok' | 'fail', now: number): boolean {
        const state = this.stateAt(now);
        if (state === 'OPEN') return false;
        if (outcome === 'fail') {
            this.successes = 0;
            if (state === 'HALF_OPEN' || ++this.failures >= 5) this.openUntil = now + 30_000;
        } else if (state === 'CLOSED') {
            this.failures = 0;
        } else if (++this.successes >= 3) {
            this.openUntil = undefined;
            this.failures = this.successes = 0;
        }
        return true;
    }
}
