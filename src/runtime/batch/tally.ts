import type { JsonObject } from '../../../shared/json';
import type { OnError } from '../../sdk/definition/error-handling';
import type { DataHubError, ErrorPlace } from '../../sdk/errors';
import type { Origin } from '../../sdk/record';
import { StoppedByRecord } from '../errors/stopped-by-record';
import type { RejectedRecord, RunMetrics, StepCounts } from '../ports';
import { addMetrics, countsOf, emptyMetrics } from './metrics';
import { located } from './located-error';

/** What one batch has counted and refused so far. */
export class Tally {
    readonly metrics: RunMetrics;
    readonly rejects: RejectedRecord[];
    /** Left out by steps with `onError: SKIP`; counted as dropped. */
    readonly skipped: SkippedRecord[];

    constructor(
        from?: Tally,
        /** By step key; steps that are not here reject. */
        private readonly strategies: ReadonlyMap<string, OnError> = from?.strategies ?? new Map(),
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
        const told = located(error, place);
        switch (this.strategies.get(step)) {
            case 'STOP':
                throw new StoppedByRecord(told);
            case 'SKIP':
                this.of(step).dropped++;
                this.skipped.push({ step, origin, error: told });
                return;
            default:
                this.of(step).rejected++;
                this.rejects.push({ step, origin, record: data, raw, key, error: told });
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
