import type { JsonObject } from '../../../shared/json';
import { BatchSettlement, Checkpoint, LeaseLostError, LogLevel, RunJournal, RunMetrics } from '../ports';
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
        const { batch } = settlement;
        settlement.rejects.forEach(({ step, origin, record, raw, key, error }, at) => {
            const { kind, code, message, place } = error;
            const row = { step, origin, record, raw, key, kind, code, message, place, batch };
            scope.set('quarantine', `${batch}:${at}`, asJson(row));
        });
        settlement.changeSets.forEach(({ step, origin, changeSet }, at) =>
            scope.set('ledger', `${batch}:${at}`, asJson({ step, origin, changeSet, batch })),
        );
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
