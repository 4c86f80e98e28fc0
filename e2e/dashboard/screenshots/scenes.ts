import type { Page } from 'playwright-core';
import type { DashboardShop } from '../support/dashboard-shop';
import { startRun } from '../support/long-import';
import type { Told } from './story';

interface Scene {
    name: string;
    path: string;
    /** The documentation shows it. */
    isShown?: boolean;
    /** After the page is there. */
    then?: (page: Page) => Promise<unknown>;
}

/** Before anything has happened. */
export const emptyScenes: readonly Scene[] = [
    { name: 'empty-pipelines', path: '/data-hub/pipelines?term=nothing+like+it' },
    { name: 'empty-runs', path: '/data-hub/runs' },
    { name: 'empty-quarantine', path: '/data-hub/quarantine' },
    { name: 'empty-gates', path: '/data-hub/gates' },
    { name: 'empty-insights', path: '/', then: showWidget },
    { name: 'missing-run', path: '/data-hub/runs/4711' },
];

export function scenes(shop: DashboardShop, told: Told): Scene[] {
    const run = (id: string, tab = '') => `/data-hub/runs/${id}${tab && `?tab=${tab}`}`;
    const lamps = `/data-hub/pipelines/${told.lamps}`;
    const gate = `/data-hub/gates?run=${told.waiting}&step=write`;
    const quarantine = `/data-hub/quarantine?pipeline=${told.lamps}&cause=invalid-field`;
    let longRun = '';
    return [
        { name: 'insights', path: '/', then: showWidget },
        { name: 'alert', path: '/data-hub/runs', then: openAlerts },
        { name: 'pipelines', path: '/data-hub/pipelines', isShown: true },
        { name: 'pipelines-delete', path: '/data-hub/pipelines?term=lamps', then: askToDelete },
        { name: 'new-1-file', path: '/data-hub/pipelines/new' },
        { name: 'new-1-refused', path: '/data-hub/pipelines/new', then: page => choose(page, 'catalog.pdf', '%PDF') },
        { name: 'new-2-known-kind', path: '/data-hub/pipelines/new', then: page => chooseCatalog(page) },
        { name: 'new-2-preview', path: '/data-hub/pipelines/new', then: page => choosePriceList(page) },
        { name: 'new-3-target', path: '/data-hub/pipelines/new?step=target', then: chooseProducts },
        {
            name: 'new-4-fields',
            path: '/data-hub/pipelines/new?step=fields',
            isShown: true,
            then: page => page.locator('main select').filter({ visible: true }).nth(3).waitFor(),
        },
        { name: 'new-5-create', path: '/data-hub/pipelines/new?step=create' },
        { name: 'pipeline', path: `/data-hub/pipelines/${told.shopify}` },
        { name: 'pipeline-definition', path: `${lamps}?tab=definition&step=check`, isShown: true },
        { name: 'pipeline-problem', path: `${lamps}?tab=definition`, then: misspell },
        { name: 'pipeline-revisions', path: `${lamps}?tab=revisions` },
        { name: 'pipeline-diff', path: `${lamps}?tab=revisions&from=2&to=3`, then: scrollToEnd },
        { name: 'pipeline-runs', path: `${lamps}?tab=runs` },
        { name: 'pipeline-settings', path: `${lamps}?tab=settings` },
        { name: 'runs', path: '/data-hub/runs' },
        {
            name: 'run-live',
            isShown: true,
            path: '/data-hub/runs',
            then: async page => {
                if (longRun) await cancel(shop, longRun);
                longRun = await startRun(shop, told.long);
                await page.goto(`${shop.origin}/dashboard${run(longRun)}`);
                await page.getByRole('progressbar').waitFor();
                await page.waitForTimeout(4_000);
            },
        },
        {
            name: 'run-cancelled',
            path: '/data-hub/runs',
            then: async page => {
                await cancel(shop, longRun);
                await page.goto(`${shop.origin}/dashboard${run(longRun)}`);
                await page.getByRole('progressbar').waitFor({ state: 'detached' });
                longRun = '';
            },
        },
        { name: 'run', path: run(told.imported) },
        { name: 'run-changes', path: run(told.imported, 'changes') },
        { name: 'run-log', path: run(told.imported, 'log') },
        { name: 'run-errors', path: `${run(told.refusing, 'errors')}&cause=invalid-field` },
        { name: 'run-failed', path: run(told.failed) },
        { name: 'run-replay', path: run(told.replay) },
        { name: 'plan', path: run(told.plan), isShown: true },
        {
            name: 'plan-apply',
            path: run(told.plan),
            then: page => page.locator('main button.bg-primary').first().click(),
        },
        { name: 'undo-preview', path: run(told.undo), isShown: true },
        { name: 'quarantine', path: '/data-hub/quarantine' },
        { name: 'quarantine-grid', path: quarantine, isShown: true },
        {
            name: 'quarantine-edit',
            path: quarantine,
            then: async page => {
                await page.locator('td[data-cell="0:2"]').click();
                await page.keyboard.press('Enter');
            },
        },
        { name: 'quarantine-record', path: quarantine, then: openRecord },
        { name: 'gates', path: '/data-hub/gates' },
        { name: 'gate', path: gate, isShown: true },
        { name: 'gate-plan', path: gate, then: scrollToEnd },
        { name: 'product', path: `/products/${told.product}`, then: showOrigin },
        { name: 'variant', path: `/product-variants/${told.variant}`, isShown: true, then: showOrigin },
    ];
}

