import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tellStory } from '../../demo/story';
import { catalogs } from '../../demo/vendure-config';
import { DashboardShop } from './support/dashboard-shop';

const repository = join(__dirname, '..', '..');
/** Those that the documentation shows; all of them, to be looked at, stand in the other folder. */
const shownFolder = join(repository, 'docs', 'screenshots');
const allFolder = join(repository, '.dashboard', 'screenshots');

const screens = { wide: { width: 1400, height: 900 }, narrow: { width: 390, height: 844 } };

async function main(): Promise<void> {
    for (const folder of [shownFolder, allFolder]) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
    }
    const shop = await DashboardShop.start();
    const pages = await pagesOf(shop);
    for (const theme of ['light', 'dark'] as const) {
        for (const [screen, size] of Object.entries(screens)) {
            await shop.look({ ...size, theme });
            for (const [name, path] of Object.entries(pages)) {
                await shop.visit(path);
                // Charts and graphs draw themselves in.
                await shop.page.waitForLoadState('networkidle');
                await shop.page.waitForTimeout(500);
                await shop.page.screenshot({ path: join(allFolder, `${name}-${screen}-${theme}.png`) });
                if (screen === 'wide' && theme === 'light')
                    await shop.page.screenshot({ path: join(shownFolder, `${name}.png`) });
            }
        }
    }
    for (const complaint of shop.takeComplaints()) console.error(complaint);
    await shop.stop();
}

/** Every page in a shop in which something has happened. */
async function pagesOf(shop: DashboardShop): Promise<Record<string, string>> {
    const runs = await tellStory(shop.admin, shop.folder);
    const runId = (title: string) => runs.find(([name]) => name === title)![1].id;
    const { dataHubPipelines, products } = await shop.admin.request<{
        dataHubPipelines: { items: { id: string; code: string }[] };
        products: { items: { id: string }[] };
    }>(
        `{
            dataHubPipelines { items { id code } }
            products(options: { take: 1, filter: { slug: { eq: "laptop" } } }) { items { id } }
        }`,
    );
    const pipeline = dataHubPipelines.items.find(({ code }) => code === catalogs.shopify.pipeline)!.id;
    return {
        insights: '/',
        pipelines: '/data-hub/pipelines',
        'new-pipeline': '/data-hub/pipelines/new',
        pipeline: `/data-hub/pipelines/${pipeline}`,
        'pipeline-definition': `/data-hub/pipelines/${pipeline}?tab=definition`,
        runs: '/data-hub/runs',
        run: `/data-hub/runs/${runId('Shopify CSV')}`,
        'run-changes': `/data-hub/runs/${runId('Shopify CSV')}?tab=changes`,
        plan: `/data-hub/runs/${runId('Dry run of a changed file')}`,
        quarantine: '/data-hub/quarantine',
        gates: '/data-hub/gates',
        gate: `/data-hub/gates?run=${runId('Price list')}&step=write`,
        product: `/products/${products.items[0]!.id}`,
    };
}

main().then(
    () => process.exit(0),
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
