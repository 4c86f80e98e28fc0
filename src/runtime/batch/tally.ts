import type { JsonObject } from '../../../shared/json';
import type { DataHubError, ErrorPlace } from '../../sdk/errors';
import type { Origin } from '../../sdk/record';
import type { RunErrors } from '../errors/run-errors';
import { StoppedByRecord } from '../errors/stopped-by-record';
import type { RejectedRecord, RunMetrics, StepCounts } from '../ports';
import { addMetrics, countsOf, emptyMetrics } from './metrics';
import { located } from './located-error';

/** What becomes of records that steps refuse. */
export type Refusals = Pick<RunErrors, 'strategies' | 'secrets'>;

/** What one batch has counted and refused so far. */
export class Tally {
    readonly metrics: RunMetrics;
    readonly rejects: RejectedRecord[];
    /** Left out by steps with `onError: SKIP`; counted as dropped. */
    readonly skipped: SkippedRecord[];

    constructor(
        from?: Tally,
        private readonly refusals: Refusals | undefined = from?.refusals,
    ) {
        this.metrics = from ? addMetrics(from.metrics, emptyMetrics()) : emptyMetrics();
        this.rejects = from ? [...from.rejects] : [];
        this.skipped = from ? [...from.skipped] : [];
    }

    of(step: string): StepCounts {
        return countsOf(this.metrics, step);
    }

    /**
     * `step` refuses `record`: it is counted and kept for the quarantine, or left out, or fails the run with a
     * StoppedByRecord, as the step's strategy says. The error learns where it happened.
     */
    reject(step: string, record: Refused, error: DataHubError, key?: string): void {
        const { origin, data, raw } = record;
        const place: ErrorPlace = { step, file: origin.file, line: origin.line, index: origin.index, key };
        const refused = { record: data, raw, error: located(error, place) };
        const kept = this.refusals?.secrets?.takenOutOf(refused, step) ?? refused;
        const told = kept.error;
        switch (this.refusals?.strategies.get(step)) {
            case 'STOP':
                throw new StoppedByRecord(told);
            case 'SKIP':
                this.of(step).dropped++;
                this.skipped.push({ step, origin, error: told });
                return;
            default:
                this.of(step).rejected++;
                this.rejects.push({ step, origin, key, ...kept });
        }
    }
}

export interface SkippedRecord {
    step: string;
    origin: Origin;
    error: DataHubError;
}

/** A record, or the beginning of the text in which none could be read. */
interface Refused {
    data: JsonObject | null;
    origin: Origin;
    raw?: string;
}
