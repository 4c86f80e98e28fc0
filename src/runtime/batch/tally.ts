import type { JsonObject } from '../../../shared/json';
import type { DataHubError, ErrorPlace } from '../../sdk/errors';
import type { Origin } from '../../sdk/record';
import type { RejectedRecord, RunMetrics, StepCounts } from '../ports';
import { addMetrics, countsOf, emptyMetrics } from './metrics';
import { located } from './located-error';

/** What one batch has counted and refused so far. */
export class Tally {
    readonly metrics: RunMetrics;
    readonly rejects: RejectedRecord[];

    constructor(from?: Tally) {
        this.metrics = from ? addMetrics(from.metrics, emptyMetrics()) : emptyMetrics();
        this.rejects = from ? [...from.rejects] : [];
    }

    of(step: string): StepCounts {
        return countsOf(this.metrics, step);
    }

    /** Counts and keeps `record` as a reject of `step`; the error learns where it happened. */
    reject(step: string, record: Refused, error: DataHubError, key?: string): void {
        const { origin, data, raw } = record;
        const place: ErrorPlace = { step, file: origin.file, line: origin.line, index: origin.index, key };
        this.of(step).rejected++;
        this.rejects.push({ step, origin, record: data, raw, key, error: located(error, place) });
    }
}

/** A record, or the beginning of the text in which none could be read. */
interface Refused {
    data: JsonObject | null;
    origin: Origin;
    raw?: string;
}
