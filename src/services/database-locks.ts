import type { DataSource, Repository, UpdateQueryBuilder } from 'typeorm';
import { inOwnTransaction } from '../catalog/sql/single-connection';
import { PipelineRun } from '../entities';
import { HeldLock } from '../locks/held-lock';
import type { Lock, LockBackend, LockRequest } from '../locks/lock';
import { tryUntil } from '../locks/try-until';
import { databaseNowMs } from './database-clock';

/** Locks in the rows of the runs, whose ids are the keys. Needs nothing but the shop's database, whichever it is. */
export class DatabaseLocks implements LockBackend {
    constructor(private readonly database: DataSource) {}

    acquire(runId: string, { owner, ttlMs, waitMs }: LockRequest): Promise<Lock | undefined> {
        const now = databaseNowMs(this.database);
        const until = () => `${now} + ${ttlMs}`;
        return tryUntil(waitMs, async () => {
            const won = await this.update(runId, row =>
                row
                    .set({ leaseOwner: owner, leaseUntilMs: until })
                    .andWhere(`status IN ('PENDING', 'RUNNING')`)
                    .andWhere(`(leaseUntilMs IS NULL OR leaseUntilMs < ${now})`),
            );
            if (!won) return undefined;
            const ofOwner = { leaseOwner: owner };
            return new HeldLock(owner, {
                renew: () =>
                    this.update(runId, row =>
                        row.set({ leaseUntilMs: until }).andWhere(ofOwner).andWhere(`leaseUntilMs >= ${now}`),
                    ),
                release: async () => {
                    await this.update(runId, row =>
                        row.set({ leaseOwner: null, leaseUntilMs: null }).andWhere(ofOwner),
                    );
                },
            });
        });
    }

    async isHeld(runIds: readonly string[]): Promise<Set<string>> {
        if (runIds.length === 0) return new Set();
        const held = await this.runs
            .createQueryBuilder('run')
            .select('run.id')
            .whereInIds([...runIds])
            .andWhere(`run.leaseUntilMs >= ${databaseNowMs(this.database)}`)
            .getMany();
        return new Set(held.map(({ id }) => String(id)));
    }

    close(): Promise<void> {
        return Promise.resolve();
    }

    private async update(
        runId: string,
        change: (row: UpdateQueryBuilder<PipelineRun>) => UpdateQueryBuilder<PipelineRun>,
    ): Promise<boolean> {
        const statement = change(this.runs.createQueryBuilder().update().where('id = :runId', { runId }));
        const { affected } = await inOwnTransaction(this.database, () => statement.execute());
        return affected === 1;
    }

    private get runs(): Repository<PipelineRun> {
        return this.database.getRepository(PipelineRun);
    }
}
