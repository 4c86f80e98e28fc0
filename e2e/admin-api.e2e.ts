import { ProductTranslation } from '@vendure/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataHubPlugin, JsonObject, PipelineDefinitionInput } from '../src';
import { AdminApi } from './support/admin-api';
import { testDatabases } from './support/databases';
import { shelfLoader } from './support/shelf-loader';
import { bootVendure, BootedVendure } from './support/vendure';

const sqlite = testDatabases.find(database => database.name === 'sqlite')!;

const definitionOf = (records: JsonObject[], place = 'hall'): PipelineDefinitionInput => ({
    version: 1,
    steps: [
        { key: 'read', type: 'extract', config: { adapterCode: 'inMemory', records } },
        { key: 'write', type: 'load', config: { adapterCode: 'shelf', place } },
    ],
});

interface PipelineResult {
    __typename: string;
    id: string;
    code: string;
    revision: number;
    enabled: boolean;
    message: string;
    currentRevision: number;
    problems: { path: string; message: string; hint: string | null; severity: string }[];
}

const PIPELINE_RESULT = `
    __typename
    ... on DataHubPipeline { id code revision enabled isCodeFirst definition problems { path message hint severity } }
    ... on DataHubDefinitionInvalidError { message problems { path message hint severity } }
    ... on ErrorResult { message errorCode }
`;
const CREATE = `mutation ($input: CreateDataHubPipelineInput!) { result: createDataHubPipeline(input: $input) { ${PIPELINE_RESULT}
    ... on DataHubPipelineCodeTakenError { code } } }`;
const UPDATE = `mutation ($input: UpdateDataHubPipelineInput!) { result: updateDataHubPipeline(input: $input) { ${PIPELINE_RESULT}
    ... on DataHubPipelineConflictError { currentRevision } } }`;
const DELETE = `mutation ($id: ID!) { result: deleteDataHubPipeline(id: $id) { __typename ... on ErrorResult { message } } }`;

