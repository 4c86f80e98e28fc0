import { describe, expect, it } from 'vitest';
import { type RunLogLine, RunLogWriter } from './run-log-writer';

describe('RunLogWriter', () => {
    const collecting = (nextIndex = 0) => {
        const stored: RunLogLine[] = [];
        const groups: number[] = [];
        const writer = new RunLogWriter(nextIndex, lines => {
            groups.push(lines.length);
            stored.push(...lines);
            return Promise.resolve();
        });
        return { writer, stored, groups };
    };

    it('stores lines in order, in groups, numbered on from what is there', async () => {
        const { writer, stored, groups } = collecting(7);
        for (let i = 0; i < 450; i++) writer.write('INFO', `line ${i}`, i === 0 ? 'load' : undefined);
        await writer.close();
        expect(groups).toEqual([200, 200, 50]);
        expect(stored.map(line => line.index)).toEqual(Array.from({ length: 450 }, (_, i) => i + 7));
        expect(stored[0]).toEqual({ index: 7, level: 'INFO', step: 'load', message: 'line 0' });
    });

    it('leaves out what is below its level', async () => {
        const stored: string[] = [];
        const insert = (lines: readonly RunLogLine[]) =>
            Promise.resolve(void stored.push(...lines.map(line => line.level)));
        const writer = new RunLogWriter(0, insert, 'WARN');
        for (const level of ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const) writer.write(level, 'A line.');
        await writer.close();
        expect(stored).toEqual(['WARN', 'ERROR']);
    });

    it('keeps lines while the database is away and stores them once when it is back', async () => {
        const stored: string[] = [];
        let away = true;
        const writer = new RunLogWriter(0, lines => {
            if (away) return Promise.reject(new Error('connection lost'));
            stored.push(...lines.map(line => line.message));
            return Promise.resolve();
        });
        writer.write('INFO', 'one');
        await writer.flush();
        writer.write('INFO', 'two');
        away = false;
        await writer.close();
        expect(stored).toEqual(['one', 'two']);
    });

    it('keeps the first ten thousand lines of a run and says how many were left out', async () => {
        const { writer, stored } = collecting();
        for (let i = 0; i < 12_000; i++) {
            writer.write('WARN', `line ${i}`);
            if (i % 1_000 === 0) await writer.flush();
        }
        await writer.close();
        expect(stored).toHaveLength(10_001);
        expect(stored.at(-1)?.message).toBe('2000 more log lines were left out.');
    });

    it('cuts a long line', async () => {
        const { writer, stored } = collecting();
        writer.write('ERROR', 'x'.repeat(20_000));
        await writer.close();
        expect(stored[0]!.message).toHaveLength(10_000);
    });
});
