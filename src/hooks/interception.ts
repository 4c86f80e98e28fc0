import { isJsonObject, JsonObject } from '../../shared/json';
import type { HookEvent, Intercepted } from '../runtime/ports';
import { DataHubError, Defect } from '../sdk/errors';
import { Dropped, Expanded, Outcome, Rejected } from '../sdk/outcome';
import type { PipelineRecord } from '../sdk/record';
import type { Script } from './script';

export interface Interceptor {
    name: string;
    script: Script;
}

/** A record on its way through the INTERCEPTORs of one stage. */
interface Passenger {
    /** As it came to the first of them. */
    given: PipelineRecord;
    data: JsonObject;
}

/** Takes the records of a batch through INTERCEPTORs, one after the other. A record keeps its origin whatever becomes of it. */
export async function intercept(
    interceptors: readonly Interceptor[],
    event: HookEvent,
    records: readonly PipelineRecord[],
    signal: AbortSignal,
): Promise<Intercepted> {
    const rejected: Intercepted['rejected'] = [];
    let dropped = 0;
    let passengers: Passenger[] = records.map(given => ({ given, data: given.data }));
    for (const { name, script } of interceptors) {
        if (passengers.length === 0) break;
        const outcomes = await call(name, script, event, passengers, signal);
        const kept: Passenger[] = [];
        outcomes.forEach((outcome, i) => {
            const { given } = passengers[i]!;
            if (outcome instanceof Dropped) dropped++;
            else if (outcome instanceof Rejected) rejected.push({ record: given, error: outcome.error });
            else if (outcome instanceof Expanded) for (const data of outcome.records) kept.push({ given, data });
            else kept.push({ given, data: outcome });
        });
        passengers = kept;
    }
    return {
        records: passengers.map(({ given, data }) => ({ data, origin: given.origin })),
        dropped,
        rejected,
    };
}

async function call(
    name: string,
    script: Script,
    event: HookEvent,
    passengers: readonly Passenger[],
    signal: AbortSignal,
): Promise<(JsonObject | Outcome)[]> {
    // Nested values are shared with other branches and with the quarantine, so the script gets copies of all of it.
    const copies = passengers.map(({ data }) => structuredClone(data));
    let answer: unknown;
    try {
        answer = await script({ event, records: copies, signal });
    } catch (thrown) {
        if (thrown instanceof DataHubError || signal.aborted) throw thrown;
        throw failed(name, event, `threw: ${thrown instanceof Error ? thrown.message : String(thrown)}`, thrown);
    }
    if (!Array.isArray(answer)) throw failed(name, event, 'returned no list of records.');
    if (answer.length !== copies.length) {
        throw failed(name, event, `was given ${copies.length} records and returned ${answer.length}.`);
    }
    const wrong = answer.findIndex(each => !isOutcome(each));
    if (wrong >= 0) throw failed(name, event, `returned something else than a record in place ${wrong}.`);
    return answer as (JsonObject | Outcome)[];
}

function isOutcome(value: unknown): boolean {
    if (value instanceof Expanded) return value.records.every(isJsonObject);
    return value instanceof Dropped || value instanceof Rejected || isJsonObject(value);
}

function failed(name: string, { stage, step }: HookEvent, what: string, cause?: unknown): Defect {
    return new Defect(
        'interceptor-failed',
        `The interceptor "${name}" at ${stage} ${what}`,
        'Return for each record, in order, the record that goes on in its place, or drop(), reject() or expand().',
        step === undefined ? {} : { step },
        { cause },
    );
}
