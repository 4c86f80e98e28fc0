import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from '../../shared/json';
import { RecordPages } from '../runtime/ports';
import { PipelineRecord } from '../sdk/record';
import { WholeOperation } from '../sdk/whole-operation';
import { createWholeRunner, WholeRunnerOptions } from './whole-runner';

export const tempDirectory = mkdtempSync(join(tmpdir(), 'data-hub-whole-spec-'));

export type Way = 'in memory' | 'through DuckDB';

export interface Given {
    main: readonly JsonObject[];
    right?: readonly JsonObject[];
    way?: Way;
    options?: Partial<WholeRunnerOptions>;
    signal?: AbortSignal;
    pageSize?: number;
}

export function runnerOn(way: Way, options: Partial<WholeRunnerOptions> = {}) {
    const maxRowsInMemory = way === 'in memory' ? 1_000_000 : 0;
    return createWholeRunner({ tempDirectory, memoryLimitMb: 128, maxRowsInMemory, ...options });
}

export async function runWhole(operation: WholeOperation, given: Given): Promise<PipelineRecord[]> {
    const { main, right, way = 'in memory', options, signal = new AbortController().signal, pageSize = 3 } = given;
    const input = { main: pages(main, 'read'), right: right && pages(right, 'other') };
    const output: PipelineRecord[] = [];
    for await (const page of runnerOn(way, options).run(operation, input, { pageSize, signal })) {
        if (page.length > pageSize) throw new Error('The page is too large.');
        output.push(...page);
    }
    return output;
}

export async function* pages(records: readonly JsonObject[], step: string, size = 4): RecordPages {
    for (let from = 0; from < records.length; from += size) {
        yield records.slice(from, from + size).map((data, i) => ({ data, origin: { step, index: from + i } }));
    }
}
