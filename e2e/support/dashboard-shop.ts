import { AdministratorService, RoleService } from '@vendure/core';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataHubPlugin, type JsonObject, type PipelineDefinitionInput } from '../../src';
import { AdminApi } from './admin-api';
import type { TestDatabase } from './databases';
import { shelfLoader } from './shelf-loader';
import { type BootedVendure, bootVendure } from './vendure';

export const PREVIEW = `query ($file: JSON!, $rows: Int) { preview: dataHubFilePreview(file: $file, rows: $rows) {
    name sizeBytes format encoding delimiter sheets { name hidden chosen } recordsPath recordsPaths config complete sampledRecords rows
    problems { line message } styles { code loader confidence limits } columns { name type looksLike filledShare distinct examples } } }`;
export const DRAFT = `query ($input: DataHubPipelineDraftInput!) { draft: dataHubPipelineDraft(input: $input) { definition notes problems { message } } }`;

interface FilePreview {
    config: JsonObject;
    styles: object[];
}

interface Draft {
    problems: object[];
    notes: string[];
    definition: PipelineDefinitionInput;
}

/** One pipeline that is fine, one that refuses a record, one that fails, one that never ran and one that is disabled. */
export class DashboardShop {
    private constructor(
        readonly vendure: BootedVendure,
        readonly api: AdminApi,
        private readonly folder: string,
    ) {}

    static async boot(database: TestDatabase, databaseName: string): Promise<DashboardShop> {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-dashboard-'));
        mkdirSync(join(folder, 'files'));
        copyFileSync('demo/catalogs/shopify-homeware.csv', join(folder, 'files', 'shopify.csv'));
        for (const name of ['magento-apparel', 'woocommerce-camping', 'vendure-stationery'])
            copyFileSync(`e2e/fixtures/${name}.csv`, join(folder, 'files', `${name}.csv`));
        const vendure = await bootVendure({
            database,
            databaseName,
            plugins: [
                DataHubPlugin.init({
                    adapters: [shelfLoader],
                    pipelines: [
                        { code: 'fine', name: 'Fine', definition: shelf([{ sku: 'A' }, { sku: 'B' }]) },
                        {
                            code: 'picky',
                            name: 'Picky',
                            definition: shelf([{ sku: 'A' }, { sku: 'F', price: 'free' }]),
                        },
                        { code: 'broken', name: 'Broken', definition: shelf([{ sku: 'F', price: 'free' }]) },
                        { code: 'untouched', name: 'Untouched_100%', definition: shelf([{ sku: 'A' }]) },
                    ],
                    files: { rootDir: join(folder, 'files'), uploadsDir: join(folder, 'uploads') },
                }),
            ],
            runJobs: true,
        });
        const shop = new DashboardShop(vendure, await new AdminApi(vendure.url).login(), folder);
        await shop.api.query(
            `mutation ($input: CreateDataHubPipelineInput!) { createDataHubPipeline(input: $input) { __typename } }`,
            { input: { code: 'off', name: 'Off', enabled: false, definition: shelf([{ sku: 'A' }]) } },
        );
        for (const code of ['fine', 'picky', 'broken']) await shop.run(code);
        return shop;
    }

    async pipelineId(code: string): Promise<string> {
        const { list } = await this.api.query<{ list: { items: { id: string }[] } }>(
            `query ($code: String!) { list: dataHubPipelines(options: { filter: { code: { eq: $code } } }) { items { id } } }`,
            { code },
        );
        return list.items[0]!.id;
    }

    async run(code: string, dryRun = false): Promise<string> {
        const { started } = await this.api.query<{ started: { id: string } }>(
            `mutation ($id: ID!, $dryRun: Boolean!) { started: runDataHubPipeline(pipelineId: $id, dryRun: $dryRun) { ... on DataHubRun { id } } }`,
            { id: await this.pipelineId(code), dryRun },
        );
        return this.ended(started.id);
    }

    async ended(id: string): Promise<string> {
        for (let waited = 0; waited < 30_000; waited += 50) {
            const { one } = await this.api.query<{ one: { status: string } }>(
                'query ($id: ID!) { one: dataHubRun(id: $id) { status } }',
                { id },
            );
            if (!['PENDING', 'RUNNING'].includes(one.status)) return id;
            await new Promise(resolve => setTimeout(resolve, 50));
        }
        throw new Error('The run did not end.');
    }

    async colleague(name: string, permissions: string[]): Promise<AdminApi> {
        const { app, ctx, url } = this.vendure;
        const role = { code: name, description: name, permissions: permissions as never };
        const { id } = await app.get(RoleService).create(ctx, role);
        const emailAddress = `${name}@example.com`;
        const person = { emailAddress, firstName: name, lastName: name, password: 'a-password', roleIds: [id] };
        await app.get(AdministratorService).create(ctx, person);
        return new AdminApi(url).login(emailAddress, 'a-password');
    }

    async upload(as: AdminApi, name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> {
        const form = new FormData();
        form.append('file', new Blob([content]), name);
        const answer = (await (await as.rest('POST', '/data-hub/upload', form)).json()) as { uploadId: string };
        return answer.uploadId;
    }

    async previewOf(file: object, rows?: number): Promise<FilePreview> {
        return (await this.api.query<{ preview: FilePreview }>(PREVIEW, { file, rows })).preview;
    }

    async draftOf(input: object): Promise<Draft> {
        return (await this.api.query<{ draft: Draft }>(DRAFT, { input })).draft;
    }

    async close(): Promise<void> {
        await this.vendure.close();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

function shelf(records: JsonObject[]): PipelineDefinitionInput {
    return {
        version: 1,
        steps: [
            { key: 'read', type: 'extract', config: { adapterCode: 'inMemory', records } },
            { key: 'write', type: 'load', config: { adapterCode: 'shelf', place: 'hall' } },
        ],
    };
}
