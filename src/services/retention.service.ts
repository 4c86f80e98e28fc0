import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { type DataSource, In, LessThan, type ObjectLiteral, type Repository } from 'typeorm';
import { CLAIM_SOURCE } from '../catalog/provenance/key-claims';
import { hasSingleConnection, inOwnTransaction } from '../catalog/sql/single-connection';
import { TypeOrmUnitOfWork } from '../catalog/sql/unit-of-work';
import {
    DataHubChangeSet,
    DataHubCheckpoint,
    DataHubDrift,
    DataHubRecordError,
    DataHubRecordRetryAudit,
    ENDED_RUN_STATUSES,
    PipelineLog,
    PipelineRun,
} from '../entities';
import { DataHubReference } from '../entities/data-hub-reference.entity';
import { SettingsService } from './settings/settings.service';

export interface Expired {
    runs: number;
    /** Of runs: change sets, refused records with their audit trail, log lines. */
    rows: number;
}

/** Runs that ended before a moment. Nobody else loses rows: a run that goes on again is none of them any more. */
interface EndedRuns {
    before: Date;
    /** Both kinds when it is absent. */
    dryRun?: boolean;
    /** Of change sets: only what was planned for people who decided at a gate. */
    onlyPlanned?: true;
}

type RowOfRun = new () => ObjectLiteral & { id: ID; runId: ID };

const dayMs = 24 * 60 * 60 * 1000;
const rowsPerStatement = 1_000;
const runsPerPage = 100;

/**
 * Deletes what is older than the settings say, in statements of at most a thousand rows that commit one by one: a run
 * loses its rows before it goes itself, so that no cascade ever holds its locks for long. May run in several processes
 * at once and be stopped anywhere; the next time goes on.
 */
@Injectable()
export class RetentionService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly settings: SettingsService,
    ) {}

    async deleteExpired(signal: AbortSignal, now = Date.now()): Promise<Expired> {
        const { runRetentionDays, planRetentionDays, logRetentionDays, ledgerRetentionDays } =
            await this.settings.get();
        const before = (days: number) => new Date(now - days * dayMs);
        const pass = new RetentionPass(this.connection, signal);
        await pass.deleteRuns({ before: before(planRetentionDays), dryRun: true });
        await pass.deleteRuns({ before: before(runRetentionDays), dryRun: false });
        const plans = { before: before(planRetentionDays), dryRun: false, onlyPlanned: true } as const;
        await pass.deleteRowsOf(DataHubChangeSet, plans);
        await pass.deleteRowsOf(PipelineLog, { before: before(logRetentionDays) });
        if (ledgerRetentionDays !== null) {
            await pass.deleteRowsOf(DataHubChangeSet, { before: before(ledgerRetentionDays), dryRun: false });
            await pass.deleteRowsOf(DataHubDrift, { before: before(ledgerRetentionDays), dryRun: false });
        }
        await pass.deleteClaims(before(1));
        return pass.expired;
    }
}

class RetentionPass {
    readonly expired: Expired = { runs: 0, rows: 0 };
    private readonly database: DataSource;

    constructor(
        private readonly connection: TransactionalConnection,
        private readonly signal: AbortSignal,
    ) {
        this.database = connection.rawConnection;
    }

    async deleteRuns(ended: EndedRuns): Promise<void> {
        await this.eachEnded(ended, undefined, async runId => {
            if (!(await this.endForGood(runId, ended))) return;
            await this.deleteRows(DataHubChangeSet, runId, ended);
            await this.deleteRows(DataHubDrift, runId, ended);
            await this.deleteRecordErrors(runId, ended);
            await this.deleteRows(PipelineLog, runId, ended);
            if (this.signal.aborted) return;
            const { affected } = await this.alone(() =>
                this.rows(PipelineRun).delete({ id: runId, ...whereEnded(ended) }),
            );
            this.expired.runs += affected ?? 0;
        });
    }

    /** The runs themselves stay. */
    async deleteRowsOf(entity: RowOfRun, ended: EndedRuns): Promise<void> {
        await this.eachEnded(ended, entity, runId => this.deleteRows(entity, runId, ended));
    }

    /** Natural keys that runs had claimed: of use for an hour at most, see KeyClaims. */
    async deleteClaims(before: Date): Promise<void> {
        const where = { source: CLAIM_SOURCE, updatedAt: LessThan(before) };
        await this.inChunks(DataHubReference, async () => {
            const claims = await this.rows(DataHubReference).find({
                select: { id: true },
                where,
                take: rowsPerStatement,
            });
            return claims.map(({ id }) => id);
        });
    }

