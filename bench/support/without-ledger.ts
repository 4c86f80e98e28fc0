import { DatabaseRunJournal } from '../../src/services/run-journal';

/** From now on this process writes no ledger. No setting of DataHub does that: the benchmarks show what the ledger costs. */
export function writeNoLedger(): void {
    const settle = Reflect.get<DatabaseRunJournal, 'settle'>(DatabaseRunJournal.prototype, 'settle');
    DatabaseRunJournal.prototype.settle = function (scope, settlement) {
        return settle.call(this, scope, { ...settlement, changeSets: [] });
    };
}
