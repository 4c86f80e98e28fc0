import type { JsonObject } from '../../../shared/json';
import { isJsonObject } from '../../../shared/json';
import { DataHubError, Defect } from '../../sdk/errors';
import { isSequence, RecordOperator, SequenceOperator, SequenceOutput } from '../../sdk/operator';
import { Dropped, Expanded, Outcome, Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import { adapterError, textOf } from '../batch/adapter-error';
import type { Tally } from '../batch/tally';

export interface NamedOperator {
    code: string;
    operator: RecordOperator | SequenceOperator;
}

/** A record inside a step, with what it was when it entered. */
interface Passenger {
    record: PipelineRecord;
    entered: JsonObject;
}

/** The operators of one step, one after the other over a whole batch. Each sees the records one at a time, in order. */
export class OperatorChain {
    private readonly links: ((passengers: Passenger[], last: boolean, tally: Tally) => Promise<Passenger[]>)[];

    constructor(
        private readonly step: string,
        operators: readonly NamedOperator[],
    ) {
        this.links = operators.map(({ code, operator }) =>
            isSequence(operator) ? this.sequenceLink(code, operator) : this.recordLink(code, operator),
        );
    }

    /** `last` is true for the final batch: operators that hold records back then give them up. */
    async run(records: readonly PipelineRecord[], last: boolean, tally: Tally): Promise<PipelineRecord[]> {
        let passengers = records.map(enter);
        for (const link of this.links) passengers = await link(passengers, last, tally);
        return passengers.map(({ record }) => record);
    }

    private recordLink(code: string, operator: RecordOperator) {
        return async (passengers: Passenger[], _last: boolean, tally: Tally): Promise<Passenger[]> => {
            const kept: Passenger[] = [];
            for (const passenger of passengers) {
                let outcome: JsonObject | Outcome;
                try {
                    const answer = operator(passenger.record.data, passenger.record.origin);
                    // Awaiting every plain answer would cost a turn of the event loop per record.
                    outcome = answer instanceof Promise ? await answer : answer;
                } catch (thrown) {
                    this.refuse(passenger, adapterError('operator', code, thrown), tally);
                    continue;
                }
                this.take(code, outcome, passenger, kept, tally);
            }
            return kept;
        };
    }

    private take(code: string, outcome: unknown, passenger: Passenger, kept: Passenger[], tally: Tally): void {
        if (outcome instanceof Dropped) tally.of(this.step).dropped++;
        else if (outcome instanceof Rejected) this.refuse(passenger, outcome.error, tally);
        else if (outcome instanceof Expanded) {
            for (const data of outcome.records) kept.push(withData(passenger, data));
        } else if (!isJsonObject(outcome)) this.refuse(passenger, noRecord(code, outcome), tally);
        else kept.push(outcome === passenger.record.data ? passenger : withData(passenger, outcome));
    }

    private sequenceLink(code: string, operator: SequenceOperator) {
        // Held records come out in a later batch, and what they were when they entered must still be known then.
        const enteredAs = new WeakMap<PipelineRecord, JsonObject>();
        return async (passengers: Passenger[], last: boolean, tally: Tally): Promise<Passenger[]> => {
            const kept: Passenger[] = [];
            const was = (record: PipelineRecord): JsonObject => enteredAs.get(record) ?? record.data;
            const output: SequenceOutput = {
                keep: record =>
                    kept.push({ record: { data: { ...record.data }, origin: record.origin }, entered: was(record) }),
                drop: () => tally.of(this.step).dropped++,
                reject: (record, error) => this.refuse({ record, entered: was(record) }, error, tally),
            };
            for (const passenger of passengers) {
                enteredAs.set(passenger.record, passenger.entered);
                try {
                    operator.push(passenger.record, output);
                } catch (thrown) {
                    this.refuse(passenger, adapterError('operator', code, thrown), tally);
                }
            }
            if (last) this.flush(code, operator, output);
            return kept;
        };
    }

    /** Records that are still held would be lost without a trace, so a flush that throws is a fault of the run. */
    private flush(code: string, operator: SequenceOperator, output: SequenceOutput): void {
        try {
            operator.flush(output);
        } catch (thrown) {
            throw new Defect(
                'operator-flush-failed',
                `The operator "${code}" of step "${this.step}" failed to give up the records it held: ${textOf(thrown)}`,
                'The held records cannot be saved one by one; correct the operator and resume the run.',
                { step: this.step },
                { cause: thrown },
            );
        }
    }

    private refuse({ record, entered }: Passenger, error: DataHubError, tally: Tally): void {
        tally.reject(this.step, { data: entered, origin: record.origin }, error);
    }
}

/** The operators work on a copy, so what entered stays as it was, for quarantine and for other branches. */
function enter(record: PipelineRecord): Passenger {
    return { record: { data: { ...record.data }, origin: record.origin }, entered: record.data };
}

function withData({ record, entered }: Passenger, data: JsonObject): Passenger {
    return { record: { data, origin: record.origin }, entered };
}

function noRecord(code: string, outcome: unknown): Defect {
    const got = outcome === null ? 'null' : Array.isArray(outcome) ? 'a list' : typeof outcome;
    return new Defect(
        'operator-returned-no-record',
        `The operator "${code}" returned ${got} instead of a record or an outcome.`,
        'Correct the operator: return the record, or drop(), reject() or expand().',
    );
}
