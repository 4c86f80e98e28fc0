import type { JsonObject } from '../../../shared/json';
import { TransientError } from '../../sdk/errors';
import type { UnitOfWork } from '../ports';
import { CrashPoint, noCrash } from './crash-points';

/** An open transaction: what it wrote lies over what is committed. */
export class MemoryScope {
    /** Null marks a deleted row. */
    writes = new Map<string, JsonObject | null>();

    constructor(readonly database: MemoryDatabase) {}

    get(table: string, key: string): JsonObject | undefined {
        const id = `${table}/${key}`;
        return (this.writes.has(id) ? this.writes.get(id) : this.database.committed.get(id)) ?? undefined;
    }

    /** Two open transactions that write the same row are a deadlock here, so that missing order shows itself. */
    set(table: string, key: string, row: JsonObject): void {
        const id = `${table}/${key}`;
        for (const other of this.database.open) {
            if (other === this || !other.writes.has(id)) continue;
            this.database.conflicts.push(id);
            throw new TransientError('deadlock', `Two transactions wrote the row "${id}".`);
        }
        this.writes.set(id, structuredClone(row));
    }
}

/** Tables in memory with real transactions and savepoints, for tests of whatever runs on the engine's ports. */
export class MemoryDatabase implements UnitOfWork<MemoryScope> {
    /** By `table/key`. What is here survives a crash. */
    readonly committed = new Map<string, JsonObject>();
    readonly open = new Set<MemoryScope>();
    readonly conflicts: string[] = [];
    readonly statements = { transactions: 0, savepoints: 0, rollbacks: 0 };
    oneAtATime = false;
    point: CrashPoint = noCrash;

    rows(table: string): Record<string, JsonObject> {
        const rows = [...this.committed].filter(([id]) => id.startsWith(`${table}/`));
        return Object.fromEntries(rows.map(([id, row]) => [id.slice(table.length + 1), row]));
    }

    /** Forgets what a crash forgets. */
    restart(): void {
        this.open.clear();
        this.point = noCrash;
    }

    async transaction<T>(work: (scope: MemoryScope) => Promise<T>): Promise<T> {
        return this.run(work, async scope => {
            await this.point('commit');
            for (const [id, row] of scope.writes) {
                if (row) this.committed.set(id, row);
                else this.committed.delete(id);
            }
            this.open.delete(scope);
            await this.point('committed');
        });
    }

    async readOnly<T>(work: (scope: MemoryScope) => Promise<T>): Promise<T> {
        return this.run(work, () => this.point('rollback'));
    }

    async savepoint<T>(scope: MemoryScope, work: () => Promise<T>): Promise<T> {
        this.statements.savepoints++;
        await this.point('savepoint');
        const before = new Map(scope.writes);
        try {
            return await work();
        } catch (thrown) {
            this.statements.rollbacks++;
            scope.writes = before;
            await this.point('rollback to savepoint');
            throw thrown;
        }
    }

    private async run<T>(
        work: (scope: MemoryScope) => Promise<T>,
        finish: (scope: MemoryScope) => Promise<void>,
    ): Promise<T> {
        this.statements.transactions++;
        const scope = new MemoryScope(this);
        this.open.add(scope);
        try {
            await this.point('begin');
            const result = await work(scope);
            await finish(scope);
            return result;
        } finally {
            this.open.delete(scope);
        }
    }
}
