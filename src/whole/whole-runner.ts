import { setImmediate as nextTurn } from 'node:timers/promises';
import { RecordPages, WholeRunner } from '../runtime/ports';
import { PipelineRecord } from '../sdk/record';
import { JoinOperation, WholeOperation } from '../sdk/whole-operation';
import { runInMemory } from './in-memory';
import { Intake } from './intake';
import { MemoryRoom } from './memory-room';
import { runOutOfCore } from './out-of-core';
import { DuckDb, loadDuckDb } from './duckdb-work';

export interface WholeRunnerOptions {
    /** Where data goes that is too large for memory. */
    tempDirectory: string;
    /** Of DuckDB, for each operation that runs at the time. */
    memoryLimitMb: number;
    /** Both inputs of a join together. */
    maxRowsInMemory: number;
    /** The same by size. Default: 32 MiB. */
    maxBytesInMemory?: number;
    /** For tests: how the optional package is found. */
    loadDuckDb?: () => Promise<DuckDb>;
}

const defaultMaxBytes = 32 * 1024 ** 2;

/** Small data stays in memory; larger data goes through DuckDB, in bounded memory. Both give the same records in the same order. */
export function createWholeRunner(options: WholeRunnerOptions): WholeRunner {
    return {
        run: (operation, input, { pageSize, signal }) => inPages(run(operation, input, signal, options), pageSize),
    };
}

async function* run(
    operation: WholeOperation,
    input: { main: RecordPages; right?: RecordPages },
    signal: AbortSignal,
    options: WholeRunnerOptions,
): AsyncGenerator<Iterable<PipelineRecord>, void, undefined> {
    const room = new MemoryRoom(options.maxRowsInMemory, options.maxBytesInMemory ?? defaultMaxBytes);
    const right = new Intake(operation.kind === 'JOIN' ? rightOf(operation, input.right) : none(), signal);
    const main = new Intake(input.main, signal);
    try {
        if ((await right.fill(room)) && (await main.fill(room))) {
            yield runInMemory(operation, main.buffered, right.buffered);
            return;
        }
        yield* runOutOfCore(operation, { main: main.all(), right: right.all() }, signal, {
            ...options,
            loadDuckDb: options.loadDuckDb ?? loadDuckDb,
        });
    } finally {
        await right.close();
        await main.close();
    }
}

/** Records that stand in the settings have no source; they are counted as they stand there. */
function rightOf({ right }: JoinOperation, pages: RecordPages | undefined): RecordPages {
    if (!('records' in right)) return pages ?? none();
    const records = right.records.map((data, index) => ({ data, origin: { step: 'rightData', index } }));
    return (async function* () {
        yield records;
    })();
}

async function* none(): RecordPages & AsyncGenerator<PipelineRecord[]> {
    // No page at all.
}

async function* inPages(
    parts: AsyncGenerator<Iterable<PipelineRecord>, void, undefined>,
    pageSize: number,
): RecordPages & AsyncGenerator<PipelineRecord[], void, undefined> {
    let page: PipelineRecord[] = [];
    for await (const records of parts) {
        for (const record of records) {
            page.push(record);
            if (page.length < pageSize) continue;
            yield page;
            page = [];
            // Lease and heartbeat of the run need their turns too.
            await nextTurn();
        }
    }
    if (page.length > 0) yield page;
}
