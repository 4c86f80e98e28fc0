import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../shared/json';
import { PipelineRecord } from '../sdk/record';
import { SpoolFactory } from './spool-factory';

const record = (index: number, data: JsonObject = { index }): PipelineRecord => ({
    data,
    origin: { step: 'read', index },
});

/** What every spool must keep; the factory is asked for in each test, so it may be made in a `beforeAll`. */
export function describeSpoolConformance(factoryOf: () => SpoolFactory, { atomicPuts = true } = {}): void {
    describe('a spool', () => {
        const anew = (runId: string) => factoryOf().open(runId);

        it('gives records back exactly', async () => {
            const records: PipelineRecord[] = [
                record(0, { text: '00123', nothing: null, empty: '', blank: ' ', list: [], object: {}, yes: true }),
                record(1, { big: 9007199254740992, small: 1e-7, huge: 1e300, negative: -5, fraction: 0.1 }),
                record(2, { 'ключ 🔑': 'ÄÖÜ 漢字 🧺\u0000\n\r\t"\\', lone: '\ud800', line: '\u2028' }),
                record(3, JSON.parse('{"__proto__": {"a": 1}, "b": {"c": [1, [null, {"d": "e"}]]}}') as JsonObject),
                { data: {}, origin: { step: 'lesen', index: 9, file: 'Preise März.csv', line: 3, lastLine: 7 } },
            ];
            await anew('1').put('a', 0, records);
            const read = await anew('1').read('a', 0);
            expect(read).toEqual(records);
            // toEqual takes an absent field for one that is undefined.
            expect(read.map(one => JSON.stringify(one))).toEqual(records.map(one => JSON.stringify(one)));
            expect(Object.keys(read[0]!.data)).not.toContain('absent');
            expect(Object.getPrototypeOf(read[3]!.data)).toBe(Object.prototype);
        });

        it('replaces a chunk that is written again, with a shorter one too', async () => {
            const spool = anew('2');
            await spool.put('a', 4, [record(0), record(1), record(2)]);
            await spool.put('a', 4, [record(7)]);
            expect(await spool.read('a', 4)).toEqual([record(7)]);
            expect(await spool.chunks('a')).toEqual([4]);
        });

        it.runIf(atomicPuts)('keeps one of two chunks whole when both are written at the same time', async () => {
            const one = Array.from({ length: 200 }, (_, i) => record(i, { by: 'one' }));
            const other = Array.from({ length: 300 }, (_, i) => record(i, { by: 'other' }));
            await Promise.all([anew('2b').put('a', 0, one), anew('2b').put('a', 0, other)]);
            expect([200, 300]).toContain((await anew('2b').read('a', 0)).length);
            expect(await anew('2b').chunks('a')).toEqual([0]);
        });

        it('lists chunks as ascending numbers', async () => {
            const spool = anew('3');
            for (const chunk of [10, 9, 100, 0, 2_000_000]) await spool.put('a', chunk, [record(chunk)]);
            expect(await spool.chunks('a')).toEqual([0, 9, 10, 100, 2_000_000]);
        });

        it('knows nothing before the first chunk', async () => {
            expect(await anew('4').chunks('a')).toEqual([]);
            await anew('4').removeChannel('a');
            await anew('4').remove();
        });

        it('says so when a chunk is gone', async () => {
            await expect(anew('5').read('a', 3)).rejects.toThrow('chunk 3 of a does not exist');
        });

        it('takes an empty chunk', async () => {
            await anew('6').put('a', 0, []);
            expect(await anew('6').chunks('a')).toEqual([0]);
            expect(await anew('6').read('a', 0)).toEqual([]);
        });

        it('tells channels apart whatever their names are', async () => {
            const names = [
                'a',
                'A',
                'ä',
                'a ',
                'a>b',
                'a/b',
                '../a',
                'a\\b',
                'a%2Fb',
                '',
                '.',
                'a:b*?',
                '漢字🧺',
                'x'.repeat(900),
            ];
            for (const [i, name] of names.entries()) await anew('7').put(name, 0, [record(i)]);
            for (const [i, name] of names.entries()) {
                expect(await anew('7').read(name, 0)).toEqual([record(i)]);
                expect(await anew('7').chunks(name)).toEqual([0]);
            }
        });

        it('removes one channel and leaves the others', async () => {
            await anew('8').put('a', 0, [record(0)]);
            await anew('8').put('a>b', 0, [record(1)]);
            await anew('8').removeChannel('a');
            expect(await anew('8').chunks('a')).toEqual([]);
            expect(await anew('8').read('a>b', 0)).toEqual([record(1)]);
        });

        it('keeps runs apart, and removes all of one', async () => {
            for (const runId of ['9', '90', '9-1']) await anew(runId).put('a', 0, [record(0, { runId })]);
            await anew('9').put('b', 1, [record(1)]);
            await anew('9').remove();
            expect(await anew('9').chunks('a')).toEqual([]);
            expect(await anew('9').chunks('b')).toEqual([]);
            expect(await anew('90').read('a', 0)).toEqual([record(0, { runId: '90' })]);
            expect(await anew('9-1').read('a', 0)).toEqual([record(0, { runId: '9-1' })]);
        });

        it('names every run that left something, and removes it', async () => {
            const ids = ['11', '6f1c2f0e-8f5c-4b1e-9c55-0d2f3b6a7e11', 'T_12', 'Läufe/1'];
            for (const id of ids) await anew(id).put('a', 0, [record(0)]);
            expect(await runs(factoryOf())).toEqual(expect.arrayContaining(ids));
            for (const id of ids) await factoryOf().removeRun(id);
            const left = await runs(factoryOf());
            expect(ids.filter(id => left.includes(id))).toEqual([]);
        });

        it('holds many chunks', async () => {
            const spool = anew('13');
            for (let from = 0; from < 1_100; from += 20) {
                const chunks = Array.from({ length: 20 }, (_, i) => from + i);
                await Promise.all(chunks.map(chunk => spool.put('a', chunk, [record(chunk)])));
            }
            expect(await spool.chunks('a')).toEqual(Array.from({ length: 1_100 }, (_, i) => i));
            expect(await spool.read('a', 1_099)).toEqual([record(1_099)]);
            await spool.removeChannel('a');
            expect(await spool.chunks('a')).toEqual([]);
        });

        it('holds a chunk of five megabytes that cannot be made smaller', async () => {
            const records = Array.from({ length: 500 }, (_, i) => record(i, { text: noise(i, 10_000) }));
            await anew('14').put('a', 0, records);
            expect(await anew('14').read('a', 0)).toEqual(records);
        });
    });
}

async function runs(factory: SpoolFactory): Promise<string[]> {
    const found: string[] = [];
    for await (const runId of factory.runs()) found.push(runId);
    return found;
}

/** The same for the same seed. */
function noise(seed: number, length: number): string {
    let state = seed + 1;
    const signs = Array.from({ length }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return String.fromCharCode(33 + ((state >>> 16) % 90));
    });
    return signs.join('');
}
