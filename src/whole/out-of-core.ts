import type { DuckDBBlobValue, DuckDBValue } from '@duckdb/node-api';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PipelineRecord } from '../sdk/record';
import {
    DistinctOperation,
    GroupOperation,
    JoinOperation,
    SortOperation,
    WholeOperation,
} from '../sdk/whole-operation';
import { DuckDbSettings, DuckDbWork, StoredRow } from './duckdb-work';
import { Grouping, GroupState, Needed } from './group-state';
import { distinctKeyOf, sortKeyOf } from './in-memory';
import { Joining } from './joining';

type Pages = AsyncIterable<readonly PipelineRecord[]>;
type Parts = AsyncGenerator<PipelineRecord[], void, undefined>;

/** Whole operations on data that does not fit into memory: DuckDB orders and matches, all meaning stays here. */
export async function* runOutOfCore(
    operation: WholeOperation,
    input: { main: Pages; right: Pages },
    signal: AbortSignal,
    settings: DuckDbSettings,
): Parts {
    const work = await DuckDbWork.open(settings, signal);
    try {
        switch (operation.kind) {
            case 'SORT':
                return yield* sort(work, operation, input.main);
            case 'GROUP':
                return yield* group(work, operation, input.main);
            case 'DISTINCT':
                return yield* distinct(work, operation, input.main);
            case 'JOIN':
                return yield* join(work, operation, input);
        }
    } finally {
        await work.close();
    }
}

async function* sort(work: DuckDbWork, operation: SortOperation, main: Pages): Parts {
    await work.fill('main', stored(main, sortKeyOf(operation)));
    yield* records(work, 'SELECT payload FROM main ORDER BY key, seq');
}

async function* distinct(work: DuckDbWork, operation: DistinctOperation, main: Pages): Parts {
    await work.fill('main', stored(main, distinctKeyOf(operation)));
    const kept = operation.keep === 'FIRST' ? 'min(seq)' : 'max(seq)';
    yield* records(
        work,
        `SELECT payload FROM main SEMI JOIN (
            SELECT ${kept} AS seq FROM main WHERE key IS NOT NULL GROUP BY key
            UNION ALL SELECT seq FROM main WHERE key IS NULL
         ) AS kept USING (seq) ORDER BY seq`,
    );
}

async function* join(
    work: DuckDbWork,
    operation: JoinOperation,
    { main, right }: { main: Pages; right: Pages },
): Parts {
    const joining = new Joining(operation);
    await work.fill(
        'other',
        stored(right, ({ data }) => joining.rightKey(data)),
    );
    await work.fill(
        'main',
        stored(main, ({ data }) => joining.leftKey(data)),
    );
    // In two steps: matching and ordering at the same time would need the memory of both.
    await work.run(
        `CREATE TABLE pairs AS
         SELECT main.seq AS l, other.seq AS r, main.payload AS main, other.payload AS other
         FROM main ${operation.type} JOIN other ON main.key = other.key`,
    );
    await work.run('DROP TABLE main; DROP TABLE other');
    const rows = work.rows('SELECT main, other FROM pairs ORDER BY l NULLS LAST, r NULLS LAST');
    for await (const page of rows) yield page.map(([left, other]) => joining.merge(recordOf(left!), recordOf(other!)));
}

/**
 * Sorted by group, the records of one group come one after the other, so only one group is in memory at a time. What comes
 * of them is sorted again, by the first record of each group.
 */
async function* group(work: DuckDbWork, operation: GroupOperation, main: Pages): Parts {
    const grouping = new Grouping(operation);
    const rows = stored(
        main,
        ({ data }) => grouping.keyOf(data),
        record => JSON.stringify({ needed: Object.assign({}, grouping.needed(record)), origin: record.origin }),
    );
    await work.fill('main', rows);
    await work.fill('groups', groupsOf(work, grouping));
    yield* records(work, 'SELECT payload FROM groups ORDER BY key');
}

async function* groupsOf(work: DuckDbWork, grouping: Grouping): AsyncGenerator<StoredRow[], void, undefined> {
    let open: { key: Buffer; seq: bigint; state: GroupState } | undefined;
    const closed = ({ seq, state }: NonNullable<typeof open>): StoredRow => ({
        key: orderedBytes(seq),
        payload: JSON.stringify(grouping.recordOf(state)),
    });
    for await (const page of work.rows('SELECT key, seq, payload FROM main ORDER BY key, seq')) {
        const complete: StoredRow[] = [];
        for (const [keyValue, seq, payload] of page) {
            const key = Buffer.from((keyValue as DuckDBBlobValue).bytes);
            const { needed, origin } = parsedNeeded(payload!);
            if (!open?.key.equals(key)) {
                if (open) complete.push(closed(open));
                open = { key, seq: seq as bigint, state: grouping.begin(needed, origin) };
            }
            open.state.add(needed, origin);
        }
        yield complete;
    }
    if (open) yield [closed(open)];
}

/** Absent values left no trace in the JSON: their places stay undefined. */
function parsedNeeded(payload: DuckDBValue): { needed: Needed; origin: PipelineRecord['origin'] } {
    const { needed, origin } = JSON.parse(payload as string) as { needed: object; origin: PipelineRecord['origin'] };
    return { needed: Object.assign([], needed), origin };
}

async function* stored(
    pages: Pages,
    keyOf: (record: PipelineRecord) => string | undefined,
    payloadOf: (record: PipelineRecord) => string = ({ data, origin }) => JSON.stringify({ data, origin }),
): AsyncGenerator<StoredRow[], void, undefined> {
    for await (const page of pages) {
        for (let from = 0; from < page.length; from += rowsPerTurn) {
            const some = page.slice(from, from + rowsPerTurn);
            yield some.map(record => ({ key: keyOf(record), payload: payloadOf(record) }));
            // Lease and heartbeat of the run need their turns too.
            await nextTurn();
        }
    }
}

const rowsPerTurn = 2_000;

async function* records(work: DuckDbWork, sql: string): Parts {
    for await (const page of work.rows(sql)) yield page.map(([payload]) => recordOf(payload!)!);
}

function recordOf(payload: DuckDBValue): PipelineRecord | undefined {
    return payload === null ? undefined : (JSON.parse(payload as string) as PipelineRecord);
}

/** A row number as a key that sorts like it. */
function orderedBytes(seq: bigint): string {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(seq);
    return bytes.toString('latin1');
}
