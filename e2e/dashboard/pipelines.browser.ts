import { expect, it } from 'vitest';
import { describeDashboard } from './support/describe-dashboard';
import { createPipeline, createViewer, pricesDefinition } from './support/pipelines';

describeDashboard('list of pipelines', shop => {
    const row = (name: string) => shop().page.locator('tbody tr').filter({ hasText: name });
    /** Where a list says it differs with the width of the page. */
    const seen = (name: string, text: string) => row(name).getByText(text).filter({ visible: true });
    const prices = 'Prices of the supplier';

    it('shows at a glance how each is doing, and finds them', async () => {
        await shop().run('shopify-catalog');
        await createPipeline(shop().admin, { code: 'prices', name: prices, definition: pricesDefinition });
        await shop().visit('/data-hub/pipelines');
        await seen('Shopify', 'Healthy').waitFor();
        expect(await row('Shopify').textContent()).toMatch(/From code.*Completed/);
        expect(await row(prices).textContent()).toContain('Never run');
        await shop().expectAccessible();

        await shop().page.getByRole('searchbox', { name: 'Search by name or code' }).fill('PRICES');
        await row('Shopify').waitFor({ state: 'detached' });
        expect(await row(prices).count()).toBe(1);
        await shop().visit('/data-hub/pipelines?health=HEALTHY');
        await row('Shopify').waitFor();
        expect(await row(prices).count()).toBe(0);
        await shop().visit('/data-hub/pipelines?term=nobody');
        await shop().page.getByText('No pipeline fits what you search for.').waitFor();
    });

    it('runs a pipeline from its row, and opens a plan', async () => {
        await shop().visit('/data-hub/pipelines');
        await row('Shopify').getByRole('button', { name: 'Run Catalog exported from Shopify' }).click();
        await shop().page.getByText('has been put into the queue').waitFor();
        await row('Shopify').getByRole('button', { name: /^Plan/ }).click();
        await shop().page.waitForURL('**/data-hub/runs/*');
    });

    it('disables, and deletes after it has said what goes with it', async () => {
        await shop().visit('/data-hub/pipelines');
        const enabled = row(prices).getByRole('switch');
        await enabled.click();
        await seen(prices, 'Disabled').waitFor();
        expect(
            await row(prices)
                .getByRole('button', { name: `Run ${prices}` })
                .isDisabled(),
        ).toBe(true);
        // What lives in code is changed there.
        expect(await row('Shopify').getByRole('switch').getAttribute('aria-disabled')).toBe('true');
        expect(
            await row('Shopify')
                .getByRole('button', { name: /^Delete/ })
                .count(),
        ).toBe(0);

        await row(prices)
            .getByRole('button', { name: `Delete ${prices}` })
            .click();
        const dialog = shop().page.getByRole('alertdialog');
        await dialog.getByText('Deletes 1 revision and 0 runs').waitFor();
        await dialog.getByRole('button', { name: 'Delete the pipeline' }).click();
        await row(prices).waitFor({ state: 'detached' });
    });

    it('speaks German, fits a phone, and shows the dark', async () => {
        // Somebody new: what a user has chosen once is kept by the server.
        await createViewer(shop().admin, 'leser@example.com', ['ReadDataHubPipeline', 'ReadDataHubRun']);
        const reader = { identifier: 'leser@example.com', password: 'viewer' };
        await shop().look({ ...reader, width: 390, height: 844, language: 'de', theme: 'dark' });
        await shop().visit('/data-hub/pipelines');
        await seen('Shopify', 'In Ordnung').waitFor();
        expect(await shop().page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        await shop().expectAccessible();
    });

    it('offers only what the permissions allow', async () => {
        await createViewer(shop().admin, 'viewer@example.com', ['ReadDataHubPipeline']);
        await shop().look({ identifier: 'viewer@example.com', password: 'viewer' });
        await shop().visit('/data-hub/pipelines');
        await row('Shopify').waitFor();
        expect(await row('Shopify').getByRole('button').count()).toBe(0);
        expect(await shop().page.getByRole('columnheader').allTextContents()).toEqual(['Name', 'Enabled', 'Actions']);
        expect(await shop().page.getByText('Create from a file').count()).toBe(0);
    });
});
