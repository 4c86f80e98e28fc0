import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OnModuleInit } from '@nestjs/common';
import { PluginCommonModule, VendurePlugin } from '@vendure/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataHubPlugin, DataHubRegistryService, DataHubSecret, PipelineDefinitionInput, SecretService } from '../src';
import { AdminApi } from './support/admin-api';
import { testDatabases } from './support/databases';
import { shelfLoader } from './support/shelf-loader';
import { bootVendure, BootedVendure } from './support/vendure';

/** Somebody else's plugin that brings an adapter along. */
@VendurePlugin({ imports: [PluginCommonModule, DataHubPlugin], compatibility: '^3.7.0' })
class ShoutPlugin implements OnModuleInit {
    constructor(private readonly adapters: DataHubRegistryService) {}

    onModuleInit(): void {
        this.adapters.registerRuntime({
            type: 'OPERATOR',
            code: 'shout',
            name: 'Shout',
            description: 'Writes a field in capitals.',
            category: 'text',
            schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
            apply: (records, config, helpers) => {
                const path = config['path'] as string;
                for (const record of records) {
                    helpers.set(record, path, (helpers.get(record, path) as string).toUpperCase());
                }
                return { records };
            },
        });
    }
}

const sqlite = testDatabases.find(database => database.name === 'sqlite')!;

const shouting: PipelineDefinitionInput = {
    version: 1,
    steps: [
        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records: [{ sku: 'a' }] } },
        { key: 'shout', type: 'TRANSFORM', config: { operators: [{ op: 'shout', args: { path: 'sku' } }] } },
        { key: 'write', type: 'LOAD', config: { adapterCode: 'shelf', place: 'hall' } },
    ],
};