describe('Admin API', () => {
    let vendure: BootedVendure;
    let api: AdminApi;
    let folder: string;

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'h-admin-api-'));
        const plugin = DataHubPlugin.init({
            adapters: [shelfLoader],
            pipelines: [{ code: 'from-code', name: 'From code', definition: definitionOf([{ sku: 'C' }]) }],
            files: { rootDir: folder, uploadsDir: join(folder, 'uploads') },
        });
        vendure = await bootVendure({
            database: sqlite,
            databaseName: 'h_admin_api',
            plugins: [plugin],
            runJobs: true,
        });
        api = await new AdminApi(vendure.url).login();
    });

    afterAll(async () => {
        await vendure?.close();
        await rm(folder, { recursive: true, force: true });
    });

    const create = async (code: string, definition: object = definitionOf([{ sku: 'A' }])) =>
        (await api.query<{ result: PipelineResult }>(CREATE, { input: { code, name: code, definition } })).result;
    const update = async (input: object) => (await api.query<{ result: PipelineResult }>(UPDATE, { input })).result;

    const RUN = `mutation ($id: ID!, $dryRun: Boolean) { run: runDataHubPipeline(pipelineId: $id, dryRun: $dryRun) {
        __typename ... on DataHubRun { id status dryRun pipelineCode triggeredBy steps { step } } ... on ErrorResult { message } } }`;
    const GET = `query ($id: ID!) { run: dataHubRun(id: $id) { id status error hint read created updated unchanged rejected
        progress { bytesRead share durationMs } steps { step in out rejected updated } } }`;

    const ended = async (id: string) => {
        for (let waited = 0; waited < 30_000; waited += 50) {
            const { run } = await api.query<{ run: { id: string; status: string } }>(GET, { id });
            if (!['PENDING', 'RUNNING'].includes(run.status)) return run;
            await new Promise(resolve => setTimeout(resolve, 50));
        }
        throw new Error('The run did not end.');
    };
    const start = async (pipelineId: string, dryRun = false) =>
        (await api.query<{ run: { id: string; __typename: string } }>(RUN, { id: pipelineId, dryRun })).run;
    const runOf = async (pipelineId: string, dryRun = false) => ended((await start(pipelineId, dryRun)).id);

    describe('pipelines', () => {
        it('are created, listed, filtered and sorted', async () => {
            expect(await create('list-b')).toMatchObject({ __typename: 'DataHubPipeline', revision: 1, problems: [] });
            expect(await create('list-a')).toMatchObject({ enabled: true });
            const { list } = await api.query<{ list: { items: { code: string }[]; totalItems: number } }>(
                `{ list: dataHubPipelines(options: { filter: { code: { contains: "list-" } }, sort: { code: ASC }, take: 1 }) {
                    items { code definition } totalItems } }`,
            );
            expect(list).toMatchObject({ items: [{ code: 'list-a' }], totalItems: 2 });
        });

        it('are refused with every problem of the definition at once', async () => {
            const definition = {
                version: 1,
                steps: [
                    { key: 'read', type: 'extract', config: { adapterCode: 'nonsense' } },
                    { key: 'read', type: 'load', config: { adapterCode: 'shelf' } },
                ],
            };
            const result = await create('broken', definition);
            expect(result.__typename).toBe('DataHubDefinitionInvalidError');
            const errors = result.problems.filter(({ severity }) => severity === 'ERROR');
            expect(errors.length).toBeGreaterThanOrEqual(3);
            expect(result.message).toBe(
                `The definition of the pipeline has ${errors.length} problems and cannot be run.`,
            );
            const { problems } = await api.query<{ problems: object[] }>(
                'query ($definition: JSON!) { problems: validateDataHubPipeline(definition: $definition) { path message hint severity } }',
                { definition },
            );
            expect(problems).toEqual(result.problems);
            expect((await create('broken code!')).problems).toMatchObject([{ path: '$.code' }]);
        });

        it('have codes of their own', async () => {
            await create('unique');
            expect(await create('unique')).toMatchObject({
                __typename: 'DataHubPipelineCodeTakenError',
                code: 'unique',
                message: 'Another pipeline has the code "unique". Choose another code.',
            });
        });

        it('get a revision for each changed definition, and an old one can come back', async () => {
            const { id } = await create('revised', definitionOf([], 'first'));
            expect(await update({ id, revision: 1, name: 'Renamed' })).toMatchObject({ revision: 1 });
            expect(await update({ id, revision: 1, definition: definitionOf([], 'first') })).toMatchObject({
                revision: 1,
            });
            expect(
                await update({ id, revision: 1, definition: definitionOf([], 'second'), note: 'moved' }),
            ).toMatchObject({ revision: 2 });

            const revisions = async () =>
                (
                    await api.query<{
                        list: { items: { id: string; number: number; note: string; createdBy: string }[] };
                    }>(
                        'query ($id: ID!) { list: dataHubPipelineRevisions(pipelineId: $id) { items { id number note createdBy definition } } }',
                        { id },
                    )
                ).list.items;
            const [newest, oldest] = await revisions();
            expect(newest).toMatchObject({ number: 2, note: 'moved', createdBy: 'superadmin' });
            const restore = `mutation ($id: ID!) { result: restoreDataHubPipelineRevision(revisionId: $id, currentRevision: 2) { ${PIPELINE_RESULT} } }`;
            const { result } = await api.query<{ result: object }>(restore, { id: oldest!.id });
            expect(result).toMatchObject({ revision: 3, definition: { steps: [{}, { config: { place: 'first' } }] } });
            expect((await revisions()).map(revision => revision.note)).toEqual([
                'Restored from revision 1',
                'moved',
                null,
            ]);
        });

        it('keep a change that the sender of another one has not seen', async () => {
            const { id } = await create('contested', definitionOf([], 'first'));
            await update({ id, revision: 1, definition: definitionOf([], 'mine') });
            expect(await update({ id, revision: 1, definition: definitionOf([], 'yours') })).toMatchObject({
                __typename: 'DataHubPipelineConflictError',
                currentRevision: 2,
                message: expect.stringContaining('at revision 2 now') as string,
            });
        });

        it('from code refuse to be changed or deleted', async () => {
            const { list } = await api.query<{ list: { items: { id: string; isCodeFirst: boolean }[] } }>(
                '{ list: dataHubPipelines(options: { filter: { isCodeFirst: { eq: true } } }) { items { id code isCodeFirst } } }',
            );
            const { id } = list.items[0]!;
            expect(list.items).toEqual([{ id, code: 'from-code', isCodeFirst: true }]);
            const sentence =
                'The pipeline "from-code" is defined in code and cannot be changed here. Change it in the options of DataHubPlugin.';
            expect(await update({ id, revision: 1, name: 'Mine' })).toMatchObject({ message: sentence });
            expect(await api.query(DELETE, { id })).toEqual({
                result: { __typename: 'DataHubPipelineReadOnlyError', message: sentence },
            });
        });

        it('are listed in the order that is asked for, else in the usual one, as revisions and runs are', async () => {
            const { id } = await create('ordered', definitionOf([], 'first'));
            await update({ id, revision: 1, definition: definitionOf([], 'second') });
            await runOf(id, true);
            await runOf(id, true);
            const idsOf = async (query: string) =>
                (
                    await api.query<{ list: { items: { id: string }[] } }>(`{ list: ${query} { items { id } } }`)
                ).list.items.map(item => Number(item.id));
            const runs = (sort: string) =>
                `dataHubRuns(options: { filter: { pipelineCode: { eq: "ordered" } }, sort: ${sort} })`;
            const revisions = (sort: string) =>
                `dataHubPipelineRevisions(pipelineId: "${id}", options: { sort: ${sort} })`;
            for (const [list, sort] of [
                [runs, '{ createdAt: ASC }'],
                [revisions, '{ number: ASC }'],
            ] as const) {
                const ids = await idsOf(list(sort));
                expect(ids).toHaveLength(2);
                expect(ids).toEqual([...ids].sort((a, b) => a - b));
                expect(await idsOf(list('null'))).toEqual([...ids].reverse());
            }
            const without =
                'query ($options: DataHubPipelineListOptions) { list: dataHubPipelines(options: $options) { totalItems } }';
            expect(await api.query(without, { options: null })).toEqual(await api.query(without));
        });

        it('are deleted with their revisions', async () => {
            const { id } = await create('short-lived');
            expect(await api.query(DELETE, { id })).toEqual({ result: { __typename: 'DataHubDeleted' } });
            expect(await api.query('query ($id: ID!) { dataHubPipeline(id: $id) { id } }', { id })).toEqual({
                dataHubPipeline: null,
            });
        });
    });

    describe('runs', () => {
        it('answer at once, and tell later what changed and what was refused', async () => {
            const pipeline = await create(
                'running',
                definitionOf([
                    { sku: 'A', price: 120 },
                    { sku: 'B', price: 'free' },
                ]),
            );
            const run = await start(pipeline.id, true);
            expect(run).toMatchObject({
                __typename: 'DataHubRun',
                dryRun: true,
                pipelineCode: 'running',
                triggeredBy: 'superadmin',
            });

            expect(await ended(run.id)).toMatchObject({
                status: 'COMPLETED_WITH_ERRORS',
                read: 2,
                updated: 1,
                rejected: 1,
                progress: { durationMs: expect.any(Number) as number },
                steps: [
                    { step: 'read', in: 2, out: 2 },
                    { step: 'write', in: 2, updated: 1, rejected: 1 },
                ],
            });
            const details = await api.query(
                `query ($id: ID!) {
                    changes: dataHubChangeSets(runId: $id, options: { filter: { action: { eq: "UPDATE" } } }) {
                        totalItems items { runId entityType entityId entityKey applied fields { path before after existedBefore existsAfter } } }
                    errors: dataHubRecordErrors(runId: $id) { totalItems items { cause kind message hint field recordKey record } }
                    logs: dataHubLogs(runId: $id, options: { take: 1 }) { items { index level message } }
                    runs: dataHubRuns(options: { filter: { pipelineCode: { eq: "running" } } }) { totalItems items { id pipelineName } }
                }`,
                { id: run.id },
            );
            expect(details).toMatchObject({
                changes: {
                    totalItems: 1,
                    items: [
                        {
                            runId: run.id,
                            entityId: '7',
                            entityKey: 'A',
                            applied: false,
                            fields: [
                                { path: 'price', before: 100, after: 120, existedBefore: true, existsAfter: true },
                                { path: 'note', before: null, after: 'new', existedBefore: true, existsAfter: true },
                                { path: 'tags', before: null, after: ['a'], existedBefore: false, existsAfter: true },
                            ],
                        },
                    ],
                },
                errors: {
                    totalItems: 1,
                    items: [
                        {
                            cause: 'price-not-a-number',
                            kind: 'USER',
                            field: 'price',
                            record: { sku: 'B', price: 'free' },
                        },
                    ],
                },
                logs: { items: [{ index: 0 }] },
                runs: { totalItems: 1, items: [{ id: run.id, pipelineName: 'running' }] },
            });
        });

        it('are found by pipeline', async () => {
            const [one, other] = [await create('find-one'), await create('find-other')];
            const run = await start(one.id);
            await ended(run.id);
            await ended((await start(other.id)).id);
            const { runs } = await api.query<{ runs: object }>(
                'query ($id: String!) { runs: dataHubRuns(options: { filter: { pipelineId: { eq: $id } } }) { items { id } } }',
                { id: one.id },
            );
            expect(runs).toEqual({ items: [{ id: run.id }] });
        });

        it('are refused for a disabled pipeline', async () => {
            const { id } = await create('disabled');
            await update({ id, revision: 1, enabled: false });
            expect(await start(id)).toMatchObject({
                __typename: 'DataHubPipelineDisabledError',
                message: 'The pipeline "disabled" is disabled. Enable it to run it.',
            });
        });

        it('that have ended can be cancelled without effect', async () => {
            const run = await start((await create('cancelled')).id);
            await ended(run.id);
            const cancel = 'mutation ($id: ID!) { run: cancelDataHubRun(runId: $id) { id status } }';
            expect(await api.query(cancel, { id: run.id })).toEqual({ run: { id: run.id, status: 'COMPLETED' } });
        });
    });

    it('leads from an uploaded file over its plan to products', async () => {
        const record = {
            name: 'Lamp',
            variants: [{ sku: 'LAMP-1', price: 4950, stockOnHand: 3 }],
        };
        const form = new FormData();
        form.append('file', new Blob([JSON.stringify([record])]), 'products.json');
        const { uploadId } = (await (await api.rest('POST', '/data-hub/upload', form)).json()) as { uploadId: string };
        const definition = {
            version: 1,
            steps: [
                { key: 'read', type: 'extract', config: { adapterCode: 'file', uploadId } },
                { key: 'write', type: 'load', config: { adapterCode: 'product', source: 'erp' } },
            ],
        };
        const pipeline = await create('products-from-upload', definition);
        expect(pipeline).toMatchObject({ __typename: 'DataHubPipeline' });

        const products = async () =>
            (
                await api.query<{ products: object }>(
                    '{ products(options: { filter: { name: { eq: "Lamp" } } }) { items { slug variants { sku price } } } }',
                )
            ).products;
        const plan = await runOf(pipeline.id, true);
        expect(plan).toMatchObject({ status: 'COMPLETED', created: 1, error: null, progress: { share: 1 } });
        expect(await products()).toEqual({ items: [] });
        const { planned } = await api.query<{ planned: object }>(
            'query ($id: ID!) { planned: dataHubChangeSets(runId: $id, options: { filter: { entityType: { eq: "ProductVariant" } } }) { items { action entityId entityKey applied fields { path after } } } }',
            { id: plan.id },
        );
        expect(planned).toMatchObject({
            items: [
                {
                    action: 'CREATE',
                    entityId: null,
                    applied: false,
                    fields: expect.arrayContaining([
                        { path: 'prices.__default_channel__.USD', after: 4950 },
                    ]) as object[],
                },
            ],
        });

        expect(await runOf(pipeline.id)).toMatchObject({ status: 'COMPLETED', created: 1 });
        expect(await products()).toEqual({ items: [{ slug: 'lamp', variants: [{ sku: 'LAMP-1', price: 4950 }] }] });
        expect(await runOf(pipeline.id)).toMatchObject({ status: 'COMPLETED', created: 0, updated: 0, unchanged: 1 });

        await vendure.connection.rawConnection
            .getRepository(ProductTranslation)
            .update({ slug: 'lamp' }, { name: 'Edited' });
        const drifted = await runOf(pipeline.id);
        const { run, drifts } = await api.query<{ run: object; drifts: object }>(
            `query ($id: ID!) {
                run: dataHubRun(id: $id) { updated drift { kept overwritten } }
                drifts: dataHubDrifts(runId: $id, options: { take: 1, filter: { kept: { eq: false } } }) {
                    totalItems items { file entityType entityKey path shop source kept } }
            }`,
            { id: drifted.id },
        );
        expect([run, drifts]).toEqual([
            { updated: 1, drift: { kept: 0, overwritten: 1 } },
            {
                totalItems: 1,
                items: [
                    {
                        file: 'products.json',
                        entityType: 'Product',
                        entityKey: 'lamp',
                        path: 'translations.en.name',
                        shop: 'Edited',
                        source: 'Lamp',
                        kept: false,
                    },
                ],
            },
        ]);
    });
});
