import { Session } from 'node:inspector';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json';
import { drop } from '../../sdk/outcome';
import { listExtractor } from '../testing/list-extractor';
import { bench } from '../testing/run-bench';
import { recordOperator } from '../testing/test-operators';

const RECORDS = 1_000_000;
const MAX_GROWTH_BYTES = 40 * 1024 * 1024;

it('needs no more memory for a million records than for the first hundred thousand', async () => {
    const collect = garbageCollector();
    const liveBytes: number[] = [];
    let seen = 0;
    function* records(): Generator<JsonObject> {
        for (let n = 0; n < RECORDS; n++) yield { sku: `SKU-${n}`, name: `Product number ${n}`, price: n };
    }
    const forget = recordOperator('forget', () => {
        if (++seen % 100_000 === 0) {
            collect();
            liveBytes.push(process.memoryUsage().heapUsed);
        }
        return drop('not needed');
    });
    const { run } = bench({
        adapters: [listExtractor({ items: records(), pageSize: 500 }), forget],
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'list' } },
            { key: 'forget', type: 'TRANSFORM', config: { operators: [{ op: 'forget' }] } },
        ],
        batchSize: 1_000,
    });
    const { status, metrics } = await run();
    expect(status).toBe('COMPLETED');
    expect(metrics.steps.forget).toMatchObject({ in: RECORDS, dropped: RECORDS });
    expect(liveBytes).toHaveLength(10);
    expect(Math.max(...liveBytes) - liveBytes[0]!).toBeLessThan(MAX_GROWTH_BYTES);
});

/** Collects at once, so that live memory is measured and not how lazy the collector is. */
function garbageCollector(): () => void {
    const session = new Session();
    session.connect();
    return () => session.post('HeapProfiler.collectGarbage');
}
