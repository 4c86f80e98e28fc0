import { Channel, Collection, CollectionService, type RequestContext, SearchService } from '@vendure/core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { CatalogFollowUps } from '../src/catalog/follow-ups/catalog-follow-ups';
import { PipelineRun } from '../src/entities';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { describeOnEachDatabase } from './support/each-database';
import { createChannel } from './support/further-channel';
import { given, PipelineShop, until } from './support/pipeline-shop';

/* A worker is lost after the last batch, while what follows the run is still to be done. */
describeOnEachDatabase(
    'what follows the end of a run that another worker has taken over',
    database => {
        let shop: PipelineShop;
        let other: Channel;
        beforeAll(async () => {
            shop = await PipelineShop.boot({ database, databaseName: 'follow_ups_taken_over' });
            other = await createChannel(shop.server, 'b2b');
        });
        afterEach(() => vi.restoreAllMocks());
        afterAll(() => shop.close({ dropDatabase: true }));

        /** One batch for each record, all of them committed before the first worker is lost. */
        const loadTwice = async (
            adapterCode: string,
            records: object[],
            settings: object = {},
        ): Promise<PipelineRun> => {
            const pipeline = await shop.pipeline({
                context: { throughput: { batchSize: 1, concurrency: 1 } },
                steps: [
                    given('read', records),
                    { key: 'load', type: 'LOAD', config: { adapterCode, ...settings } },
                ] as never,
            });
            const runId = await shop.enqueue(pipeline);
            let letGo: (() => void) | undefined;
            const runEnded = vi
                .spyOn(CatalogFollowUps.prototype, 'runEnded')
                .mockImplementationOnce(() => new Promise<void>(resolve => (letGo = resolve)));
            const lost = shop.server.app.get(PipelineRunnerService).execute(runId);
            await until('all batches are committed', () => letGo !== undefined);
            runEnded.mockRestore();
            await shop.rows(PipelineRun).update({ id: runId }, { leaseUntilMs: 0 });
            const run = await shop.execute(runId);
            letGo!();
            await lost;
            return run;
        };
        const names = ['a', 'b', 'c', 'd'];

        it('fills the collections of all batches', async () => {
            const service = CollectionService.prototype as unknown as {
                applyCollectionFiltersInternal(of: Collection): unknown;
            };
            const fill = vi.spyOn(service, 'applyCollectionFiltersInternal');
            const run = await loadTwice(
                'collection',
                names.map(name => ({
                    slug: name,
                    name,
                    filters: [
                        {
                            code: 'variant-name-filter',
                            args: { operator: 'contains', term: name, combineWithAnd: true },
                        },
                    ],
                })),
            );
            expect(run).toMatchObject({ status: 'COMPLETED', created: 4, rejected: 0, leaseToken: 2 });
            const collections = await shop.rows(Collection).findBy({ isRoot: false });
            const filled = fill.mock.calls.map(([{ id }]) => id);
            expect(filled.sort()).toEqual(collections.map(({ id }) => id).sort());
        });

        it('indexes the channels of all batches with REINDEX', async () => {
            const reindex = vi.spyOn(shop.server.app.get(SearchService), 'reindex').mockResolvedValue({} as never);
            const run = await loadTwice(
                'product',
                names.map((name, index) => ({ slug: name, name, channels: index === 0 ? ['b2b'] : [] })),
                { searchIndex: 'REINDEX' },
            );
            expect(run).toMatchObject({ status: 'COMPLETED', created: 4, rejected: 0, leaseToken: 2 });
            const channels = reindex.mock.calls.map(([ctx]: [RequestContext]) => ctx.channel.code);
            expect(channels.sort()).toEqual([shop.server.ctx.channel.code, other.code].sort());
        });
    },
    { sampleOn: 'postgres' },
);
