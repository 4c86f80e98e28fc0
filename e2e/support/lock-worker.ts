import { openRunLocks } from '../../src/services/run-locks';
import { allDatabases, type TestDatabase } from './databases';
import { type BackendName, lockOptions, noDatabase } from './lock-backends';
import { connectPluginDatabase } from './plugin-database';
import { fail, untilStopped } from './worker-lifetime';

export interface LockWorkerInput {
    backend: BackendName;
    /** For backends that live in it. */
    database?: { name: TestDatabase['name']; databaseName: string };
    keyPrefix: string;
    key: string;
    ttlMs: number;
}

export type LockNews = 'HELD' | 'REFUSED' | 'LOST';

/** Holds a lock and renews it as a worker does, to be stopped or killed. */
async function main({ backend, database, keyPrefix, key, ttlMs }: LockWorkerInput): Promise<void> {
    const tell = (news: LockNews) => process.send!(news);
    const dataSource = database
        ? await connectPluginDatabase(
              allDatabases.find(({ name }) => name === database.name)!,
              database.databaseName,
              {
                  synchronize: false,
              },
          )
        : noDatabase;
    const locks = await openRunLocks(dataSource, lockOptions(backend, ttlMs, keyPrefix));
    untilStopped(() => locks.close());
    const lock = await locks.acquire(key, { owner: `worker ${process.pid}`, ttlMs, waitMs: 0 });
    if (!lock) return void tell('REFUSED');
    tell('HELD');
    const timer = setInterval(() => {
        lock.renew().then(
            kept => {
                if (kept) return;
                clearInterval(timer);
                tell('LOST');
            },
            () => undefined,
        );
    }, ttlMs / 3);
}

main(JSON.parse(process.argv[2]!) as LockWorkerInput).catch(fail);
