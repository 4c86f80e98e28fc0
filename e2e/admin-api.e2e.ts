import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataHubPlugin, DataHubSecret, JsonObject, PipelineDefinitionInput, SecretService } from '../src';
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
        process.env.DATA_HUB_MASTER_KEY = randomBytes(32).toString('base64');
        process.env.H_ERP_PASSWORD = 'from-the-environment';
        folder = await mkdtemp(join(tmpdir(), 'h-admin-api-'));
        const plugin = DataHubPlugin.init({
            adapters: [shelfLoader],
            pipelines: [{ code: 'from-code', name: 'From code', definition: definitionOf([{ sku: 'C' }]) }],
            secrets: [{ code: 'erp', provider: 'ENV', value: 'H_ERP_PASSWORD' }],
            connections: [{ code: 'erp', type: 'http', config: { url: 'https://erp.example', auth: { password: { secret: 'erp' } } } }],
            files: { rootDir: folder, uploadsDir: join(folder, 'uploads'), maxUploadBytes: 100_000 },
        });
        vendure = await bootVendure({ database: sqlite, databaseName: 'h_admin_api', plugins: [plugin], runJobs: true });
        api = await new AdminApi(vendure.url).login();
    });

    afterAll(async () => {
        await vendure?.close();
        await rm(folder, { recursive: true, force: true });
    });

    const create = async (code: string, definition: object = definitionOf([{ sku: 'A' }])) =>
        (await api.query<{ result: PipelineResult }>(CREATE, { input: { code, name: code, definition } })).result;
    const update = async (input: object) => (await api.query<{ result: PipelineResult }>(UPDATE, { input })).result;

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
            const definition = { version: 1, steps: [{ key: 'read', type: 'extract', config: { adapterCode: 'nonsense' } }, { key: 'read', type: 'load', config: { adapterCode: 'shelf' } }] };
            const result = await create('broken', definition);
            expect(result.__typename).toBe('DataHubDefinitionInvalidError');
            const errors = result.problems.filter(({ severity }) => severity === 'ERROR');
            expect(errors.length).toBeGreaterThanOrEqual(3);
            expect(result.message).toBe(`The definition of the pipeline has ${errors.length} problems and cannot be run.`);
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
            expect(await update({ id, revision: 1, definition: definitionOf([], 'first') })).toMatchObject({ revision: 1 });
            expect(await update({ id, revision: 1, definition: definitionOf([], 'second'), note: 'moved' })).toMatchObject({ revision: 2 });

            const revisions = async () =>
                (
                    await api.query<{ list: { items: { id: string; number: number; note: string; createdBy: string }[] } }>(
                        'query ($id: ID!) { list: dataHubPipelineRevisions(pipelineId: $id) { items { id number note createdBy definition } } }',
                        { id },
                    )
                ).list.items;
            const [newest, oldest] = await revisions();
            expect(newest).toMatchObject({ number: 2, note: 'moved', createdBy: 'superadmin' });
            const restore = `mutation ($id: ID!) { result: restoreDataHubPipelineRevision(revisionId: $id, currentRevision: 2) { ${PIPELINE_RESULT} } }`;
            const { result } = await api.query<{ result: object }>(restore, { id: oldest!.id });
            expect(result).toMatchObject({ revision: 3, definition: { steps: [{}, { config: { place: 'first' } }] } });
            expect((await revisions()).map(revision => revision.note)).toEqual(['Restored from revision 1', 'moved', null]);
        });

        it('keep a change that the sender of another one has not seen', async () => {
            const { id } = await create('contested', definitionOf([], 'first'));
            await update({ id, revision: 1, definition: definitionOf([], 'mine') });
            expect(await update({ id, revision: 1, definition: definitionOf([], 'yours') })).toMatchObject({
                __typename: 'DataHubPipelineConflictError',
                currentRevision: 2,
                message: expect.stringContaining('at revision 2 now'),
            });
        });

        it('from code refuse to be changed or deleted', async () => {
            const { list } = await api.query<{ list: { items: { id: string; isCodeFirst: boolean }[] } }>(
                '{ list: dataHubPipelines(options: { filter: { isCodeFirst: { eq: true } } }) { items { id code isCodeFirst } } }',
            );
            const { id } = list.items[0]!;
            expect(list.items).toEqual([{ id, code: 'from-code', isCodeFirst: true }]);
            const sentence = 'The pipeline "from-code" is defined in code and cannot be changed here. Change it in the options of DataHubPlugin.';
            expect(await update({ id, revision: 1, name: 'Mine' })).toMatchObject({ message: sentence });
            expect(await api.query(DELETE, { id })).toEqual({ result: { __typename: 'DataHubPipelineReadOnlyError', message: sentence } });
        });

        it('are deleted with their revisions', async () => {
            const { id } = await create('short-lived');
            expect(await api.query(DELETE, { id })).toEqual({ result: { __typename: 'DataHubDeleted' } });
            expect(await api.query('query ($id: ID!) { dataHubPipeline(id: $id) { id } }', { id })).toEqual({ dataHubPipeline: null });
        });
    });

    describe('runs', () => {
        const RUN = `mutation ($id: ID!, $dryRun: Boolean) { run: runDataHubPipeline(pipelineId: $id, dryRun: $dryRun) {
            __typename ... on DataHubRun { id status dryRun pipelineCode triggeredBy steps { step } } ... on ErrorResult { message } } }`;
        const GET = `query ($id: ID!) { run: dataHubRun(id: $id) { id status error hint read updated rejected
            progress { bytesRead share durationMs } steps { step in out rejected updated } } }`;

        const ended = async (id: string) => {
            for (let waited = 0; waited < 30_000; waited += 50) {
                const { run } = await api.query<{ run: { status: string } }>(GET, { id });
                if (!['PENDING', 'RUNNING'].includes(run.status)) return run;
                await new Promise(resolve => setTimeout(resolve, 50));
            }
            throw new Error('The run did not end.');
        };
        const start = async (pipelineId: string, dryRun = false) =>
            (await api.query<{ run: { id: string; __typename: string } }>(RUN, { id: pipelineId, dryRun })).run;

        it('answer at once, and tell later what changed and what was refused', async () => {
            const pipeline = await create('running', definitionOf([{ sku: 'A', price: 120 }, { sku: 'B', price: 'free' }]));
            const run = await start(pipeline.id, true);
            expect(run).toMatchObject({ __typename: 'DataHubRun', dryRun: true, pipelineCode: 'running', triggeredBy: 'superadmin' });

            expect(await ended(run.id)).toMatchObject({
                status: 'COMPLETED_WITH_ERRORS',
                read: 2,
                updated: 1,
                rejected: 1,
                progress: { durationMs: expect.any(Number) },
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
                errors: { totalItems: 1, items: [{ cause: 'price-not-a-number', kind: 'USER', field: 'price', record: { sku: 'B', price: 'free' } }] },
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

    describe('secrets and connections', () => {
        it('never show a value', async () => {
            const input = { code: 'shop', provider: 'INLINE', value: 'top-secret-value' };
            const { secret } = await api.query<{ secret: { id: string } }>(
                'mutation ($input: CreateDataHubSecretInput!) { secret: createDataHubSecret(input: $input) { id code provider envName } }',
                { input },
            );
            expect(secret).toMatchObject({ code: 'shop', provider: 'INLINE', envName: null });
            expect(await vendure.app.get(SecretService).resolve('shop')).toBe('top-secret-value');
            const rows = await vendure.connection.rawConnection.getRepository(DataHubSecret).find();
            expect(JSON.stringify(rows)).not.toContain('top-secret-value');

            const fields = await api.query<{ type: { fields: { name: string }[] } }>('{ type: __type(name: "DataHubSecret") { fields { name } } }');
            expect(fields.type.fields.map(field => field.name)).not.toEqual(expect.arrayContaining(['value', 'encryptedValue']));

            const update = 'mutation ($id: ID!, $value: String!) { secret: updateDataHubSecret(input: { id: $id, provider: ENV, value: $value }) { envName } }';
            const refused = await api.ask(update, { id: secret.id, value: 'my password!' });
            expect(refused.errors?.[0]?.message).toContain('must be the name of an environment variable');
            expect(JSON.stringify(refused)).not.toContain('my password!');
            expect(refused.errors?.[0]?.extensions?.code).toBe('USER_INPUT_ERROR');
        });

        it('from code are read-only', async () => {
            const { secrets, connections } = await api.query<{ secrets: { items: { id: string }[] }; connections: { items: { id: string }[] } }>(
                `{ secrets: dataHubSecrets(options: { filter: { isCodeFirst: { eq: true } } }) { items { id code provider envName isCodeFirst } }
                   connections: dataHubConnections { items { id code config isCodeFirst } } }`,
            );
            expect(secrets.items).toMatchObject([{ code: 'erp', provider: 'ENV', envName: 'H_ERP_PASSWORD', isCodeFirst: true }]);
            expect(connections.items).toMatchObject([{ code: 'erp', config: { auth: { password: { secret: 'erp' } } }, isCodeFirst: true }]);
            expect(await vendure.app.get(SecretService).resolve('erp')).toBe('from-the-environment');
            const refused = await api.ask('mutation ($id: ID!) { deleteDataHubSecret(id: $id) { id } }', { id: secrets.items[0]!.id });
            expect(refused.errors?.[0]?.message).toContain('The secret "erp" is defined in code');
        });

        it('keep credentials out of connections', async () => {
            const create = 'mutation ($input: CreateDataHubConnectionInput!) { connection: createDataHubConnection(input: $input) { id code name } }';
            for (const config of [{ auth: { password: 'plain-text' } }, { headers: [{ apiKey: 'plain-text' }] }, { url: 'https://me:plain-text@erp' }]) {
                const { errors } = await api.ask(create, { input: { code: 'bad', type: 'http', config } });
                expect(errors?.[0]?.message).toContain('holds a credential as plain text at config.');
                expect(JSON.stringify(errors)).not.toContain('plain-text');
            }
            const good = { code: 'good', type: 'http', config: { url: 'https://erp', token: { secret: 'erp' } } };
            expect(await api.query(create, { input: good })).toMatchObject({ connection: { code: 'good', name: 'good' } });
            expect((await api.ask(create, { input: good })).errors?.[0]?.message).toContain('with the code "good" already');
        });
    });

    it('describes adapters and definitions as JSON Schema', async () => {
        const { adapters, schema } = await api.query<{ adapters: { code: string; schema: object }[]; schema: object }>(
            '{ adapters: dataHubAdapters(type: LOADER) { type code name guarantees schema recordSchema examples } schema: dataHubPipelineJsonSchema }',
        );
        expect(adapters.find(adapter => adapter.code === 'shelf')).toMatchObject({
            type: 'LOADER',
            schema: { type: 'object', required: ['place'], properties: { place: { title: 'Place' } } },
            recordSchema: { required: ['sku'] },
            examples: [{ title: 'A shelf' }],
        });
        expect(schema).toMatchObject({ type: 'object', properties: { steps: { type: 'array' } } });
    });

    describe('upload', () => {
        const formOf = (content: string, field = 'file', name = 'Preise ä.csv') => {
            const form = new FormData();
            form.append(field, new Blob([content]), name);
            return form;
        };
        const storedFiles = async () => (await readdir(join(folder, 'uploads')).catch(() => [])).length;

        it('stores a file and answers its id', async () => {
            const response = await api.rest('POST', '/data-hub/upload', formOf('sku,price\nA,1\n'));
            expect(response.status).toBe(201);
            expect(await response.json()).toEqual({ uploadId: expect.any(String), name: 'Preise ä.csv', sizeBytes: 14 });
            expect(await storedFiles()).toBe(1);
        });

        it('refuses a file that is too large and keeps nothing of it', async () => {
            const response = await api.rest('POST', '/data-hub/upload', formOf('x'.repeat(100_001)));
            expect(response.status).toBe(413);
            expect(await response.json()).toMatchObject({ code: 'upload-too-large', hint: expect.any(String) });
            expect(await storedFiles()).toBe(1);
        });

        it('says how to send a file when there is none', async () => {
            for (const [body, headers] of [
                [undefined, {}],
                [formOf('x', 'attachment'), {}],
                ['--x\r\n', { 'content-type': 'multipart/form-data; boundary=x' }],
                ['{}', { 'content-type': 'application/json' }],
            ] as const) {
                const response = await api.rest('POST', '/data-hub/upload', body, headers);
                expect(response.status).toBe(400);
                expect(((await response.json()) as { hint: string }).hint).toContain('multipart/form-data');
            }
        });
    });
});
