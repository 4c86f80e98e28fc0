import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesFolder } from '../../../demo/vendure-config';
import type { DashboardShop } from './dashboard-shop';

/** Stores a pipeline that loads products from a CSV file, in batches so small that it takes a while. */
export async function createLongImport(
    shop: DashboardShop,
    code: string,
    products: number,
    batchSize = 10,
): Promise<string> {
    const rows = Array.from(
        { length: products },
        (_, index) => `long-${index},Article ${index},L-${index},${index + 1}`,
    );
    return createImport(shop, code, ['slug,name,sku,price', ...rows].join('\n'), batchSize);
}

/** Stores a pipeline that loads products from CSV text with the columns slug, name, sku and price. */
export async function createImport(shop: DashboardShop, code: string, csv: string, batchSize = 100): Promise<string> {
    writeFileSync(join(filesFolder(shop.folder), `${code}.csv`), csv);
    const definition = {
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', path: `${code}.csv`, format: 'CSV' } },
            {
                key: 'shape',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        { op: 'toCents', args: { path: 'price' } },
                        { op: 'group', args: { key: 'slug', parent: ['name'], child: ['sku', 'price'] } },
                    ],
                },
            },
            { key: 'write', type: 'LOAD', config: { adapterCode: 'product', strategy: 'UPSERT', matchBy: 'slug' } },
        ],
        context: { throughput: { batchSize, concurrency: 1 } },
    };
    const { created } = await shop.admin.request<{ created: { id: string; problems?: unknown } }>(
        `mutation ($input: CreateDataHubPipelineInput!) {
            created: createDataHubPipeline(input: $input) {
                ... on DataHubPipeline { id }
                ... on DataHubDefinitionInvalidError { problems { path message } }
            }
        }`,
        { input: { code, name: `Import ${code}`, definition } },
    );
    if (!created.id) throw new Error(JSON.stringify(created.problems));
    return created.id;
}

/** Asks for a run and does not wait for it. */
export async function startRun(shop: DashboardShop, pipelineId: string, dryRun = false): Promise<string> {
    const { started } = await shop.admin.request<{ started: { id: string } }>(
        `mutation ($pipelineId: ID!, $dryRun: Boolean!) {
            started: runDataHubPipeline(pipelineId: $pipelineId, dryRun: $dryRun) { ... on DataHubRun { id } }
        }`,
        { pipelineId, dryRun },
    );
    return started.id;
}
