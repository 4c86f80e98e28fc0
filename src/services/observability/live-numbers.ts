import type { LiveNumbers, RunMetrics } from '../../../shared/run';

interface Sample {
    atMs: number;
    metrics: RunMetrics;
}

/** Rates are taken over this long, and never over less than a second. */
const windowMs = 10_000;
const sampleEveryMs = 500;
const shortestMs = 1_000;

/** How fast a run goes now, from snapshots of what it has counted. */
export class LiveRates {
    private readonly samples: Sample[] = [];

    constructor(private readonly now: () => number = () => performance.now()) {}

    add(metrics: RunMetrics): void {
        const atMs = this.now();
        const last = this.samples.at(-1);
        if (last && atMs - last.atMs < sampleEveryMs) return;
        this.samples.push({ atMs, metrics });
        // The oldest one that is kept stands just outside of the window, so that the window is full.
        while (this.samples.length > 2 && atMs - this.samples[1]!.atMs >= windowMs) this.samples.shift();
    }

    /** What the run has counted now, against the beginning of the window. */
    rates(
        metrics: RunMetrics,
        extracting: ReadonlySet<string>,
    ): Pick<LiveNumbers, 'recordsPerSecond' | 'etaSeconds' | 'steps'> {
        const first = this.samples[0];
        const seconds = first ? (this.now() - first.atMs) / 1_000 : 0;
        if (!first || seconds * 1_000 < shortestMs) return { recordsPerSecond: null, etaSeconds: null, steps: {} };
        const rateOf = (step: string): number =>
            ((metrics.steps[step]?.in ?? 0) - (first.metrics.steps[step]?.in ?? 0)) / seconds;
        const steps = Object.fromEntries(Object.keys(metrics.steps).map(step => [step, rounded(rateOf(step))]));
        const read = [...extracting].reduce((sum, step) => sum + rateOf(step), 0);
        return { recordsPerSecond: rounded(read), etaSeconds: this.eta(first.metrics, metrics, seconds), steps };
    }

    /** From bytes: the number of records that are still to come is known to nobody. */
    private eta(first: RunMetrics, { bytesRead, bytesTotal }: RunMetrics, seconds: number): number | null {
        if (bytesRead === undefined || bytesTotal === undefined) return null;
        const bytesPerSecond = (bytesRead - (first.bytesRead ?? 0)) / seconds;
        if (bytesPerSecond <= 0) return null;
        return Math.max(0, Math.round((bytesTotal - bytesRead) / bytesPerSecond));
    }
}

function rounded(rate: number): number {
    return Math.round(rate * 10) / 10;
}
