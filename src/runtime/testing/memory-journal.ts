import type { JsonObject } from '../../../shared/json';
import {
    BatchSettlement,
    Checkpoint,
    JournaledChangeSet,
    LeaseLostError,
    LogLevel,
    RunJournal,
    RunMetrics,
} from '../ports';
import type { MemoryDatabase, MemoryScope } from './memory-database';

/** Keeps checkpoint, ledger and quarantine in a {@link MemoryDatabase}, in the batch's own transaction. */
export class MemoryJournal implements RunJournal<MemoryScope> {
    readonly settlements: BatchSettlement[] = [];
    readonly lines: { level: LogLevel; message: string; step?: string }[] = [];
    readonly progressed: RunMetrics[] = [];
    leaseLost = false;

    constructor(
        private readonly database: MemoryDatabase,
        /** As a journal may: leaves out what only counts. */
        private readonly skipsUnchanged = true,
    ) {}

    get checkpoint(): Checkpoint | undefined {
        return this.database.rows('checkpoint').run as unknown as Checkpoint | undefined;
    }

    /** Rejected records that are stored, by step and position in the source. */
    get quarantine(): JsonObject[] {
        return Object.values(this.database.rows('quarantine'));
    }

    get ledger(): JsonObject[] {
        return Object.values(this.database.rows('ledger'));
    }

    async settle(scope: MemoryScope, settlement: BatchSettlement): Promise<void> {
        await this.database.point('settle');
        if (this.leaseLost) throw new LeaseLostError('Another worker owns the run.');
        this.settlements.push(settlement);
        if (this.skipsUnchanged && !settlement.mustPersist) return;
        scope.set('checkpoint', 'run', settlement.checkpoint as unknown as JsonObject);
        this.keep(scope, settlement);
    }

    /** Ledger and quarantine of a batch, whoever has written it. */
    keep(scope: MemoryScope, settlement: Pick<BatchSettlement, 'stage' | 'batch' | 'changeSets' | 'rejects'>): void {
        const { stage, batch } = settlement;
        settlement.rejects.forEach(({ step, origin, record, raw, key, error }, at) => {
            const { kind, code, message, place } = error;
            const row = { stage, step, origin, record, raw, key, kind, code, message, place, batch };
            scope.set('quarantine', `${stage}#${batch}:${at}`, asJson(row));
        });
        settlement.changeSets.forEach(({ step, origin, changeSet, planned = false }, at) => {
            const row = asJson({ stage, batch, step, origin, changeSet, planned });
            scope.set('ledger', `${stage}#${batch}:${at}`, row);
        });
    }

    async changeSetsOf(stage: string, batch: number): Promise<JournaledChangeSet[]> {
        const entries = this.ledger.filter(entry => entry.stage === stage && entry.batch === batch);
        return entries as unknown as JournaledChangeSet[];
    }

    async stored(scope: MemoryScope): Promise<Checkpoint | undefined> {
        await this.database.point('stored');
        return scope.get('checkpoint', 'run') as unknown as Checkpoint | undefined;
    }

    progress(metrics: RunMetrics): void {
        this.progressed.push(metrics);
    }

    log(level: LogLevel, message: string, place?: { step?: string }): void {
        this.lines.push({ level, message, ...place });
    }
}

function asJson(row: unknown): JsonObject {
    return JSON.parse(JSON.stringify(row)) as JsonObject;
}
