import type { QueryRunner } from 'typeorm';
import { Defect } from '../../sdk/errors';
import { classifyDatabaseError, endsTransaction } from './classify-error';

/** The driver's own connection: rows as arrays, no conversion of ours. */
export interface DriverConnection {
    rows(sql: string, parameters: readonly unknown[]): Promise<unknown[][]>;
    run(sql: string, parameters: readonly unknown[]): Promise<RunResult>;
    /** Part of a statement whose driver is in the process and sends nothing. */
    write?(piece: Piece): void;
}

export interface RunResult {
    /** MySQL: the first generated id of the statement. SQLite: the last. PostgreSQL: none. */
    insertId?: number | string | bigint;
    /** PostgreSQL: rows that the statement has inserted, updated or deleted. */
    rowCount?: number | null;
    /** MySQL: `Records: 3  Duplicates: 1  Warnings: 0`, of statements with several rows. */
    info?: string;
}

/** A part of the rows of one statement. */
export interface Piece {
    sql: string;
    parameters: () => unknown[];
    done: (written: Written) => void;
}

/** What SQLite tells. */
export interface Written {
    changes: number;
    lastInsertRowid: number | bigint;
}

/** Sends statements: counts them, tells TypeORM's logger, and classifies what the driver throws. */
export class Statements {
    count = 0;
    private abandonedBy: unknown;

    constructor(
        private readonly queryRunner: QueryRunner,
        private readonly connection: DriverConnection,
    ) {}

    rows(sql: string, parameters: readonly unknown[]): Promise<unknown[][]> {
        return this.send(sql, parameters, () => this.connection.rows(sql, parameters));
    }

    run(sql: string, parameters: readonly unknown[]): Promise<RunResult> {
        return this.send(sql, parameters, () => this.connection.run(sql, parameters));
    }

    /** One statement in pieces: counted and told to the logger once, however many there are. */
    together(pieces: readonly Piece[]): Promise<void> {
        const { connection } = this;
        return this.send(pieces[0]?.sql ?? '', [], async () => {
            for (const piece of pieces) connection.write?.(piece);
        });
    }

    /** After this every statement is refused: outside the lost transaction it would commit on its own. */
    abandon(cause: unknown): void {
        this.abandonedBy ??= cause;
    }

    assertUsable(): void {
        if (this.abandonedBy === undefined) return;
        if (this.abandonedBy instanceof Error) throw this.abandonedBy;
        throw new Defect('transaction-lost', 'The transaction has been rolled back; nothing more can be done in it.');
    }

    private async send<T>(sql: string, parameters: readonly unknown[], work: () => Promise<T>): Promise<T> {
        const { logger, options } = this.queryRunner.connection;
        const forLogger = parameters as unknown[];
        this.assertUsable();
        this.count++;
        logger.logQuery(sql, forLogger, this.queryRunner);
        const startedAt = Date.now();
        try {
            const result = await work();
            const tookMs = Date.now() - startedAt;
            if (options.maxQueryExecutionTime && tookMs > options.maxQueryExecutionTime) {
                logger.logQuerySlow(tookMs, sql, forLogger, this.queryRunner);
            }
            return result;
        } catch (error) {
            logger.logQueryError(error instanceof Error ? error : String(error), sql, forLogger, this.queryRunner);
            const classified = classifyDatabaseError(error);
            if (endsTransaction(classified)) this.abandon(classified);
            throw classified;
        }
    }
}