    /** Longest ended first; with `having`, only runs that still have rows of that entity. */
    private async eachEnded(
        ended: EndedRuns,
        having: RowOfRun | undefined,
        work: (runId: ID) => Promise<void>,
    ): Promise<void> {
        for (let full = true; full && !this.signal.aborted;) {
            const before = { ...this.expired };
            const runIds = await this.endedRuns(ended, having);
            for (const runId of runIds) if (!this.signal.aborted) await work(runId);
            const nothingDone = before.runs === this.expired.runs && before.rows === this.expired.rows;
            full = runIds.length === runsPerPage && !nothingDone;
        }
    }

    private async endedRuns(ended: EndedRuns, having: RowOfRun | undefined): Promise<ID[]> {
        const query = this.rows(PipelineRun)
            .createQueryBuilder('run')
            .select(['run.id', 'run.finishedAt'])
            .where(whereEnded(ended))
            .orderBy('run.finishedAt')
            .addOrderBy('run.id')
            .limit(runsPerPage);
        if (having) {
            const rows = query.subQuery().select('1').from(having, 'row').where('row.runId = run.id');
            if (ended.onlyPlanned) rows.andWhere('row.planned = :planned');
            query.andWhere(`EXISTS ${rows.getQuery()}`).setParameters({ planned: true });
        }
        return (await query.getMany()).map(({ id }) => id);
    }

    /**
     * Without its checkpoint a run that has written anything cannot be resumed any more, so nobody resumes it while its
     * rows go. False when it has been resumed, or deleted by another process.
     */
    private endForGood(runId: ID, ended: EndedRuns): Promise<boolean> {
        return new TypeOrmUnitOfWork(this.connection, RequestContext.empty()).transaction(async ({ ctx }) => {
            const run = this.connection
                .getRepository(ctx, PipelineRun)
                .createQueryBuilder('run')
                .select('run.id')
                .where({ id: runId, ...whereEnded(ended) });
            if (!hasSingleConnection(this.database)) run.setLock('pessimistic_write');
            if (!(await run.getOne())) return false;
            await this.connection.getRepository(ctx, DataHubCheckpoint).delete({ runId });
            return true;
        });
    }

    private async deleteRows(entity: RowOfRun, runId: ID, ended: EndedRuns): Promise<void> {
        await this.inChunks(entity, () => this.someRows(entity, runId, ended));
    }

    private async deleteRecordErrors(runId: ID, ended: EndedRuns): Promise<void> {
        await this.inChunks(DataHubRecordError, async () => {
            const errorIds = await this.someRows(DataHubRecordError, runId, ended);
            await this.inChunks(DataHubRecordRetryAudit, async () => {
                const where = { recordErrorId: In(errorIds) };
                const options = { select: { id: true }, where, take: rowsPerStatement } as const;
                return (await this.rows(DataHubRecordRetryAudit).find(options)).map(({ id }) => id);
            });
            return this.signal.aborted ? [] : errorIds;
        });
    }

    private async someRows(entity: RowOfRun, runId: ID, { before, onlyPlanned }: EndedRuns): Promise<ID[]> {
        const query = this.rows(entity)
            .createQueryBuilder('row')
            .select('row.id')
            .innerJoin('row.run', 'run')
            .where('row.runId = :runId', { runId })
            .andWhere('run.status IN (:...statuses) AND run.finishedAt < :before')
            .setParameters({ statuses: ENDED_RUN_STATUSES, before })
            .limit(rowsPerStatement);
        if (onlyPlanned) query.andWhere('row.planned = :planned', { planned: true });
        return (await query.getMany()).map(({ id }) => id);
    }

    private async inChunks(entity: new () => ObjectLiteral, nextIds: () => Promise<ID[]>): Promise<void> {
        for (let full = true; full && !this.signal.aborted;) {
            const ids = await nextIds();
            if (ids.length === 0) return;
            // Whatever happens to their run meanwhile: these rows were there when it had ended for long.
            const { affected } = await this.alone(() => this.rows(entity).delete({ id: In(ids) }));
            this.expired.rows += affected ?? 0;
            full = ids.length === rowsPerStatement;
        }
    }

    private alone<T>(statement: () => Promise<T>): Promise<T> {
        return inOwnTransaction(this.database, statement);
    }

    private rows<T extends ObjectLiteral>(entity: new () => T): Repository<T> {
        return this.database.getRepository(entity);
    }
}

function whereEnded({ before, dryRun }: EndedRuns) {
    return {
        status: In([...ENDED_RUN_STATUSES]),
        finishedAt: LessThan(before),
        ...(dryRun === undefined ? {} : { dryRun }),
    };
}
