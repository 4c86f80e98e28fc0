import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { TransientError } from '../../sdk/errors';
import { isDeadlock } from './classify-error';

/**
 * SQLite has one connection for everybody: whatever runs between our BEGIN and COMMIT takes part in our transaction.
 * So our units run one after the other, start only when no transaction of Vendure's is open, and end only when every
 * transaction that Vendure has opened inside ours meanwhile (as a savepoint) is closed again.
 * On the other databases this does nothing.
 */
export async function onFreeConnection<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
    if (!hasSingleConnection(dataSource)) return work();
    const before = queues.get(dataSource) ?? Promise.resolve();
    let done = (): void => undefined;
    queues.set(
        dataSource,
        before.then(() => new Promise<void>(resolve => (done = resolve))),
    );
    await before;
    try {
        const shared = dataSource.createQueryRunner();
        // Asked again at once: between the answer and this line someone else may have begun a transaction.
        do await until(() => !shared.isTransactionActive);
        while (shared.isTransactionActive);
        return await work();
    } finally {
        done();
    }
}

/**
 * For one statement, or a transaction that `work` opens itself. What the database undoes to end a deadlock is done again,
 * as those who asked for it have no part in the quarrel: `work` may be called several times.
 */
export async function inOwnTransaction<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
        try {
            return await onFreeConnection(dataSource, work);
        } catch (error) {
            if (attempt === maxAttempts || !isDeadlock(error)) throw error;
        }
    }
}

/** Waits until the innermost open transaction is the caller's own. */
export async function untilOthersFinished(queryRunner: QueryRunner): Promise<void> {
    if (hasSingleConnection(queryRunner.connection)) await until(() => depthOf(queryRunner) <= 1);
}

export function hasSingleConnection(dataSource: DataSource): boolean {
    return dataSource.options.type === 'better-sqlite3';
}

/**
 * SQLite rolls the transaction back by itself when its disk is full or cannot be read. TypeORM does not notice: it would
 * take the only connection for busy for ever after, and nobody could write any more.
 */
export function forgetEndedTransaction(queryRunner: QueryRunner): void {
    const { databaseConnection } = queryRunner.connection.driver as unknown as {
        databaseConnection?: { inTransaction?: boolean };
    };
    if (databaseConnection?.inTransaction !== false) return;
    Object.assign(queryRunner, { isTransactionActive: false, transactionDepth: 0 });
}

const queues = new WeakMap<DataSource, Promise<void>>();
const maxAttempts = 5;
const pollMs = 3;
const maxWaitMs = 30_000;

async function until(condition: () => boolean): Promise<void> {
    const giveUpAt = Date.now() + maxWaitMs;
    while (!condition()) {
        if (Date.now() > giveUpAt) {
            throw new TransientError(
                'database-busy',
                `Another transaction kept the only SQLite connection for more than ${maxWaitMs / 1000} seconds.`,
                'Wait for it to end, or use PostgreSQL or MySQL where many work at the same time.',
            );
        }
        await sleep(pollMs);
    }
}

/** TypeORM's count of nested transactions; protected there, and there is no other way to see a foreign savepoint. */
function depthOf(queryRunner: QueryRunner): number {
    return (queryRunner as unknown as { transactionDepth: number }).transactionDepth;
}
