import { expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { listExtractor } from '../testing/list-extractor';
import { bench } from '../testing/run-bench';
import { tableLoader } from '../testing/table-loader';
import { recordOperator } from '../testing/test-operators';

it('costs one transaction, one savepoint and one resolve per batch, however many records there are', async () => {
    const count = 20_000;
    function* records(): Generator<JsonObject> {
        for (let n = 0; n < count; n++) yield { sku: `SKU-${n}`, price: n };
    }
    const double = recordOperator('double', record => {
        record.price = (record.price as number) * 2;
        return record;
    });
    const { adapter, calls } = tableLoader();
    const { run, database, journal } = bench({
        adapters: [listExtractor({ items: records(), pageSize: 500 }), double, adapter],
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
            { key: 'double', type: 'TRANSFORM', config: { operators: [{ op: 'double' }] } },
            { key: 'write', type: 'LOAD', config: { adapterCode: 'table' } },
        ],
        batchSize: 1_000,
    });
    expect(await run()).toMatchObject({ status: 'COMPLETED', metrics: { steps: { write: { created: count } } } });
    expect(database.statements).toEqual({ transactions: 20, savepoints: 20, rollbacks: 0 });
    expect(calls.resolved).toHaveLength(20);
    expect(journal.settlements).toHaveLength(20);
});
