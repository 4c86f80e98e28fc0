import type { JsonObject } from '../../../shared/json';
import type { ChannelCounts, RunMetrics } from '../../../shared/run';
import { DataHubError, errorOfKind, ErrorKind, ErrorPlace } from '../../sdk/errors';
import type { Origin, PipelineRecord } from '../../sdk/record';
import { type Refusals, Tally } from '../batch/tally';
import type { LoadInput, PreparedBatch } from './stage-flow';

/*
 * A prepared batch on its way to another worker: one record on the spool. What goes to other stages and to exports stays
 * with the process that prepared it.
 */
interface WrittenBatch {
    metrics: RunMetrics;
    rejects: {
        step: string;
        origin: Origin;
        record: JsonObject | null;
        raw?: string;
        key?: string;
        error: WrittenError;
    }[];
    loads: [step: string, inputs: WrittenInput[]][];
    /** What waits in channels to other stages already. Counted with the batch, whoever lives to do so. */
    sent: Record<string, ChannelCounts>;
}

interface WrittenInput {
    record: PipelineRecord;
    /** LOAD step and position among its inputs. */
    through?: [step: string, position: number];
    refusal?: WrittenError;
}

interface WrittenError {
    kind: ErrorKind;
    code: string;
    message: string;
    hint?: string;
    place: ErrorPlace;
}

export function encodeBatch({ tally, loads }: PreparedBatch, sent: Record<string, ChannelCounts> = {}): PipelineRecord {
    const positions = new Map<LoadInput, [string, number]>();
    for (const [step, inputs] of loads) inputs.forEach((input, at) => positions.set(input, [step, at]));
    const written: WrittenBatch = {
        metrics: tally.metrics,
        sent,
        rejects: tally.rejects.map(reject => ({ ...reject, error: writeError(reject.error) })),
        loads: [...loads].map(([step, inputs]) => [
            step,
            inputs.map(({ record, through, refusal }) => ({
                record,
                ...(through ? { through: positions.get(through) } : {}),
                ...(refusal ? { refusal: writeError(refusal) } : {}),
            })),
        ]),
    };
    return { data: written as unknown as JsonObject, origin: { step: '', index: 0 } };
}

export function decodeBatch(
    number: number,
    { data }: PipelineRecord,
    refusals: Refusals,
): { batch: PreparedBatch; sent: Record<string, ChannelCounts> } {
    const written = data as unknown as WrittenBatch;
    const tally = new Tally(undefined, refusals);
    Object.assign(tally.metrics, written.metrics);
    for (const reject of written.rejects) tally.rejects.push({ ...reject, error: readError(reject.error) });
    const loads = new Map<string, LoadInput[]>();
    // Senders stand before receivers, so what an input comes through is there already.
    for (const [step, inputs] of written.loads) {
        loads.set(
            step,
            inputs.map(({ record, through, refusal }) => ({
                record,
                ...(through ? { through: loads.get(through[0])![through[1]] } : {}),
                ...(refusal ? { refusal: readError(refusal) } : {}),
            })),
        );
    }
    const batch = { number, tally, loads, exports: new Map(), outputs: new Map(), keys: new Set<string>() };
    return { batch, sent: written.sent };
}

function writeError({ kind, code, message, hint, place }: DataHubError): WrittenError {
    return { kind, code, message, ...(hint === undefined ? {} : { hint }), place };
}

function readError({ kind, code, message, hint, place }: WrittenError): DataHubError {
    return errorOfKind(kind, code, message, hint, place);
}
