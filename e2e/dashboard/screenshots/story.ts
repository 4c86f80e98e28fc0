import { restOf, createProductPipeline, runUntilItRests } from '../support/product-pipelines';
import type { DashboardShop } from '../support/dashboard-shop';
import { createLongImport } from '../support/long-import';
import { createPipeline } from '../support/pipelines';
import type { Run } from '../../../demo/runs';
import { tellStory } from '../../../demo/story';
import { catalogs } from '../../../demo/vendure-config';

/** What the pictures show, by its id. */
export interface Told {
    shopify: string;
    lamps: string;
    long: string;
    imported: string;
    plan: string;
    waiting: string;
    undo: string;
    refusing: string;
    replay: string;
    failed: string;
    product: string;
    variant: string;
}

/** An ordinary week: imports, a plan, a gate, refused records of which some are sent again, an undo that is looked at, a lost file. */
export async function tellAll(shop: DashboardShop): Promise<Told> {
    const { admin } = shop;
    const told = new Map((await tellStory(admin, shop.folder)).map(([title, { id }]) => [title, id]));
    const imported = told.get('Shopify CSV')!;
    const lamps = await lampsPipeline(shop);
    const refusing = await runUntilItRests(admin, lamps);
    const { undo } = await admin.request<{ undo: Run }>(
        `mutation ($runId: ID!) { undo: undoDataHubRun(runId: $runId, dryRun: true) { id } }`,
        { runId: imported },
    );
    await restOf(admin, undo.id);
    const { pipelines, products } = await admin.request<{
        pipelines: { items: { id: string; code: string }[] };
        products: { items: { id: string; variants: { id: string }[] }[] };
    }>(
        `{
            pipelines: dataHubPipelines { items { id code } }
            products(options: { take: 1, filter: { slug: { eq: "laptop" } } }) { items { id variants { id } } }
        }`,
    );
    const [laptop] = products.items;
    return {
        shopify: pipelines.items.find(({ code }) => code === catalogs.shopify.pipeline)!.id,
        lamps,
        long: await createLongImport(shop, 'marketplace', 60_000, 100),
        imported,
        plan: told.get('Dry run of a changed file')!,
        waiting: told.get('Price list')!,
        undo: undo.id,
        refusing: refusing.id,
        replay: await replaySome(shop, refusing.id),
        failed: await lostFile(shop),
        product: laptop!.id,
        variant: laptop!.variants[0]!.id,
    };
}

/** Some have prices in words and one a tax category that does not exist; saved twice more since. */
async function lampsPipeline({ admin }: DashboardShop): Promise<string> {
    const records = Array.from({ length: 12 }, (_, index) => ({
        slug: `lamp-${index + 1}`,
        name: `Lamp ${index + 1}`,
        description: index === 2 ? null : 'A lamp of glass and brass',
        variants: [
            {
                sku: `LMP-${index + 1}`,
                price: index < 7 ? 'on request' : 4_900 + index * 100,
                stockOnHand: index,
                ...(index === 9 && { taxCategory: 'Reduced' }),
            },
        ],
    }));
    const id = await createProductPipeline(admin, { code: 'lamps', name: 'Lamps of the supplier', records });
    const { pipeline } = await admin.request<{ pipeline: { definition: { steps: object[] } } }>(
        `query ($id: ID!) { pipeline: dataHubPipeline(id: $id) { definition } }`,
        { id },
    );
    const [read, write] = pipeline.definition.steps;
    const trim = {
        key: 'tidy',
        type: 'TRANSFORM',
        name: 'Tidy texts',
        config: { operators: [{ op: 'trim', args: {} }] },
    };
    const check = {
        key: 'check',
        type: 'VALIDATE',
        name: 'Has a name',
        config: { rules: [{ field: 'name', required: true }] },
    };
    const save = (revision: number, steps: unknown[], note: string) =>
        admin.request(
            `mutation ($input: UpdateDataHubPipelineInput!) { updateDataHubPipeline(input: $input) { __typename } }`,
            { input: { id, revision, note, definition: { ...pipeline.definition, steps } } },
        );
    await save(1, [read, trim, write], 'Spaces around names made two lamps of one');
    await save(2, [read, trim, check, write], 'Lamps without a name are refused');
    return id;
}

/** One of the refused records is corrected and sent again. */
async function replaySome({ admin }: DashboardShop, runId: string): Promise<string> {
    const { page } = await admin.request<{ page: { items: { id: string }[] } }>(
        `query ($runId: ID!) { page: dataHubRecordErrorPage(runId: $runId, take: 2) { items { id } } }`,
        { runId },
    );
    const ids = page.items.map(({ id }) => id);
    await admin.request(
        `mutation ($input: EditDataHubRecordErrorsInput!) { editDataHubRecordErrors(input: $input) { changed } }`,
        {
            input: {
                ids,
                patch: [{ path: 'variants.0.price', op: 'SET', value: 5_500 }],
                note: 'As the supplier says',
            },
        },
    );
    const { replay } = await admin.request<{ replay: { runs: { id: string }[] } }>(
        `mutation ($input: ReplayDataHubRecordErrorsInput!) {
            replay: replayDataHubRecordErrors(input: $input) { runs { id } }
        }`,
        { input: { ids } },
    );
    await restOf(admin, replay.runs[0]!.id);
    return replay.runs[0]!.id;
}

async function lostFile({ admin }: DashboardShop): Promise<string> {
    const steps = [
        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', path: 'stock-of-monday.csv', format: 'CSV' } },
        { key: 'write', type: 'LOAD', config: { adapterCode: 'stockLevel' } },
    ];
    const id = await createPipeline(admin, {
        code: 'stock',
        name: 'Stock of the warehouse',
        definition: { version: 1, steps },
    });
    return (await runUntilItRests(admin, id)).id;
}
