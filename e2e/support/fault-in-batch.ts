import { vi } from 'vitest';
import { ChangeSetApplier } from '../../src/catalog/apply/change-set-applier';
import type { CatalogScope } from '../../src/catalog/catalog-scope';
import { TypeOrmUnitOfWork } from '../../src/catalog/sql/unit-of-work';
import { DEFAULT_RETRY } from '../../src/runtime/retry/transaction-retry';

interface Faults {
    /** Between what a batch has read and what it writes, the first time a batch comes there. */
    beforeWrite?: (scope: CatalogScope) => Promise<void>;
    /** The same behind its writes, inside of the open transaction. */
    afterWrite?: (scope: CatalogScope) => Promise<void>;
}

/** Lets something happen inside of the first batch that writes. */
export function inFirstBatch({ beforeWrite, afterWrite }: Faults): void {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the applier that the spy was called on
    const apply = ChangeSetApplier.prototype.apply;
    vi.spyOn(ChangeSetApplier.prototype, 'apply').mockImplementationOnce(async function (
        this: ChangeSetApplier,
        changeSets,
        references,
        scope,
    ) {
        await beforeWrite?.(scope);
        await apply.call(this, changeSets, references, scope);
        await afterWrite?.(scope);
    });
}

/** Lets each batch come through `meet` between what it has read and what it writes. */
export function beforeWriting(meet: () => Promise<void>): void {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the applier that the spy was called on
    const apply = ChangeSetApplier.prototype.apply;
    vi.spyOn(ChangeSetApplier.prototype, 'apply').mockImplementation(async function (this: ChangeSetApplier, ...all) {
        await meet();
        return apply.apply(this, all);
    });
}

/** Everyone who calls waits until `count` have called. */
export function meeting(count: number): () => Promise<void> {
    let arrived = 0;
    let open = (): void => undefined;
    const all = new Promise<void>(resolve => (open = resolve));
    return () => {
        if (++arrived === count) open();
        return all;
    };
}

/**
 * Lets something happen when the first batch that has written commits: `around` gets the commit of the driver, which it
 * may call before or after what it does, or not at all.
 */
export function atFirstCommit(around: (commit: () => Promise<void>, scope: CatalogScope) => Promise<void>): void {
    inFirstBatch({
        async afterWrite(scope) {
            const runner = runnerOf(scope);
            const commit = runner.commitTransaction.bind(runner);
            runner.commitTransaction = async () => {
                runner.commitTransaction = commit;
                await around(commit, scope);
            };
        },
    });
}

/** Ends the connection that a transaction runs on, as an administrator or a restart of the server would. */
export async function killConnection(scope: CatalogScope, other: (sql: string) => Promise<unknown>): Promise<void> {
    const isPostgres = scope.sql.dialect === 'postgres';
    const [row] = await scope.sql.query(`SELECT ${isPostgres ? 'pg_backend_pid()' : 'CONNECTION_ID()'}`);
    await other(isPostgres ? `SELECT pg_terminate_backend(${Number(row![0])})` : `KILL ${Number(row![0])}`);
}

/** Gives up soon, so that a test need not wait as long as a shop should. */
export function retryBriefly(): void {
    Object.assign(DEFAULT_RETRY, { attempts: 3, initialDelayMs: 20, maxDelayMs: 50 });
}

export function retryAsUsual(): void {
    Object.assign(DEFAULT_RETRY, usual);
}

const usual = { ...DEFAULT_RETRY };

function runnerOf(scope: CatalogScope): { commitTransaction(): Promise<void> } {
    const [open] = openTransactions.get(scope) ?? [];
    if (!open) throw new Error('The transaction of the scope is not known.');
    return open;
}

/** Filled by {@link watchTransactions}. */
const openTransactions = new WeakMap<CatalogScope, [{ commitTransaction(): Promise<void> }]>();

/** From now on the query runner of each open transaction is known. */
export function watchTransactions(): void {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the unit of work that the spy was called on
    const transaction = TypeOrmUnitOfWork.prototype.transaction;
    vi.spyOn(TypeOrmUnitOfWork.prototype, 'transaction').mockImplementation(function <T>(
        this: TypeOrmUnitOfWork,
        work: (scope: CatalogScope) => Promise<T>,
    ) {
        return transaction.call(this, async (scope: CatalogScope) => {
            const { queryRunner } = (
                this as unknown as {
                    open: WeakMap<CatalogScope, { queryRunner: { commitTransaction(): Promise<void> } }>;
                }
            ).open.get(scope)!;
            openTransactions.set(scope, [queryRunner]);
            return work(scope);
        });
    });
}
