import { JsonObject } from '../../shared/json';
import { DataHubError } from '../sdk/errors';
import { isSequence, isWhole, OperatorAdapter, SequenceOperator } from '../sdk/operator';
import { Dropped, Expanded, Rejected } from '../sdk/outcome';
import { Origin, PipelineRecord } from '../sdk/record';
import { WholeOperation } from '../sdk/whole-operation';
import { runInMemory } from '../whole/in-memory';

export interface OperatorRun {
    kept: JsonObject[];
    /** With the origins, for operators that make one record of several. */
    records: PipelineRecord[];
    dropped: { record: JsonObject; reason: string }[];
    rejected: { record: JsonObject; error: DataHubError }[];
}

export interface RunOperatorOptions {
    /** Origin of the i-th record; by default line i + 2 of `test.csv`, as if the first line held the column names. */
    originOf?: (index: number) => Origin;
    /** Output of the step that a join names in `rightDataPath`. */
    right?: readonly JsonObject[];
}

/**
 * Runs an operator as a pipeline would: settings pass the schema, then `create`, then the records one by one.
 * Settings that the schema refuses throw zod's error. The given records are not changed.
 */
export async function runOperator(
    adapter: OperatorAdapter,
    config: Record<string, unknown>,
    given: readonly JsonObject[],
    { originOf = originOfTestFile, right = [] }: RunOperatorOptions = {},
): Promise<OperatorRun> {
    const operator = adapter.create({ config: adapter.schema.parse(config) });
    const run: OperatorRun = { kept: [], records: [], dropped: [], rejected: [] };
    const keep = (data: JsonObject, origin: Origin): void => {
        run.kept.push(data);
        run.records.push({ data, origin });
    };
    if (isSequence(operator)) {
        runSequence(operator, given, originOf, run, keep);
        return run;
    }
    if (isWhole(operator)) {
        const records = given.map((data, i) => ({ data: { ...data }, origin: originOf(i) }));
        for (const { data, origin } of runInMemory(operator.whole, records, rightOf(operator.whole, right)))
            keep(data, origin);
        return run;
    }
    for (const [i, record] of given.entries()) {
        const result = await operator({ ...record }, originOf(i));
        if (result instanceof Dropped) run.dropped.push({ record, reason: result.reason });
        else if (result instanceof Rejected) run.rejected.push({ record, error: result.error });
        else if (result instanceof Expanded) for (const one of result.records) keep(one, originOf(i));
        else keep(result, originOf(i));
    }
    return run;
}

function runSequence(
    operator: SequenceOperator,
    given: readonly JsonObject[],
    originOf: (index: number) => Origin,
    run: OperatorRun,
    keep: (data: JsonObject, origin: Origin) => void,
): void {
    const output = {
        keep: (record: PipelineRecord) => keep(record.data, record.origin),
        drop: (record: PipelineRecord, reason: string) => void run.dropped.push({ record: record.data, reason }),
        reject: (record: PipelineRecord, error: DataHubError) => void run.rejected.push({ record: record.data, error }),
    };
    given.forEach((record, i) => operator.push({ data: { ...record }, origin: originOf(i) }, output));
    operator.flush(output);
}

function rightOf(operation: WholeOperation, right: readonly JsonObject[]): PipelineRecord[] {
    const isGiven = operation.kind === 'JOIN' && 'records' in operation.right;
    const records = isGiven ? (operation.right as { records: JsonObject[] }).records : right;
    return records.map((data, index) => ({ data, origin: { step: 'right', index } }));
}

const originOfTestFile = (index: number): Origin => ({ step: 'test', index, file: 'test.csv', line: index + 2 });