describe('Admin API beside pipelines', () => {
    let vendure: BootedVendure;
    let api: AdminApi;
    let folder: string;

    beforeAll(async () => {
        process.env.DATA_HUB_MASTER_KEY = randomBytes(32).toString('base64');
        process.env.H_ERP_PASSWORD = 'from-the-environment';
        folder = await mkdtemp(join(tmpdir(), 'data-hub-api-'));
        const password = { secret: 'erp' };
        const plugin = DataHubPlugin.init({
            adapters: [shelfLoader],
            pipelines: [{ code: 'shouting', name: 'Shouting', definition: shouting }],
            secrets: [{ code: 'erp', provider: 'ENV', value: 'H_ERP_PASSWORD' }],
            connections: [{ code: 'erp', type: 'http', config: { url: 'https://erp.example', auth: { password } } }],
            files: { rootDir: folder, uploadsDir: join(folder, 'uploads'), maxUploadBytes: 100_000 },
        });
        vendure = await bootVendure({
            database: sqlite,
            databaseName: 'h_admin_settings',
            plugins: [plugin, ShoutPlugin],
            runJobs: true,
        });
        api = await new AdminApi(vendure.url).login();
    });

    afterAll(async () => {
        await vendure?.close();
        await rm(folder, { recursive: true, force: true });
    });

    it('knows adapters of other plugins, also in pipelines from code', async () => {
        const { list } = await api.query<{ list: { items: { id: string }[] } }>(
            '{ list: dataHubPipelines { items { id enabled problems { message } } } }',
        );
        expect(list.items).toMatchObject([{ enabled: true, problems: [] }]);
        const { run } = await api.query<{ run: { id: string } }>(
            'mutation ($id: ID!) { run: runDataHubPipeline(pipelineId: $id, dryRun: true) { ... on DataHubRun { id } } }',
            { id: list.items[0]!.id },
        );
        const changes = 'query ($id: ID!) { changes: dataHubChangeSets(runId: $id) { items { entityKey } } }';
        await expect
            .poll(() => api.query(changes, { id: run.id }), { timeout: 20_000 })
            .toEqual({ changes: { items: [{ entityKey: 'A' }] } });
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

            const fields = await api.query<{ type: { fields: { name: string }[] } }>(
                '{ type: __type(name: "DataHubSecret") { fields { name } } }',
            );
            expect(fields.type.fields.map(field => field.name)).not.toEqual(
                expect.arrayContaining(['value', 'encryptedValue']),
            );

            const update =
                'mutation ($id: ID!, $value: String!) { secret: updateDataHubSecret(input: { id: $id, provider: ENV, value: $value }) { envName } }';
            const refused = await api.ask(update, { id: secret.id, value: 'my password!' });
            expect(refused.errors?.[0]?.message).toContain('must be the name of an environment variable');
            expect(JSON.stringify(refused)).not.toContain('my password!');
            expect(refused.errors?.[0]?.extensions?.code).toBe('USER_INPUT_ERROR');
        });

        it('from code are read-only', async () => {
            const { secrets, connections } = await api.query<{
                secrets: { items: { id: string }[] };
                connections: { items: { id: string }[] };
            }>(
                `{ secrets: dataHubSecrets(options: { filter: { isCodeFirst: { eq: true } } }) { items { id code provider envName isCodeFirst } }
                   connections: dataHubConnections { items { id code config isCodeFirst } } }`,
            );
            expect(secrets.items).toMatchObject([
                { code: 'erp', provider: 'ENV', envName: 'H_ERP_PASSWORD', isCodeFirst: true },
            ]);
            expect(connections.items).toMatchObject([
                { code: 'erp', config: { auth: { password: { secret: 'erp' } } }, isCodeFirst: true },
            ]);
            expect(await vendure.app.get(SecretService).resolve('erp')).toBe('from-the-environment');
            const refused = await api.ask('mutation ($id: ID!) { deleteDataHubSecret(id: $id) { id } }', {
                id: secrets.items[0]!.id,
            });
            expect(refused.errors?.[0]?.message).toContain('The secret "erp" is defined in code');
        });

        it('keep credentials out of connections', async () => {
            const create =
                'mutation ($input: CreateDataHubConnectionInput!) { connection: createDataHubConnection(input: $input) { id code name } }';
            for (const config of [
                { auth: { password: 'plain-text' } },
                { headers: [{ apiKey: 'plain-text' }] },
                { url: 'https://me:plain-text@erp' },
            ]) {
                const { errors } = await api.ask(create, { input: { code: 'bad', type: 'http', config } });
                expect(errors?.[0]?.message).toContain('holds a credential as plain text at config.');
                expect(JSON.stringify(errors)).not.toContain('plain-text');
            }
            const good = { code: 'good', type: 'http', config: { url: 'https://erp', token: { secret: 'erp' } } };
            expect(await api.query(create, { input: good })).toMatchObject({
                connection: { code: 'good', name: 'good' },
            });
            expect((await api.ask(create, { input: good })).errors?.[0]?.message).toContain(
                'with the code "good" already',
            );
        });

        it('keep of a connection what an update leaves out or gives as null', async () => {
            const config = { url: 'https://erp' };
            const { made } = await api.query<{ made: { id: string } }>(
                `mutation ($config: JSON!) {
                    made: createDataHubConnection(input: { code: "kept", name: "Kept", type: "http", config: $config }) { id }
                }`,
                { config },
            );
            const update = `mutation ($input: UpdateDataHubConnectionInput!) {
                connection: updateDataHubConnection(input: $input) { name type config } }`;
            const input = { id: made.id, name: null, type: null, config: null };
            expect(await api.query(update, { input })).toEqual({ connection: { name: 'Kept', type: 'http', config } });
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
            expect(await response.json()).toEqual({
                uploadId: expect.any(String) as string,
                name: 'Preise ä.csv',
                sizeBytes: 14,
            });
            expect(await storedFiles()).toBe(1);
        });

        it('refuses a file that is too large and keeps nothing of it', async () => {
            const response = await api.rest('POST', '/data-hub/upload', formOf('x'.repeat(100_001)));
            expect(response.status).toBe(413);
            expect(await response.json()).toMatchObject({
                code: 'upload-too-large',
                hint: expect.any(String) as string,
            });
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
