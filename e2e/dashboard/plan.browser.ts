import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesFolder } from '../../demo/vendure-config';
import { describeDashboard } from './support/describe-dashboard';

describeDashboard('a plan', shop => {
    const page = () => shop().page;
    const heading = () => page().getByRole('heading', { level: 1 });
    const button = (name: string | RegExp) => page().getByRole('button', { name });
    const table = () => page().getByRole('table', { name: 'Changes' });
    const row = (text: string) => table().getByRole('row').filter({ hasText: text });
    let plan = '';

    it('shows what would be written, field by field, and writes nothing', async () => {
        await shop().run('shopify-catalog');
        const path = join(filesFolder(shop().folder), 'shopify-homeware.csv');
        const changed = readFileSync(path, 'utf8')
            .replace(',39,,true', ',42,,true')
            .replace(',19.99,,true', ',17.99,,true')
            .replace('Cast Iron Pan,"', 'Cast Iron Skillet,"')
            .replace('Cast Iron Pan,<p>', 'Cast Iron Skillet,<p>Rubbed twice. ');
        writeFileSync(path, changed);
        plan = (await shop().run('shopify-catalog', true)).id;

        await shop().visit(`/data-hub/runs/${plan}`);
        await heading().getByText('Plan', { exact: true }).waitFor();
        await page().getByTestId('change-counts').getByRole('button', { name: 'Update 3' }).waitFor();
        const price = await row('oak-serving-board').textContent();
        expect(price).toContain('$39.00');
        expect(price).toContain('$42.00');
        expect(price).toContain('+7.7%');
        expect(await row('cast-iron-pan').locator('ins').allTextContents()).toContain('Cast Iron Skillet');
        expect((await row('cast-iron-pan').locator('ins').allTextContents()).join()).toContain('Rubbed twice.');
        await shop().expectAccessible();
        const live = await shop().admin.request<{ products: { totalItems: number } }>(
            `{ products(options: { filter: { name: { eq: "Cast Iron Skillet" } } }) { totalItems } }`,
        );
        expect(live.products.totalItems).toBe(0);
    });

    it('is filtered by action, entity and text, and the address says how', async () => {
        await page().getByRole('searchbox').fill('lantern');
        await row('oak-serving-board').waitFor({ state: 'detached' });
        expect(await table().getByRole('row').count()).toBe(2);
        await page().getByRole('searchbox').fill('');
        await row('oak-serving-board').waitFor();
        await page().getByRole('combobox', { name: 'Entity' }).click();
        await page().getByRole('option', { name: 'Product', exact: true }).click();
        await row('oak-serving-board').waitFor({ state: 'detached' });
        await row('cast-iron-pan').waitFor();
        await page()
            .getByTestId('change-counts')
            .getByRole('button', { name: /^Delete/ })
            .click();
        await page().getByText('No change fits what you search for.').waitFor();
        expect(page().url()).toContain('action=DELETE');
        expect(page().url()).toContain('entity=Product');
    });

    it('is applied as it stands; what has been changed since is left alone and reported', async () => {
        const { variants } = await shop().admin.request<{ variants: { items: { id: string }[] } }>(
            `{ variants: productVariants(options: { filter: { name: { contains: "Oak Serving Board" } } }) { items { id } } }`,
        );
        await shop().admin.request(
            `mutation ($id: ID!) { updateProductVariants(input: [{ id: $id, price: 4100 }]) { id } }`,
            { id: variants.items[0]!.id },
        );
        await shop().visit(`/data-hub/runs/${plan}`);
        await button(/^Apply this plan \(\d changes\)$/).click();
        const dialog = page().getByRole('alertdialog');
        await dialog.getByText(/3 updated and 0 deleted, exactly as the plan shows/).waitFor();
        await dialog.getByRole('button', { name: 'Apply the plan' }).click();
        await page().waitForURL(url => !url.pathname.endsWith(`/${plan}`));
        await heading().getByText('Completed with errors').waitFor();
        await page()
            .getByRole('tab', { name: /^Errors/ })
            .click();
        await page().getByText('plan-outdated').waitFor();
        await page()
            .getByRole('tab', { name: /^Changes/ })
            .click();
        await row('paper-lantern').waitFor();
        expect(await row('oak-serving-board').count()).toBe(0);

        await page().getByText('Applies the plan').getByRole('link').click();
        await page().waitForURL(`**/data-hub/runs/${plan}`);
        await page().getByTestId('run-relations').getByText('Applied by').waitFor();
    });

    it('cannot be applied when it would change nothing, and says so', async () => {
        await shop().run('shopify-catalog');
        const nothing = await shop().run('shopify-catalog', true);
        await shop().visit(`/data-hub/runs/${nothing.id}`);
        await page()
            .getByText(/it would change nothing/)
            .waitFor();
        await page().getByText('Everything is already as it should be.').waitFor();
        expect(await button(/^Apply this plan/).count()).toBe(0);
        await button('Plan again').click();
        await page().waitForURL(url => !url.pathname.endsWith(`/${nothing.id}`));
    });
});
