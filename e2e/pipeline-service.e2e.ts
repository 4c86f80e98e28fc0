import { ID, isGraphQlErrorResult } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
    DataHubChangeSet,
    DataHubPlugin,
    Pipeline,
    PipelineLog,
    PipelineRevision,
    PipelineRun,
    PipelineService,
} from '../src';
import { AdminApi } from './support/admin-api';
import { describeOnEachDatabase } from './support/each-database';
import { shelfLoader } from './support/shelf-loader';
import { bootVendure, BootedVendure } from './support/vendure';

describeOnEachDatabase(
    'pipelines',
    database => {
        let vendure: BootedVendure;
        let api: AdminApi;
        let pipelines: PipelineService;

        beforeAll(async () => {
            const plugin = DataHubPlugin.init({ adapters: [shelfLoader] });
            vendure = await bootVendure({ database, databaseName: 'h_pipelines', plugins: [plugin], runJobs: true });
            pipelines = vendure.app.get(PipelineService);
            api = await new AdminApi(vendure.url).login();
        });

        afterAll(() => vendure?.close());

        const definitionOf = (place: string, records: object[] = []) => ({
            version: 1,
            steps: [
                { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
                { key: 'write', type: 'LOAD', config: { adapterCode: 'shelf', place } },
            ],
        });
        const create = async (code: string, records?: object[]) => {
            const created = await vendure.connection.withTransaction(vendure.ctx, tx =>
                pipelines.create(tx, { code, name: code, definition: definitionOf('hall', records) }),
            );
            if (isGraphQlErrorResult(created)) throw new Error(JSON.stringify(created));
            return created;
        };
        const countOf = (entity: new () => { pipelineId: ID }, pipelineId: ID) =>
            vendure.connection.rawConnection.getRepository(entity).countBy({ pipelineId });

        it('keep definitions larger than 64 KB', async () => {
            const { id } = await create('large', [{ sku: 'A', text: 'ä🔑'.repeat(100_000) }]);
            const stored = await pipelines.findOne(vendure.ctx, id);
            expect(JSON.stringify(stored?.definition).length).toBeGreaterThan(300_000);
        });

        it('take one of several changes to the same revision', async () => {
            const { id } = await create('contested');
            const change = (place: string) =>
                vendure.connection.withTransaction(vendure.ctx, tx =>
                    pipelines.update(tx, { id, revision: 1, definition: definitionOf(place) }),
                );
            // SQLite has one connection, so there they come one after the other.
            const places = ['a', 'b', 'c', 'd'];
            const results: object[] = [];
            if (database.name === 'sqlite') for (const place of places) results.push(await change(place));
            else results.push(...(await Promise.all(places.map(change))));
            expect(results.filter(result => result instanceof Pipeline)).toHaveLength(1);
            expect(results.filter(result => isGraphQlErrorResult(result as never))).toMatchObject(
                Array.from({ length: 3 }, () => ({
                    errorCode: 'DATA_HUB_PIPELINE_CONFLICT_ERROR',
                    currentRevision: 2,
                })),
            );
            expect(await countOf(PipelineRevision, id)).toBe(2);
        });

        it('are listed with their runs by what people know of them', async () => {
            const { code } = await create('listed', [{ sku: 'A' }, { sku: 'B' }]);
            await run(code);
            const lists = await api.query(
                `query ($code: String!) {
                pipelines: dataHubPipelines(options: { filter: { _or: [{ code: { eq: $code } }, { name: { eq: "?" } }] }, sort: { name: DESC } }) {
                    totalItems items { code } }
                runs: dataHubRuns(options: { filter: { pipelineName: { contains: "iste" }, status: { eq: "COMPLETED" }, dryRun: { eq: true }, read: { gt: 1 } }, sort: { pipelineCode: ASC } }) {
                    totalItems items { pipelineCode read updated } }
            }`,
                { code },
            );
            expect(lists).toEqual({
                pipelines: { totalItems: 1, items: [{ code }] },
                runs: { totalItems: 1, items: [{ pipelineCode: code, read: 2, updated: 2 }] },
            });
        });

        it('can be looked into page by page', async () => {
            const { code } = await create(
                'paged',
                Array.from({ length: 30 }, (_, at) => ({ sku: `S${at}` })),
            );
            const runId = await run(code);
            const page = `query ($runId: ID!, $skip: Int!) { page: dataHubChangeSets(runId: $runId, options: { skip: $skip, take: 10 }) { totalItems items { entityKey } } }`;
            const keys = new Set<string>();
            for (const skip of [0, 10, 20]) {
                const answer = await api.query<{ page: { totalItems: number; items: { entityKey: string }[] } }>(page, {
                    runId,
                    skip,
                });
                expect(answer.page.totalItems).toBe(30);
                for (const { entityKey } of answer.page.items) keys.add(entityKey);
            }
            expect(keys.size).toBe(30);
            const one = `query ($runId: ID!) { one: dataHubChangeSets(runId: $runId, options: { filter: { entityKey: { eq: "S7" }, entityId: { eq: "7" }, entityType: { eq: "Shelf" } } }) { totalItems } }`;
            expect(await api.query(one, { runId })).toEqual({ one: { totalItems: 1 } });
        });

        it('take their history along when they are deleted', async () => {
            const { id, code } = await create('deleted', [{ sku: 'A' }]);
            const other = await create('kept');
            const runId = await run(code);
            expect(await countOf(DataHubChangeSet, id)).toBe(1);
            await vendure.connection.withTransaction(vendure.ctx, tx => pipelines.delete(tx, id));
            for (const entity of [PipelineRevision, PipelineRun, DataHubChangeSet])
                expect(await countOf(entity, id)).toBe(0);
            expect(await vendure.connection.rawConnection.getRepository(PipelineLog).countBy({ runId })).toBe(0);
            expect(await countOf(PipelineRevision, other.id)).toBe(1);
        });

        it('are not deleted while they run', async () => {
            const { id, code } = await create('running');
            const runId = await run(code);
            const runs = vendure.connection.rawConnection.getRepository(PipelineRun);
            await runs.update({ id: runId as never }, { status: 'PAUSED' });
            expect(await pipelines.delete(vendure.ctx, id)).toMatchObject({
                errorCode: 'DATA_HUB_PIPELINE_RUNNING_ERROR',
            });
            await runs.update({ id: runId as never }, { status: 'COMPLETED' });
            expect(await pipelines.delete(vendure.ctx, id)).toBeUndefined();
        });

        async function run(code: string): Promise<string> {
            const { list } = await api.query<{ list: { items: { id: string }[] } }>(
                'query ($code: String!) { list: dataHubPipelines(options: { filter: { code: { eq: $code } } }) { items { id } } }',
                { code },
            );
            const { started } = await api.query<{ started: { id: string } }>(
                'mutation ($id: ID!) { started: runDataHubPipeline(pipelineId: $id, dryRun: true) { ... on DataHubRun { id } } }',
                { id: list.items[0]!.id },
            );
            for (let waited = 0; waited < 30_000; waited += 50) {
                const { now } = await api.query<{ now: { status: string; error: string | null } }>(
                    'query ($id: ID!) { now: dataHubRun(id: $id) { status error } }',
                    { id: started.id },
                );
                if (now.status === 'COMPLETED') return started.id;
                if (!['PENDING', 'RUNNING'].includes(now.status)) throw new Error(`${now.status}: ${now.error}`);
                await new Promise(resolve => setTimeout(resolve, 50));
            }
            throw new Error('The run did not end.');
        }
    },
    { sampleOn: 'mariadb' },
);
