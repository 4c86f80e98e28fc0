import type { JsonObject } from '../../../shared/json';
import { isJsonObject } from '../../../shared/json';
import { DataHubError, Defect } from '../../sdk/errors';
import { isSequence, RecordOperator, SequenceOperator, SequenceOutput } from '../../sdk/operator';
import { Dropped, Expanded, Outcome, reject, Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import { adapterError, textOf } from '../batch/adapter-error';
import type { Tally } from '../batch/tally';
import { StoppedByRecord } from '../errors/stopped-by-record';
import type { StepRetries } from '../errors/step-retries';

export interface NamedOperator {
    code: string;
    operator: RecordOperator | SequenceOperator;
}

/** A record inside a step, with what it was when it entered. */
interface Passenger {
    record: PipelineRecord;
    entered: JsonObject;
}

/** One passage of a batch. */
interface Passage {
    last: boolean;
    tally: Tally;
    /** Aborted when nobody waits for the outcome any more. */
    signal: AbortSignal | undefined;
}

type Link = (passengers: Passenger[], passage: Passage) => Promise<Passenger[]>;

/**
 * The operators of one step, one after the other over a whole batch. Each sees the records one at a time, in order; those
 * that are tried again come after the others of their batch, and leave the operator in their old place all the same.
 *
 * What is tried again is the operator that failed, with the record as it came to it, not the whole step: an operator before
 * it may remember the record already, or have made several records of one.
 */
export class OperatorChain {
    private readonly links: Link[];

    constructor(
        private readonly step: string,
        operators: readonly NamedOperator[],
        private readonly retries?: StepRetries,
    ) {
        this.links = operators.map(({ code, operator }) =>
            isSequence(operator) ? this.sequenceLink(code, operator) : this.recordLink(code, operator),
        );
    }

    /** `last` is true for the final batch: operators that hold records back then give them up. */
    async run(
        records: readonly PipelineRecord[],
        last: boolean,
        tally: Tally,
        signal?: AbortSignal,
    ): Promise<PipelineRecord[]> {
        let passengers = records.map(enter);
        for (const link of this.links) {
            signal?.throwIfAborted();
            passengers = await link(passengers, { last, tally, signal });
        }
        return passengers.map(({ record }) => record);
    }

    private recordLink(code: string, operator: RecordOperator): Link {
        return async (passengers, { tally, signal }) => {
            const { retries } = this;
            const outcomes: (JsonObject | Outcome)[] = [];
            // As long as all go on as they came, no list is made for the next operator.
            let kept: Passenger[] | undefined;
            // By index: an iterator would make an object for each record and operator.
            for (let i = 0; i < passengers.length; i++) {
                const passenger = passengers[i]!;
                const answer = this.attempt(code, operator, passenger.record);
                // Awaiting every plain answer would cost a turn of the event loop per record.
                const outcome = answer instanceof Promise ? await awaited(answer, signal) : answer;
                if (retries) outcomes.push(outcome);
                else if (kept || outcome !== passenger.record.data) {
                    kept ??= passengers.slice(0, i);
                    this.take(code, outcome, passenger, kept, tally);
                }
            }
            if (!retries) return kept ?? passengers;
            await this.tryAgain(retries, outcomes, code, operator, passengers, signal);
            const left: Passenger[] = [];
            outcomes.forEach((outcome, i) => this.take(code, outcome, passengers[i]!, left, tally));
            return left;
        };
    }

    private attempt(
        code: string,
        operator: RecordOperator,
        { data, origin }: PipelineRecord,
    ): JsonObject | Outcome | Promise<JsonObject | Outcome> {
        try {
            // Another attempt must find the record as it came to this one.
            const answer = operator(this.retries ? { ...data } : data, origin);
            return answer instanceof Promise ? answer.catch((thrown: unknown) => failed(code, thrown)) : answer;
        } catch (thrown) {
            return failed(code, thrown);
        }
    }

    /** Replaces the outcomes of records that another attempt may save. */
    private async tryAgain(
        retries: StepRetries,
        outcomes: (JsonObject | Outcome)[],
        code: string,
        operator: RecordOperator,
        passengers: readonly Passenger[],
        signal: AbortSignal | undefined,
    ): Promise<void> {
        let failed = [...outcomes.keys()];
        for (let attempt = 1; ; attempt++) {
            failed = failed.filter(i => {
                const outcome = outcomes[i];
                return outcome instanceof Rejected && retries.admits(passengers[i]!.record, outcome.error, attempt);
            });
            if (failed.length === 0) return;
            await retries.pause(attempt, signal);
            for (const i of failed) {
                outcomes[i] = await awaited(this.attempt(code, operator, passengers[i]!.record), signal);
            }
        }
    }

    private take(code: string, outcome: unknown, passenger: Passenger, kept: Passenger[], tally: Tally): void {
        // First, because it is what most operators do with most records.
        if (outcome === passenger.record.data) kept.push(passenger);
        else if (outcome instanceof Dropped) tally.of(this.step).dropped++;
        else if (outcome instanceof Rejected) this.refuse(passenger, outcome.error, tally);
        else if (outcome instanceof Expanded) {
            for (const data of outcome.records) kept.push(withData(passenger, data));
        } else if (!isJsonObject(outcome)) this.refuse(passenger, noRecord(code, outcome), tally);
        else kept.push(withData(passenger, outcome));
    }

    private sequenceLink(code: string, operator: SequenceOperator): Link {
        // Held records come out in a later batch, and what they were when they entered must still be known then.
        const enteredAs = new WeakMap<PipelineRecord, JsonObject>();
        return async (passengers, { last, tally }) => {
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
            if (thrown instanceof StoppedByRecord) throw thrown;
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

/** Nothing more is begun once nobody waits for it. */
async function awaited<T>(answer: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const outcome = await answer;
    signal?.throwIfAborted();
    return outcome;
}

/** The operators work on a copy, so what entered stays as it was, for quarantine and for other branches. */
function enter(record: PipelineRecord): Passenger {
    return { record: { data: { ...record.data }, origin: record.origin }, entered: record.data };
}

function failed(code: string, thrown: unknown): Rejected {
    return reject(adapterError('operator', code, thrown));
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
