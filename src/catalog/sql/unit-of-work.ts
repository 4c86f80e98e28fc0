import { RequestContext, TransactionalConnection } from '@vendure/core';
import type { QueryRunner } from 'typeorm';
import { UnitOfWork } from '../../runtime/ports';
import { DataHubError, Defect } from '../../sdk/errors';
import { CatalogScope } from '../catalog-scope';
import type { BaseSqlSession } from './base-session';
import { classifyIfDatabaseError, endsTransaction } from './classify-error';
import { openSqlSession } from './open-sql-session';
import {
    forgetEndedTransaction,
    hasSingleConnection,
    onFreeConnection,
    untilOthersFinished,
} from './single-connection';

/** Transactions through Vendure's connection, so that its services and its event bus take part in them. */
export class TypeOrmUnitOfWork implements UnitOfWork<CatalogScope> {
    private readonly open = new WeakMap<CatalogScope, OpenTransaction>();

    constructor(
        private readonly connection: TransactionalConnection,
        /** Outside any transaction. */
        private readonly ctx: RequestContext,
    ) {}

    get oneAtATime(): boolean {
        return hasSingleConnection(this.connection.rawConnection);
    }

    transaction<T>(work: (scope: CatalogScope) => Promise<T>): Promise<T> {
        return this.run(work, 'commit');
    }

    readOnly<T>(work: (scope: CatalogScope) => Promise<T>): Promise<T> {
        return this.run(work, 'roll back');
    }

    async savepoint<T>(scope: CatalogScope, work: () => Promise<T>): Promise<T> {
        const transaction = this.open.get(scope);
        if (!transaction)
            throw new Defect('no-transaction', 'A savepoint needs the scope of a transaction that is open.');
        const { queryRunner, session } = transaction;
        const name = `data_hub_${++transaction.savepoints}`;
        await sendClassified(queryRunner, `SAVEPOINT ${name}`);
        let result: T;
        try {
            result = await work();
            session.assertUsable();
        } catch (thrown) {
            const cause = classifyIfDatabaseError(thrown);
            if (cause instanceof DataHubError && endsTransaction(cause)) {
                // The server has rolled all of it back, this savepoint included: nothing may follow.
                session.abandon(cause);
                throw cause;
            }
            try {
                await queryRunner.query(`ROLLBACK TO SAVEPOINT ${name}`);
                await queryRunner.query(`RELEASE SAVEPOINT ${name}`);
            } catch {
                // The transaction or the connection is gone: nothing may follow.
                session.abandon(cause);
            }
            throw cause;
        }
        await sendClassified(queryRunner, `RELEASE SAVEPOINT ${name}`);
        return result;
    }

    private run<T>(work: (scope: CatalogScope) => Promise<T>, ending: 'commit' | 'roll back'): Promise<T> {
        return onFreeConnection(this.connection.rawConnection, async () => {
            let queryRunner: QueryRunner | undefined;
            let result: { value: T } | undefined;
            let failure: { thrown: unknown } | undefined;
            try {
                await this.connection.withTransaction(this.ctx, async ctx => {
                    let session: BaseSqlSession | undefined;
                    try {
                        queryRunner = this.queryRunnerOf(ctx);
                        session = await openSqlSession(queryRunner);
                        const scope: CatalogScope = { ctx, sql: session };
                        this.open.set(scope, { queryRunner, session, savepoints: 0 });
                        result = { value: await work(scope) };
                        this.open.delete(scope);
                        session.assertUsable();
                    } catch (thrown) {
                        failure = { thrown };
                        // A loader whose time was up may still be at it: nothing of it may come after the rollback.
                        session?.abandon(thrown);
                    }
                    if (queryRunner) await untilOthersFinished(queryRunner);
                    // Vendure's retry of deadlocks repeats nothing and hides the cause: it must see neither.
                    if (failure || ending === 'roll back') throw new RollBack();
                });
            } catch (thrown) {
                if (failure) throw classifyIfDatabaseError(failure.thrown);
                if (!(thrown instanceof RollBack)) throw classifyIfDatabaseError(thrown);
            } finally {
                if (queryRunner) await closeLeftOver(queryRunner);
            }
            if (!result) throw new Defect('no-result', 'The transaction ended without running its work.');
            return result.value;
        });
    }

    private queryRunnerOf(ctx: RequestContext): QueryRunner {
        const { entityMetadatas } = this.connection.rawConnection;
        const anyEntity = entityMetadatas.find(({ target }) => typeof target === 'function');
        const queryRunner = anyEntity && this.connection.getRepository(ctx, anyEntity.target).manager.queryRunner;
        if (!queryRunner) throw new Defect('no-query-runner', 'The request context is not bound to a transaction.');
        return queryRunner;
    }
}

interface OpenTransaction {
    queryRunner: QueryRunner;
    session: BaseSqlSession;
    savepoints: number;
}

/** Makes Vendure roll back; never leaves this file. */
class RollBack extends Error {}

async function sendClassified(queryRunner: QueryRunner, sql: string): Promise<void> {
    try {
        await queryRunner.query(sql);
    } catch (thrown) {
        throw classifyIfDatabaseError(thrown);
    }
}

/** When the rollback itself fails, Vendure keeps the connection; here it goes back to the pool, which drops dead ones. */
async function closeLeftOver(queryRunner: QueryRunner): Promise<void> {
    if (!hasSingleConnection(queryRunner.connection)) {
        if (!queryRunner.isReleased) await queryRunner.release();
        return;
    }
    while (queryRunner.isTransactionActive) {
        try {
            await queryRunner.rollbackTransaction();
        } catch {
            forgetEndedTransaction(queryRunner);
            return;
        }
    }
}
