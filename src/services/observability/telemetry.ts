import type { Attributes, Context, Counter, Histogram, MeterProvider, Span, UpDownCounter } from '@opentelemetry/api';
import { DataHubError } from '../../sdk/errors';

type Api = typeof import('@opentelemetry/api');

/** Name of the tracer and of the meter. */
const SCOPE = '@vendure/data-hub';

export interface Instruments {
    records: Counter;
    retries: Counter;
    runs: Counter;
    batchDuration: Histogram;
    batchesInFlight: UpDownCounter;
}

/**
 * Spans and metrics over `@opentelemetry/api`, whatever SDK the application has set up. Does nothing where the package is
 * not installed. Attributes name pipelines, steps and hosts and never hold anything of a record.
 */
export class Telemetry {
    private made: { by: MeterProvider; instruments: Instruments } | undefined;

    constructor(private readonly api: Api | undefined) {}

    static async load(): Promise<Telemetry> {
        return new Telemetry(await import('@opentelemetry/api').catch(() => undefined));
    }

    /** Runs `work` inside a span that ends with it. Without `parent` it belongs to whatever is active. */
    async span<T>(
        name: string,
        attributes: Attributes,
        work: (span: OpenSpan) => Promise<T>,
        parent?: SpanParent,
    ): Promise<T> {
        const { api } = this;
        if (!api) return work(noSpan);
        const around = (parent as Context | undefined) ?? api.context.active();
        const span = api.trace.getTracer(SCOPE).startSpan(name, { attributes }, around);
        const inside = api.trace.setSpan(around, span);
        const open: OpenSpan = { parent: inside, set: more => void span.setAttributes(more) };
        try {
            return await api.context.with(inside, () => work(open));
        } catch (thrown) {
            this.tellError(span, thrown);
            throw thrown;
        } finally {
            span.end();
        }
    }

    /** Undefined where nobody listens. */
    get instruments(): Instruments | undefined {
        if (!this.api) return undefined;
        const by = this.api.metrics.getMeterProvider();
        // Instruments of the provider that was there before an SDK was set up would stay silent.
        if (this.made?.by !== by) this.made = { by, instruments: instrumentsOf(by) };
        return this.made.instruments;
    }

    /** The code only: messages may quote records. */
    private tellError(span: Span, thrown: unknown): void {
        const message = thrown instanceof DataHubError ? thrown.code : 'error';
        span.setStatus({ code: this.api!.SpanStatusCode.ERROR, message });
    }
}

/** A span that further ones can be children of; opaque to who only passes it on. */
export type SpanParent = object;

export interface OpenSpan {
    parent: SpanParent | undefined;
    set(attributes: Attributes): void;
}

const noSpan: OpenSpan = { parent: undefined, set: () => undefined };

function instrumentsOf(provider: MeterProvider): Instruments {
    const meter = provider.getMeter(SCOPE);
    return {
        records: meter.createCounter('data_hub.records', {
            description: 'Records by step and by what became of them.',
            unit: '{record}',
        }),
        retries: meter.createCounter('data_hub.retries', {
            description: 'Attempts that followed a failed one.',
            unit: '{retry}',
        }),
        runs: meter.createCounter('data_hub.runs', { description: 'Ended runs by status.', unit: '{run}' }),
        batchDuration: meter.createHistogram('data_hub.batch.duration', {
            description: 'Time to prepare a batch, and to write it.',
            unit: 'ms',
        }),
        batchesInFlight: meter.createUpDownCounter('data_hub.batches.in_flight', {
            description: 'Batches that are being prepared or written.',
            unit: '{batch}',
        }),
    };
}
