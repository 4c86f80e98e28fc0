import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransientError, UserError } from '../../sdk/errors';
import { FakeClock } from '../testing/fake-clock';
import { SourceRetryParts, withSourceRetry } from './source-retry';

interface Page {
    items: number[];
}
const away = new TransientError('http-status', 'The server answered with status 503.');

/** Reads 0, 1, 2 … in pages; `breaks` says before which item each opening ends with an error. */
function source(count: number, pageSize: number, breaks: (number | undefined)[], error: Error = away) {
    const state = { opened: 0, identity: 'v1' };
    async function* open(): AsyncGenerator<Page, void, undefined> {
        const end = breaks[state.opened++] ?? Infinity;
        let items: number[] = [];
        for (let item = 0; item < count; item++) {
            if (item >= end) break;
            items.push(item);
            if (items.length < pageSize) continue;
            yield { items };
            items = [];
        }
        if (items.length > 0) yield { items };
        if (end !== Infinity) throw error;
    }
    return { open, state };
}

function reading(
    { open, state }: ReturnType<typeof source>,
    parts: Partial<SourceRetryParts> = {},
): { read: () => Promise<number[]>; items: number[]; clock: FakeClock; attempts: number[] } {
    const clock = new FakeClock();
    const items: number[] = [];
    const attempts: number[] = [];
    const read = async (): Promise<number[]> => {
        const pages = withSourceRetry(open, {
            step: 'read',
            budget: { attempts: 3, initialDelayMs: 100, maxDelayMs: 1_000 },
            clock,
            signal: new AbortController().signal,
            knownFingerprint: 'v1',
            fingerprint: async () => state.identity,
            onRetry: (_error, { attempt }) => attempts.push(attempt),
            ...parts,
        });
        for await (const page of pages) items.push(...page.items);
        return items;
    };
    return { read, items, clock, attempts };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, item) => item);

describe('a source that fails for a while', () => {
    it('delivers every item exactly once and in order, wherever it breaks and however it is paged', async () => {
        const scenario = fc.record({
            count: fc.nat(40),
            pageSize: fc.integer({ min: 1, max: 7 }),
            breaks: fc.array(fc.nat(40), { maxLength: 12 }),
        });
        await fc.assert(
            fc.asyncProperty(scenario, async ({ count, pageSize, breaks }) => {
                const enough = { attempts: breaks.length + 1, initialDelayMs: 1, maxDelayMs: 2 };
                const { read } = reading(source(count, pageSize, breaks), { budget: enough });
                expect(await read()).toEqual(upTo(count));
            }),
        );
    });

    it('is given up after some attempts in a row that bring nothing new', async () => {
        const { read, items, attempts, clock } = reading(source(9, 2, [4, 4, 4, 4]));
        await expect(read()).rejects.toBe(away);
        expect(items).toEqual([0, 1, 2, 3]);
        expect(attempts).toEqual([2, 3]);
        expect(clock.slept).toHaveLength(2);
        const moving = reading(source(9, 1, [1, 2, 3, 4, 5, 6, 7, 8]));
        expect(await moving.read()).toEqual(upTo(9));
    });

    it('is not opened again for an error that stays', async () => {
        const broken = source(9, 2, [4], new UserError('bad', 'Bad.'));
        await expect(reading(broken).read()).rejects.toThrow('Bad.');
        expect(broken.state.opened).toBe(1);
    });

    it('is refused when it has changed meanwhile, also when it only became shorter', async () => {
        const changing = source(9, 2, [4]);
        const changed = { kind: 'USER', code: 'source-changed', place: { step: 'read' } };
        const { read } = reading(changing, { onRetry: () => (changing.state.identity = 'v2') });
        await expect(read()).rejects.toMatchObject(changed);
        const shorter = source(9, 2, [8]);
        const sizes = [9, 3];
        const open = (): AsyncIterable<Page> => {
            const cut = source(sizes[shorter.state.opened++]!, 2, shorter.state.opened === 1 ? [8] : []);
            return cut.open();
        };
        await expect(reading({ open: open as never, state: shorter.state }).read()).rejects.toMatchObject(changed);
    });

    it('does not wait any longer once the run is stopping', async () => {
        const stop = new AbortController();
        const { read } = reading(source(9, 2, [4]), {
            signal: stop.signal,
            onRetry: () => stop.abort(new Error('cancelled')),
        });
        await expect(read()).rejects.toThrow('cancelled');
    });
});
