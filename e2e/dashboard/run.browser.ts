import { expect, it, vi } from 'vitest';
import { createColleague } from './support/administrators';
import { describeDashboard } from './support/describe-dashboard';
import { createImport, createLongImport, startRun } from './support/long-import';

/** For what a busy machine takes its time for. */
const slowMs = 120_000;

describeDashboard('the page of a run', shop => {
    vi.setConfig({ testTimeout: 3 * slowMs });
    const page = () => shop().page;
    const heading = () => page().getByRole('heading', { level: 1 });
    const button = (name: string | RegExp) => page().getByRole('button', { name });
    const inDialog = () => page().getByRole('alertdialog');
    const total = async (name: string) => {
        const text = await page()
            .getByTestId('run-totals')
            .getByText(name, { exact: true })
            .locator('..')
            .textContent();
        return Number(text?.replace(name, '').replaceAll(',', ''));
    };
    const reach = (status: string) => heading().getByText(status, { exact: true }).waitFor({ timeout: slowMs });

    let longRun = '';

    it('is live while it runs, and cancels it', async () => {
        longRun = await startRun(shop(), await createLongImport(shop(), 'long', 20_000));
        await shop().visit(`/data-hub/runs/${longRun}`);
        await reach('Running');
        await page().getByRole('progressbar').waitFor();
        await page()
            .getByText(/records per second/)
            .waitFor();
        await page().getByText(/left$/).waitFor();
        const before = await total('Read');
        await expect.poll(() => total('Read'), { timeout: slowMs }).toBeGreaterThan(before);
        await expect.poll(() => total('Created'), { timeout: slowMs }).toBeGreaterThan(0);
        await page().getByTestId('pipeline-graph').getByText('write').waitFor();
        await shop().expectAccessible();

        await page().getByRole('tab', { name: 'Log' }).click();
        await page()
            .getByText(/^Started with revision 1/)
            .waitFor();
        expect(page().url()).toContain('tab=log');

        await button('Cancel the run').click();
        await inDialog()
            .getByText(/what is written stays written/)
            .waitFor();
        await inDialog().getByRole('button', { name: 'Cancel the run' }).click();
        await reach('Cancelled');
        expect(await page().getByRole('progressbar').count()).toBe(0);
    });

    it('goes on where it was cancelled', async () => {
        await page().getByRole('tab', { name: 'Overview' }).click();
        const before = await total('Created');
        await button('Resume').click();
        await reach('Running');
        await expect.poll(() => total('Created'), { timeout: slowMs }).toBeGreaterThan(before);
        await button('Cancel the run').click();
        await inDialog().getByRole('button', { name: 'Cancel the run' }).click();
        await reach('Cancelled');
    });

    it('lists its changes a page at a time, each with a link to what it is about', async () => {
        await page()
            .getByRole('tab', { name: /^Changes/ })
            .click();
        const table = page().getByRole('table', { name: 'Changes' });
        await table.getByText('long-0', { exact: true }).first().waitFor();
        await page()
            .getByText(/^1–25 of/)
            .waitFor();
        await button('Next page').click();
        await page()
            .getByText(/^26–50 of/)
            .waitFor();
        expect(page().url()).toContain('after=');
        await button('Previous page').click();
        await page()
            .getByText(/^1–25 of/)
            .waitFor();
        await page().getByRole('searchbox').fill('L-7');
        await table.getByText('long-0', { exact: true }).first().waitFor({ state: 'detached' });
        await table.getByText('L-7', { exact: true }).first().waitFor();
        await shop().expectAccessible();
        await table.getByRole('link', { name: 'L-7', exact: true }).click();
        await page().waitForURL('**/product-variants/*');
    });

    it('is undone after a preview that names what has been changed since', async () => {
        const { products } = await shop().admin.request<{ products: { items: { id: string }[] } }>(
            `{ products(options: { filter: { slug: { eq: "long-3" } } }) { items { id } } }`,
        );
        await shop().admin.request(
            `mutation ($id: ID!) {
                updateProduct(input: { id: $id, translations: [{ languageCode: en, name: "Named by hand" }] }) { id }
            }`,
            { id: products.items[0]!.id },
        );
        await shop().visit(`/data-hub/runs/${longRun}`);
        await button('Undo …').click();
        await heading().getByText('Preview of an undo').waitFor();
        await button(/^Undo [\d,]+ changes$/).waitFor({ timeout: slowMs });
        await page().getByRole('table', { name: 'Changes' }).getByText('Delete', { exact: true }).first().waitFor();
        await shop().expectAccessible();
        await page()
            .getByRole('tab', { name: /^Left as it is/ })
            .click();
        await page()
            .getByText(/These have been changed since the run/)
            .waitFor();

        await button(/^Undo [\d,]+ changes$/).click();
        await inDialog()
            .getByText(/what the run created is deleted/)
            .waitFor();
        await inDialog()
            .getByText(/changed since .* left as/)
            .waitFor();
        await shop().expectAccessible();
        await inDialog().getByRole('button', { name: /^Undo/ }).click();
        await heading().getByText('Undo', { exact: true }).waitFor();
        await heading()
            .getByText(/^Completed/)
            .waitFor({ timeout: slowMs });

        await page().getByText('Takes back').getByRole('link').click();
        await page().waitForURL(`**/data-hub/runs/${longRun}`);
        await page().getByTestId('run-relations').getByText('Undone by').waitFor();
    });

    it('says afterwards what happened, to be copied and mailed, and what was refused', async () => {
        const csv = 'slug,name,sku,price\nfine,Fine,F-1,12\nbad,Bad,B-1,cheap\nworse,Worse,W-1,dear';
        const id = await createImport(shop(), 'picky', csv);
        const run = await shop().run('picky');
        await page().context().grantPermissions(['clipboard-read', 'clipboard-write']);
        await shop().visit(`/data-hub/runs/${run.id}`);
        await reach('Completed with errors');
        const sentence = (await page().getByTestId('run-summary').textContent()) ?? '';
        expect(sentence).toContain('1 created');
        const mail = await page().getByRole('link', { name: 'Mail' }).getAttribute('href');
        expect(decodeURIComponent(mail ?? '')).toContain(sentence);
        await button('Copy').click();
        await page().getByText('Copied').waitFor();
        expect(await page().evaluate(() => navigator.clipboard.readText())).toContain(sentence);

        await page()
            .getByRole('tab', { name: /^Errors/ })
            .click();
        await page().getByRole('table', { name: 'Causes' }).getByRole('button').first().click();
        await page().getByRole('table', { name: 'Rejected records' }).getByText('line 3').waitFor();
        await shop().expectAccessible();
        await page().getByRole('link', { name: 'Open the quarantine' }).click();
        await page().waitForURL(`**/data-hub/quarantine?run=*`);

        await shop().visit(`/data-hub/runs/${run.id}`);
        await button('Run again').click();
        await page().waitForURL(url => /\/runs\/\d+$/.test(url.pathname) && !url.pathname.endsWith(`/${run.id}`));
        await heading()
            .getByText(/^Completed/)
            .waitFor();
        expect(id).not.toBe('');
    });

    it('names the run whose records a replay reads, and that run its replays', async () => {
        const { id } = await shop().run('picky');
        const { replay } = await shop().admin.request<{ replay: { runs: { id: string }[] } }>(
            `mutation ($runId: ID!) {
                replay: replayDataHubRecordErrors(input: { runId: $runId }) { runs { id } }
            }`,
            { runId: id },
        );
        const replayId = replay.runs[0]!.id;
        await shop().visit(`/data-hub/runs/${replayId}`);
        await page().getByText(`Replays records of run ${id}.`).waitFor();
        await page()
            .getByRole('link', { name: `run ${id}` })
            .click();
        await page().getByText(`Refused records were sent again in run ${replayId}`).waitFor();
        await page()
            .getByTestId('run-relations')
            .getByRole('link', { name: `run ${replayId}` })
            .click();
        await page().waitForURL(`**/data-hub/runs/${replayId}`);
    });

    it('offers nothing that one may not do, and no run that does not exist', async () => {
        const run = await shop().run('picky');
        const identifier = await createColleague(shop(), ['ReadDataHubRun']);
        await shop().look({ identifier, password: 'colleague' });
        await shop().visit(`/data-hub/runs/${run.id}`);
        await page().getByTestId('run-summary').waitFor();
        expect(await button('Run again').count()).toBe(0);
        await page().getByRole('table', { name: 'Steps' }).waitFor();
        expect(await page().getByTestId('pipeline-graph').count()).toBe(0);
        await shop().visit('/data-hub/runs/99999');
        await page().getByText('There is no such run').waitFor();
    });

    it('speaks German and fits on a telephone, light and dark', async () => {
        const run = await shop().run('picky');
        await shop().look({ language: 'de', width: 390, height: 844, theme: 'dark' });
        for (const tab of ['overview', 'changes', 'errors', 'log']) {
            await shop().visit(`/data-hub/runs/${run.id}?tab=${tab}`);
            await button('Noch einmal ausführen').waitFor();
            await page().getByRole('tabpanel').locator('[aria-busy=true]').waitFor({ state: 'detached' });
            expect(await page().evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
            await shop().expectAccessible();
        }
        await shop().visit(`/data-hub/runs/${run.id}`);
        expect(await page().getByTestId('run-summary').textContent()).toContain('Datensätze gelesen');
    });
});
