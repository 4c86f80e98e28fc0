import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DatabaseDoor } from './database-door';

describe('the door to databases', () => {
    const folder = mkdtempSync(join(tmpdir(), 'data-hub-door-'));

    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
    afterEach(() => {
        vi.useRealTimers();
        rmSync(folder, { recursive: true, force: true });
    });

    it('leaves a connection open that is in use, also when an attempt before it had failed', async () => {
        let isReachable = false;
        const door = new DatabaseDoor(
            code => Promise.resolve({ code, type: 'sqlite', config: { path: 'target.sqlite' } }),
            {
                allowPrivateHosts: [],
                sqliteFile: path =>
                    isReachable ? Promise.resolve(join(folder, path)) : Promise.reject(new Error('away')),
            },
        );
        const database = await door.connection('target');
        await expect(database.transaction(1_000, () => Promise.resolve())).rejects.toThrow('away');
        isReachable = true;
        const rows = await database.transaction(1_000, async session => {
            await session.execute('CREATE TABLE t (n int)');
            await vi.advanceTimersByTimeAsync(60_000);
            await session.execute('INSERT INTO t VALUES (1)');
            return session.query('SELECT n FROM t');
        });
        expect(rows).toEqual([{ n: 1 }]);
        await door.close();
    });
});
