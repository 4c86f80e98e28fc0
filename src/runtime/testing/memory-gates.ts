import type { JsonObject } from '../../../shared/json';
import type { GateDecision, GateKeeper, OpenedGate } from '../ports';
import type { MemoryDatabase, MemoryScope } from './memory-database';

/** Gates in a {@link MemoryDatabase}; tests decide in the place of people. */
export class MemoryGates implements GateKeeper<MemoryScope> {
    previous: { records: number } | undefined;

    constructor(private readonly database: MemoryDatabase) {}

    /** Every gate that was opened, by step key. */
    get opened(): Record<string, OpenedGate & { state: GateDecision }> {
        return this.database.rows('gates') as unknown as Record<string, OpenedGate & { state: GateDecision }>;
    }

    async decision(step: string): Promise<GateDecision | undefined> {
        await this.database.point('decision');
        return this.opened[step]?.state;
    }

    async open(scope: MemoryScope, gate: OpenedGate): Promise<void> {
        await this.database.point('open');
        if (scope.get('gates', gate.step)) return;
        scope.set('gates', gate.step, JSON.parse(JSON.stringify({ ...gate, state: 'WAITING' })) as JsonObject);
    }

    async previousCounts(): Promise<{ records: number } | undefined> {
        return this.previous;
    }

    decide(step: string, state: GateDecision): void {
        const gate = this.database.committed.get(`gates/${step}`);
        this.database.committed.set(`gates/${step}`, { ...gate, state });
    }
}
