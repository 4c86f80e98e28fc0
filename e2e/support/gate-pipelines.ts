import { TaxCategory } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Like } from 'typeorm';
import type { JsonObject } from '../../shared/json';
import { DataHubGate, Pipeline, PipelineRun } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { PipelineService } from '../../src/services/pipeline.service';
import type { BootedVendure } from './vendure';

type Edge = { from: string; to: string };
type Step = { key: string; type: string; config?: JsonObject; guards?: object };

const rename = (key: string, text: string): Step => ({
    key,
    type: 'TRANSFORM',
    config: { operators: [{ op: 'prefix', args: { paths: ['name'], text } }] },
});
const load = (key: string): Step => ({ key, type: 'LOAD', config: { adapterCode: 'testTaxCategory' } });
const gate = (key: string, settings: JsonObject): Step => ({ key, type: 'GATE', config: settings });

/** Loads `<prefix>0` …, then, behind a gate, `b-<prefix>0` …, and behind another one `c-b-<prefix>0` …. */
export const gated = (
    prefix: string,
    first: JsonObject,
    { second, count = 25, bad = [] }: { second?: JsonObject; count?: number; bad?: number[] } = {},
): Step[] => [
    { key: 'read', type: 'EXTRACT', config: { adapterCode: 'testNames', prefix, count, bad } },
    load('before'),
    gate('first', first),
    rename('rename', 'b-'),
    load('behind'),
    ...(second ? [gate('second', second), rename('rename-again', 'c-'), load('last')] : []),
];

/** Runs of a booted shop that stop at gates. */
export class GateRuns {
    private codes = 0;

    constructor(private readonly shop: () => BootedVendure) {}

    async start(steps: Step[], edges?: Edge[], context: object = {}): Promise<string> {
        const { app, ctx } = this.shop();
        const created = await app.get(PipelineService).create(ctx, {
            code: `gates-${process.pid}-${++this.codes}`,
            name: 'Gates',
            definition: {
                version: 1,
                steps,
                edges,
                context: { throughput: { batchSize: 10, concurrency: 1 }, ...context },
            },
        });
        if (!(created instanceof Pipeline)) throw new Error(JSON.stringify(created));
        return this.startAgain(created);
    }

    async startAgain(pipeline: Pipeline): Promise<string> {
        const { app, ctx } = this.shop();
        const run = await app.get(PipelineRunnerService).enqueue(ctx, pipeline.id, { triggeredBy: 'test' });
        return String(run.id);
    }

    load(runId: string): Promise<PipelineRun> {
        return this.rows(PipelineRun).findOneByOrFail({ id: runId });
    }

    gate(runId: string, stepKey: string): Promise<DataHubGate | null> {
        return this.rows(DataHubGate).findOneBy({ runId, stepKey });
    }

    /** The run as it is once it neither waits for its turn nor executes. */
    async settled(runId: string): Promise<PipelineRun> {
        for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 50) {
            const run = await this.load(runId);
            if (run.status !== 'PENDING' && run.status !== 'RUNNING') return run;
            await sleep(50);
        }
        throw new Error(`Run ${runId} is still under way: ${JSON.stringify(await this.load(runId))}`);
    }

    written(prefix: string): Promise<number> {
        return this.rows(TaxCategory).countBy({ name: Like(`${prefix}%`) });
    }

    rows<T extends object>(entity: new () => T) {
        return this.shop().connection.rawConnection.getRepository(entity);
    }
}
