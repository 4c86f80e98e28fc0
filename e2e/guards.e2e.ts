import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ID } from '@vendure/core';
import { DataHubPlugin, GateService, PipelineRunnerService } from '../src';
import { DataHubChangeSet, DataHubGate, Pipeline, PipelineRun } from '../src/entities';
import { PipelineService } from '../src/services/pipeline.service';
import { testDatabases } from './support/databases';
import { brokenFeeds, cleanFeeds, csvOf, feedOf, type FeedRow, randomFrom } from './support/product-feed';
import { type BootedVendure, bootVendure } from './support/vendure';
import { isFull, seed } from './support/scale';

/** What docs/gates.md recommends, so that it says nothing that is not true. */
async function recommendedGuards(): Promise<object> {
    const page = await readFile(path.resolve('docs/gates.md'), 'utf8');
    const [, sample] = /## Recommended limits[^`]*```json\n([^`]+)```/.exec(page) ?? [];
    return JSON.parse(sample ?? '') as object;
}

const seeds = Array.from({ length: isFull ? 25 : 3 }, (_, index) => seed + index);
const products = 150;
const sqlite = testDatabases.find(database => database.name === 'sqlite')!;

describe('Guards with the recommended limits', () => {
    let vendure: BootedVendure;
    const folder = path.resolve('.test-data/guards');

    beforeAll(async () => {
        console.log(`Guards: DATA_HUB_TEST_SEED=${seed}`);
        await rm(folder, { recursive: true, force: true });
        await mkdir(path.join(folder, 'files'), { recursive: true });
        vendure = await bootVendure({
            database: sqlite,
            databaseName: 'dh_guards',
            plugins: [
                DataHubPlugin.init({
                    files: { rootDir: path.join(folder, 'files') },
                    spool: { directory: path.join(folder, 'spool') },
                }),
            ],
        });
    });
    afterAll(async () => {
        await vendure?.close();
        await rm(folder, { recursive: true, force: true });
    });

    const rows = <T extends object>(entity: new () => T) => vendure.connection.rawConnection.getRepository(entity);
    const runner = () => vendure.app.get(PipelineRunnerService);
    const gates = () => vendure.app.get(GateService);

    const pipelineOf = async (prefix: string): Promise<Pipeline> => {
        const created = await vendure.app.get(PipelineService).create(vendure.ctx, {
            code: prefix,
            name: prefix,
            definition: {
                version: 1,
                steps: [
                    {
                        key: 'read',
                        type: 'EXTRACT',
                        config: { adapterCode: 'file', path: `${prefix}.csv`, emptyCells: 'OMIT' },
                    },
                    {
                        key: 'shape',
                        type: 'TRANSFORM',
                        config: {
                            operators: [
                                { op: 'toCents', args: { path: 'price' } },
                                { op: 'toNumber', args: { path: 'stock', target: 'stockOnHand', integer: true } },
                                { op: 'toBoolean', args: { path: 'enabled' } },
                                { op: 'rename', args: { from: 'size', to: 'options.Size' } },
                                {
                                    op: 'group',
                                    args: {
                                        key: 'slug',
                                        parent: ['name', 'enabled'],
                                        child: ['sku', 'price', 'stockOnHand', 'options'],
                                    },
                                },
                            ],
                        },
                    },
                    {
                        key: 'write',
                        type: 'LOAD',
                        config: { adapterCode: 'product' },
                        guards: await recommendedGuards(),
                    },
                ],
            },
        });
        if (!(created instanceof Pipeline)) throw new Error(JSON.stringify(created));
        return created;
    };
    const execute = async (runId: ID): Promise<PipelineRun> => {
        await runner().execute(runId);
        return rows(PipelineRun).findOneByOrFail({ id: runId });
    };
    const importFeed = async (pipeline: Pipeline, feed: readonly FeedRow[]): Promise<PipelineRun> => {
        await writeFile(path.join(folder, 'files', `${pipeline.code}.csv`), csvOf(feed));
        return execute((await runner().enqueue(vendure.ctx, pipeline.id, { triggeredBy: 'test' })).id);
    };
    const reasonsOf = async (run: PipelineRun): Promise<string[]> =>
        (await rows(DataHubGate).findOneBy({ runId: run.id, stepKey: 'write' }))?.reasons ?? [];
    const written = (run: PipelineRun): Promise<number> =>
        rows(DataHubChangeSet).countBy({ runId: run.id, applied: true });

    it.each(seeds)(
        'stop every broken feed and let every clean one through (seed %i)',
        async seed => {
            const random = randomFrom(seed);
            const prefix = `g${seed}`;
            const pipeline = await pipelineOf(prefix);
            let feed = feedOf(random, prefix, products);

            // The first import creates everything, which somebody has to look at once.
            const first = await importFeed(pipeline, feed);
            expect(first.status, JSON.stringify(first.error)).toBe('PAUSED');
            await gates().approveGate(vendure.ctx, first.id, 'write');
            expect(await execute(first.id)).toMatchObject({ status: 'COMPLETED', rejected: 0 });

            for (const [title, { mutate, reason }] of Object.entries(brokenFeeds)) {
                const run = await importFeed(pipeline, mutate(feed, random));
                expect(run.status, title).toBe('PAUSED');
                expect((await reasonsOf(run)).join('\n'), title).toMatch(reason);
                expect(await written(run), title).toBe(0);
                await gates().rejectGate(vendure.ctx, run.id, 'write');
                await execute(run.id);
                expect(await written(run), title).toBe(0);
            }
            // After all that was rejected, the last good import is still the measure.
            for (const [title, mutate] of Object.entries(cleanFeeds)) {
                const next = mutate(feed, random, prefix);
                const run = await importFeed(pipeline, next);
                expect([run.status, await reasonsOf(run)], title).toEqual(['COMPLETED', []]);
                feed = next;
            }
        },
        300_000,
    );
});
