import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint, RunMetrics, StepCounts } from '../../shared/run';
import { line, unequal } from './catalog-oracle';
import type { ForeignConnection, Row } from './foreign-connection';
import { EVENTS_FILE } from './import-worker-messages';

interface ExpectedRun {
    id: string;
    /** Of the run as a whole, as its row says. */
    totals: { read: number; created: number; updated: number; deleted: number };
    /** What steps must have counted, by step key; counts that are not given do not matter. */
    steps: Record<string, Partial<StepCounts>>;
}

/**
 * Compares what an ended run tells of itself with what it must tell: totals, counts of steps, the ledger, nothing refused,
 * nothing left behind. Every difference as one line.
 */
export async function differencesOfRun(
    tables: ForeignConnection,
    folder: string,
    expected: ExpectedRun,
): Promise<string[]> {
    const which = `"runId" = ${Number(expected.id)}`;
    const [run] = await tables.rows(`SELECT * FROM "data_hub_pipeline_run" WHERE "id" = ${Number(expected.id)}`);
    const metrics = JSON.parse(String(run!.metrics)) as RunMetrics;
    const ledger = await tables.rows(`SELECT * FROM "data_hub_change_set" WHERE ${which}`);
    const [stored] = await tables.rows(`SELECT "data" FROM "data_hub_checkpoint" WHERE ${which}`);
    return [
        ...rowDifferences(run!, expected),
        ...stepDifferences(metrics, expected),
        ...ledgerDifferences(ledger, metrics),
        ...outboxDifferences(JSON.parse(String(stored!.data)) as Checkpoint),
        ...(await leftOvers(tables, folder)),
    ];
}

function rowDifferences(run: Row, { totals }: ExpectedRun): string[] {
    const expected = { status: 'COMPLETED', error: null, leaseOwner: null, rejected: 0, ...totals };
    return Object.entries(expected).flatMap(([column, value]) =>
        run[column] === value ? [] : [`run: ${column} is ${run[column]} instead of ${value}`],
    );
}

function stepDifferences({ steps }: RunMetrics, expected: ExpectedRun): string[] {
    return Object.entries(expected.steps).flatMap(([step, counts]) =>
        Object.entries(counts).flatMap(([count, value]) => {
            const actual = steps[step]?.[count as keyof StepCounts];
            return actual === value ? [] : [`metrics of ${step}: ${count} is ${actual} instead of ${value}`];
        }),
    );
}

/** No step changed an entity twice, and each changed as many records as it counted. */
function ledgerDifferences(ledger: Row[], { steps }: RunMetrics): string[] {
    const applied = ledger.filter(row => Number(row.applied) === 1);
    const entities = applied.map(row => line(row.step, row.entityType, row.entityId));
    const recordsOf = (step: string) =>
        new Set(applied.filter(row => row.step === step).map(row => row.recordKey)).size;
    const counted = Object.entries(steps)
        .map(([step, { created, updated, deleted }]): [string, number] => [step, created + updated + deleted])
        .filter(([, changed]) => changed > 0);
    return [
        ...unequal('ledger', [...new Set(entities)], entities),
        ...unequal(
            'records in the ledger',
            counted.map(([step, changed]) => line(step, changed)),
            [...new Set(applied.map(row => String(row.step)))].map(step => line(step, recordsOf(step))),
        ),
    ];
}

/** Behind stages that others follow the end is stored once everything was delivered. */
function outboxDifferences({ outbox = [], stages }: Checkpoint): string[] {
    if (Object.keys(stages).length === 1) return [];
    return outbox.map(({ stage, batch }) => `outbox: batch ${batch} of ${stage} is still owed`);
}

async function leftOvers(tables: ForeignConnection, folder: string): Promise<string[]> {
    const spool = join(folder, 'spool');
    const spooled = existsSync(spool) ? readdirSync(spool) : [];
    const left: string[] = spooled.map(name => `spool: ${name} is left`);
    for (const table of ['data_hub_run_batch', 'data_hub_record_error', 'data_hub_spool_chunk']) {
        const rows = await tables.count(table);
        if (rows > 0) left.push(`${table}: ${rows} rows are left`);
    }
    return left;
}

/** Plans made for people: each entity once, not applied. */
export async function planDifferences(
    tables: ForeignConnection,
    { runId, step, slugs, action = 'UPDATE' }: { runId: string; step: string; slugs: string[]; action?: string },
): Promise<string[]> {
    const rows = await tables.rows(
        `SELECT * FROM "data_hub_change_set" WHERE "runId" = ${Number(runId)} AND "step" = '${step}'`,
    );
    const planned = (key: unknown) => line(action, 'Product', key, 0, 1);
    const actual = rows.map(row =>
        line(row.action, row.entityType, row.entityKey, Number(row.applied), Number(row.planned)),
    );
    return unequal(`plan of ${step}`, slugs.map(planned), actual);
}

/** Other plugins have heard of every one of the variants at least `times` times, in whatever process. */
export async function silenceAbout(
    tables: ForeignConnection,
    folder: string,
    type: 'created' | 'updated' | 'deleted',
    times = 1,
): Promise<string[]> {
    const heard = new Map<string, number>();
    for (const told of readFileSync(join(folder, EVENTS_FILE), 'utf8').split('\n'))
        heard.set(told, (heard.get(told) ?? 0) + 1);
    const ids = (await tables.rows('SELECT "id" FROM "product_variant"')).map(row => String(row.id));
    const silent = ids.filter(id => (heard.get(`ProductVariant ${type} ${id}`) ?? 0) < times);
    return silent.length === 0 ? [] : [`events: ${type} was not told of ${silent.length} of ${ids.length} variants`];
}
