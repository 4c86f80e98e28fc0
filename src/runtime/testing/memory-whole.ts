import type { JsonValue } from '../../../shared/json';
import { getPath } from '../../../shared/path';
import type { PipelineRecord } from '../../sdk/record';
import type { WholeOperation } from '../../sdk/whole-operation';
import type { RecordPages, WholeRunner } from '../ports';

/** Just enough for tests of the engine: sorts by text, keeps the first of equal records, appends the right side of a join. */
export const memoryWhole: WholeRunner = {
    async *run(operation, input, { pageSize }) {
        const records = await collect(input.main);
        const right = input.right ? await collect(input.right) : [];
        const result = carryOut(operation, records, right);
        for (let at = 0; at < result.length; at += pageSize) yield result.slice(at, at + pageSize);
    },
};

function carryOut(operation: WholeOperation, records: PipelineRecord[], right: PipelineRecord[]): PipelineRecord[] {
    const text = (record: PipelineRecord, field: string): string => JSON.stringify(valueAt(record, field));
    switch (operation.kind) {
        case 'SORT':
            return operation.by.reduceRight(
                (sorted, { field }) => sorted.sort((a, b) => (text(a, field) < text(b, field) ? -1 : 1)),
                [...records],
            );
        case 'DISTINCT': {
            const seen = new Set<string>();
            return records.filter(record => {
                const key = operation.by.map(field => text(record, field)).join();
                return !seen.has(key) && seen.add(key);
            });
        }
        case 'JOIN':
            return records.map(({ data, origin }) => {
                const match = right.find(other => valueAt(other, operation.rightKey) === data[operation.leftKey]);
                return { data: { ...data, ...match?.data }, origin };
            });
        case 'GROUP':
            throw new Error('Not in this fake.');
    }
}

function valueAt(record: PipelineRecord, field: string): JsonValue {
    return getPath(record.data, field) ?? null;
}

async function collect(pages: RecordPages): Promise<PipelineRecord[]> {
    const records: PipelineRecord[] = [];
    for await (const page of pages) records.push(...page);
    return records;
}