const priceList = [
    'Title;SKU;Price;Stock;Brand;Description;Remark',
    'Linen Napkin;00123;12,50;5;Weft;<p>Soft, and softer with each wash.</p>;',
    'Clay Bowl;00124;1.024,00;0;Kiln;<p>Thrown by hand.</p>;slow',
    'Tin Lamp;00125;7,90;12;Hive;<p>For the garden.</p>;',
    'Oak Board;00126;39,00;40;Grain;<p>For bread.</p>;',
].join('\n');

async function choose(page: Page, name: string, content: string): Promise<void> {
    const buffer = Buffer.from(content);
    await page.setInputFiles('input[type=file]', { name, mimeType: 'text/plain', buffer });
}

async function choosePriceList(page: Page): Promise<void> {
    await choose(page, 'autumn_price_list.csv', priceList);
    await page.waitForURL('**/new?step=preview');
}

async function chooseCatalog(page: Page): Promise<void> {
    const columns =
        'Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Published';
    await choose(
        page,
        'products_export.csv',
        `${columns}\nmug,Mug,<p>Mug</p>,Kiln,Title,Default Title,M-1,12.00,,true\n`,
    );
    await page.waitForURL('**/new?step=preview');
}

const chooseProducts = (page: Page) => page.locator('input[value=product]').check();

/** A key that no step has, after the first bracket. */
async function misspell(page: Page): Promise<void> {
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.keyboard.type('"verison": 1, ');
    await page.locator('.cm-lint-marker').first().waitFor();
}

async function openAlerts(page: Page): Promise<void> {
    // Vendure asks for alerts five seconds after it has been opened.
    await page.waitForTimeout(6_000);
    await page.locator('header button').last().click();
}

const askToDelete = (page: Page) => page.locator('main tbody tr button').last().click();

const openRecord = (page: Page) => page.locator('main tbody a, main tbody button').last().click();

const scrollToEnd = (page: Page) => page.locator('main table, main .cm-editor').last().scrollIntoViewIfNeeded();

async function showWidget(page: Page): Promise<void> {
    const title = page.locator('main').getByText('Data Hub', { exact: true });
    await title.waitFor();
    await title.evaluate(element => element.scrollIntoView({ block: 'start' }));
}

async function showOrigin(page: Page): Promise<void> {
    const title = page.getByText(/^(Where this comes from|Woher das kommt)$/).first();
    await title.waitFor();
    const toTop = () => title.evaluate(element => element.scrollIntoView({ block: 'start' }));
    await toTop();
    // It is loaded when it is looked at.
    await page
        .getByRole('table', { name: /^(Fields|Felder)$/ })
        .first()
        .waitFor();
    await toTop();
}

async function cancel({ admin }: DashboardShop, runId: string): Promise<void> {
    await admin.request(`mutation ($runId: ID!) { cancelDataHubRun(runId: $runId) { id } }`, { runId });
}
