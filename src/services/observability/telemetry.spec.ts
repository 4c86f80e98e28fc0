import * as api from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { UserError } from '../../sdk/errors';
import { RunObservation } from './run-observation';
import { Telemetry } from './telemetry';

describe('telemetry', () => {
    afterEach(() => api.trace.disable());

    it('tells a failure by its code and never by its message, which may quote a record', async () => {
        const exporter = new InMemorySpanExporter();
        const spanProcessors = [new SimpleSpanProcessor(exporter)];
        api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
        const telemetry = new Telemetry(api);
        const error = new UserError('bad-price', 'The price of "SKU-77" is no number.');
        for (const thrown of [error, new Error('Duplicate entry "SKU-77"')]) {
            await expect(telemetry.span('work', {}, () => Promise.reject(thrown))).rejects.toBe(thrown);
        }
        const spans = exporter.getFinishedSpans();
        expect(spans.map(({ status }) => status)).toEqual([
            { code: api.SpanStatusCode.ERROR, message: 'bad-price' },
            { code: api.SpanStatusCode.ERROR, message: 'error' },
        ]);
        expect(JSON.stringify(spans.map(({ events, attributes }) => [events, attributes]))).not.toContain('SKU-77');
    });

    it('does nothing where the package is not installed; live numbers are there all the same', async () => {
        const telemetry = new Telemetry(undefined);
        expect(telemetry.instruments).toBeUndefined();
        expect(await telemetry.span('work', {}, () => Promise.resolve(7))).toBe(7);
        const run = { id: '1', pipeline: 'erp', dryRun: false, extracting: new Set(['read']) };
        const observation = new RunObservation(telemetry, run);
        const piece = { kind: 'COMMIT', stage: 'read', batch: 0, records: 10 } as const;
        const live = await observation.observe(piece, () => Promise.resolve(observation.live({ steps: {} })));
        expect(live).toMatchObject({ batchesInFlight: 1, recordsInFlight: 10 });
        await expect(observation.observe(piece, () => Promise.reject(new Error('No.')))).rejects.toThrow('No.');
        expect(observation.live({ steps: {} })).toMatchObject({ batchesInFlight: 0, recordsInFlight: 0 });
    });
});
