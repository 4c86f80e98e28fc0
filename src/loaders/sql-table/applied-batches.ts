import type { DatabaseSession } from '../../outbound/outbound-databases';
import { placeholders, quoteTable, TableName } from './sql-names';

export const APPLIED_BATCHES = 'data_hub_applied_batch';

/** Marks besides those of batches. */
export type Milestone = 'BEGUN' | 'PRE_SQL' | 'STAGING' | 'FINISHED' | 'ABANDONED';

/** What became of a batch, so that one that is repeated is told the same. */
export interface Outcome {
    created: number;
    updated: number;
    rejected: { position: number; code: string; message: string; hint?: string; field?: string }[];
}

const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/**
 * Marks in the target database of what a step of a run has done there, each written in the transaction that does it: that
 * database and the shop's cannot commit together, so a batch may be repeated whose rows stand already.
 */
export class AppliedBatches {
    private readonly place: string;

    constructor(
        private readonly session: DatabaseSession,
        private readonly target: TableName,
        private readonly run: string,
        private readonly step: string,
    ) {
        this.place = quoteTable(session.kind, { schema: target.schema, table: APPLIED_BATCHES });
    }

    /** The table may be made by hand instead, for users that may not create any. */
    async makeTable(): Promise<void> {
        const isMysql = this.session.kind === 'mysql';
        // MySQL would otherwise take the steps "load" and "Load" for one.
        const key = isMysql ? 'VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : 'VARCHAR(100)';
        await this.session.execute(
            `CREATE TABLE IF NOT EXISTS ${this.place} (` +
                `run_key ${key} NOT NULL, step_key ${key} NOT NULL, batch_key ${key} NOT NULL, ` +
                `outcome ${isMysql ? 'LONGTEXT' : 'TEXT'} NOT NULL, applied_at VARCHAR(30) NOT NULL, ` +
                `PRIMARY KEY (run_key, step_key, batch_key))`,
        );
    }

    /** Undefined when it was not there: it is this transaction's now, and others that want it wait for its end. */
    async claim<T = Outcome>(batch: string, outcome: T | object = {}): Promise<T | undefined> {
        const { kind } = this.session;
        const next = placeholders(kind);
        const values = `(run_key, step_key, batch_key, outcome, applied_at) VALUES (${[1, 2, 3, 4, 5].map(next).join(', ')})`;
        const parameters = [this.run, this.step, batch, JSON.stringify(outcome), new Date().toISOString()];
        const made = await this.session.execute(
            kind === 'mysql'
                ? `INSERT IGNORE INTO ${this.place} ${values}`
                : `INSERT INTO ${this.place} ${values} ON CONFLICT DO NOTHING`,
            parameters,
        );
        return made > 0 ? undefined : ((await this.find(batch)) as T | undefined);
    }

    async find(batch: string): Promise<unknown> {
        // A plain read of MySQL would not see what has been committed since the transaction's first one.
        const latest = this.session.kind === 'mysql' ? ' LOCK IN SHARE MODE' : '';
        const rows = await this.session.query(`SELECT outcome FROM ${this.place} WHERE ${this.where(3)}${latest}`, [
            this.run,
            this.step,
            batch,
        ]);
        return rows.length > 0 ? (JSON.parse(String(rows[0]!['outcome'])) as unknown) : undefined;
    }

    /** Whether any step of the run has the mark for the table. */
    async runHas(milestone: Milestone): Promise<boolean> {
        const next = placeholders(this.session.kind);
        const rows = await this.session.query(
            `SELECT outcome FROM ${this.place} WHERE run_key = ${next()} AND batch_key = ${next()}`,
            [this.run, milestone],
        );
        return rows.some(
            ({ outcome }) => (JSON.parse(String(outcome)) as { table?: string }).table === this.target.table,
        );
    }

    async record(batch: string, outcome: Outcome): Promise<void> {
        const next = placeholders(this.session.kind);
        await this.session.execute(
            `UPDATE ${this.place} SET outcome = ${next()} ` +
                `WHERE run_key = ${next()} AND step_key = ${next()} AND batch_key = ${next()}`,
            [JSON.stringify(outcome), this.run, this.step, batch],
        );
    }

    async forget(batch: string): Promise<void> {
        await this.session.execute(`DELETE FROM ${this.place} WHERE ${this.where(3)}`, [this.run, this.step, batch]);
    }

    /** Once the step is finished or given up, its batches are not repeated. */
    async forgetOthers(than: Milestone): Promise<void> {
        const where = `${this.where(2)} AND batch_key <> ${this.session.kind === 'postgres' ? '$3' : '?'}`;
        await this.session.execute(`DELETE FROM ${this.place} WHERE ${where}`, [this.run, this.step, than]);
    }

    /** Forgets what is so old that nobody resumes its run; gives back the staging tables that such runs have left. */
    async forgetOld(): Promise<string[]> {
        const next = placeholders(this.session.kind);
        const before = new Date(Date.now() - KEPT_MS).toISOString();
        const left = await this.session.query(
            `SELECT outcome FROM ${this.place} WHERE applied_at < ${next()} AND batch_key = ${next()}`,
            [before, 'STAGING' satisfies Milestone],
        );
        const age = placeholders(this.session.kind);
        await this.session.execute(`DELETE FROM ${this.place} WHERE applied_at < ${age()}`, [before]);
        return left.map(({ outcome }) => (JSON.parse(String(outcome)) as { staging: string }).staging);
    }

    private where(keys: number): string {
        const next = placeholders(this.session.kind);
        return ['run_key', 'step_key', 'batch_key']
            .slice(0, keys)
            .map(name => `${name} = ${next()}`)
            .join(' AND ');
    }
}
