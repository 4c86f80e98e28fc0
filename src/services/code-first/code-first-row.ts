import type { DataSource, EntityManager, Repository } from 'typeorm';
import { In, Not } from 'typeorm';
import { isDeadlock } from '../../catalog/sql/classify-error';
import { DataHubConnection, DataHubSecret, Pipeline } from '../../entities';
import { ResolvedDataHubOptions } from '../data-hub-options';

/** What happened, for the log; empty when everything was in line already. */
export type SyncChanges = { level: 'info' | 'warn' | 'error'; message: string }[];

/** Thrown inside {@link compareAndWrite} when another process has written the row since it was read. */
export class OvertakenError extends Error {
    override message = 'Other processes kept changing it at the same time.';
}

const ATTEMPTS = 8;

/**
 * Runs `work` in a transaction of its own, and again when another process was faster: the same row was inserted
 * (unique code), the row read is no longer the row there is ({@link OvertakenError}), or the database gave up one of
 * two colliding transactions. After the first of them has won, the second finds the row as it wants it.
 */
export async function compareAndWrite<T>(
    database: DataSource,
    work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
    for (let attempt = 1; ; attempt++) {
        try {
            return await database.transaction(work);
        } catch (error) {
            if (attempt === ATTEMPTS || !isCollision(error)) throw error;
            await new Promise(resolve => setTimeout(resolve, attempt * 20 * (1 + Math.random())));
        }
    }
}

/** Nothing is ever deleted because it is missing from the code: history, and a rollback of the code, need it. */
export async function disableRemoved(database: DataSource, options: ResolvedDataHubOptions): Promise<SyncChanges> {
    const areas = [
        { what: 'pipeline', repository: database.getRepository(Pipeline), kept: options.pipelines },
        { what: 'secret', repository: database.getRepository(DataHubSecret), kept: options.secrets },
        { what: 'connection', repository: database.getRepository(DataHubConnection), kept: options.connections },
    ];
    const changes: SyncChanges = [];
    for (const { what, repository, kept } of areas) {
        for (const code of await removedCodes(repository, kept)) {
            changes.push({
                level: 'info',
                message: `The ${what} "${code}" is no longer in the code and has been disabled.`,
            });
        }
    }
    return changes;
}

/** What the three entities share. */
type CodeFirstRow = Pick<DataHubSecret, 'code' | 'isCodeFirst' | 'disabledByCode'>;

async function removedCodes(repository: Repository<CodeFirstRow>, kept: { code: string }[]): Promise<string[]> {
    const keptCodes = kept.map(item => item.code);
    const where = {
        isCodeFirst: true,
        disabledByCode: false,
        ...(keptCodes.length > 0 && { code: Not(In(keptCodes)) }),
    };
    const removed = await repository.find({ select: { code: true }, where });
    const codes = removed.map(row => row.code);
    if (codes.length > 0) {
        await repository.update(
            { code: In(codes), isCodeFirst: true, disabledByCode: false },
            { disabledByCode: true },
        );
    }
    return codes;
}

function isCollision(error: unknown): boolean {
    if (error instanceof OvertakenError || isDeadlock(error)) return true;
    const { code } = (error ?? {}) as { code?: unknown };
    return typeof code === 'string' && COLLISION_CODES.has(code);
}

const COLLISION_CODES = new Set([
    '23505', // PostgreSQL: unique violation
    'ER_DUP_ENTRY',
    'ER_LOCK_WAIT_TIMEOUT',
    'ER_CHECKREAD', // MariaDB: the row changed since the transaction's snapshot
    'SQLITE_CONSTRAINT_UNIQUE',
    'SQLITE_BUSY',
]);
