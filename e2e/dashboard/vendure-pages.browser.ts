import { expect, it } from 'vitest';
import { createColleague } from './support/administrators';
import { describeDashboard } from './support/describe-dashboard';

describeDashboard('DataHub on the pages of Vendure', shop => {
    const page = () => shop().page;
    const origin = () => page().locator('[data-slot=card]').filter({ hasText: 'Where this comes from' }).last();
    /** What is above it grows while it is loaded. */
    const scrollToOrigin = async () => {
        await expect
            .poll(
                async () => {
                    await page().getByText('Where this comes from').scrollIntoViewIfNeeded();
                    return origin()
                        .getByText(/Runs that changed it|No pipeline has written this/)
                        .count();
                },
                { timeout: 30_000 },
            )
            .toBe(1);
    };
    const idOf = async (list: 'products' | 'productVariants', filter: string) => {
        const answer = await shop().admin.request<Record<string, { items: { id: string }[] }>>(
            `{ ${list}(options: { take: 1, filter: { ${filter} } }) { items { id } } }`,
        );
        return answer[list]!.items[0]!.id;
    };

    it('tells of a product which run wrote each field, from which file and line', async () => {
        const { id: runId } = await shop().run('shopify-catalog');
        const productId = await idOf('products', 'slug: { eq: "stoneware-mug" }');
        await shop().visit(`/products/${productId}`);
        await scrollToOrigin();
        const own = origin().getByRole('table', { name: 'Fields' });
        await own.waitFor();
        const name = own.getByRole('row').filter({ hasText: 'Stoneware Mug' }).first();
        expect(await name.textContent()).toMatch(/shopify-homeware\.csv, line \d+/);
        await origin()
            .getByRole('table', { name: /^Variant / })
            .first()
            .waitFor();
        await origin().getByRole('link').first().click();
        await page().waitForURL(`**/data-hub/runs/${runId}`);
    });

    it('tells it of a variant, and of what was made by hand that no pipeline has written it', async () => {
        const variantId = await idOf('productVariants', 'sku: { eq: "PAN-20" }');
        await shop().visit(`/product-variants/${variantId}`);
        await scrollToOrigin();
        await origin()
            .getByRole('row')
            .filter({ hasText: 'Price' })
            .getByText(/line \d+/)
            .filter({ visible: true })
            .first()
            .waitFor();

        const { createProduct } = await shop().admin.request<{ createProduct: { id: string } }>(
            `mutation { createProduct(input: { translations: [{ languageCode: en, name: "By hand", slug: "by-hand", description: "" }] }) { id } }`,
        );
        await shop().visit(`/products/${createProduct.id}`);
        await scrollToOrigin();
        await origin().getByText('No pipeline has written this.').waitFor();
    });

    it('shows the day on the page Insights and what failed behind the bell', async () => {
        const { createDataHubPipeline } = await shop().admin.request<{ createDataHubPipeline: { id: string } }>(
            `mutation ($definition: JSON!) {
                createDataHubPipeline(input: { code: "lost", name: "Lost file", definition: $definition }) {
                    ... on DataHubPipeline { id }
                }
            }`,
            {
                definition: {
                    version: 1,
                    steps: [
                        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', path: 'lost.csv' } },
                        { key: 'write', type: 'LOAD', config: { adapterCode: 'product' } },
                    ],
                },
            },
        );
        expect(createDataHubPipeline.id).toBeTruthy();
        expect((await shop().run('lost')).status).toBe('FAILED');

        await shop().visit('/');
        const widget = page().locator('[data-slot=card]').filter({ hasText: 'Runs today' }).last();
        await widget.getByText('Failed').locator('..').getByRole('link', { name: '1', exact: true }).waitFor();
        await widget.getByText('Runs today').locator('..').getByRole('link', { name: '2', exact: true }).waitFor();
        await widget.locator('[data-slot=chart] svg').waitFor();
        const days = page().getByRole('table', { name: 'Records per day' });
        expect(await days.getByRole('row').count()).toBe(15);

        // Vendure asks for alerts five seconds after it has been opened.
        await page().waitForTimeout(6_000);
        await page().locator('header').getByRole('button').last().click();
        await page().getByText('1 run has failed').waitFor();
        await page().getByText('The last one that failed: Lost file.').waitFor();
        await page()
            .getByRole('button', { name: 'Look' })
            .or(page().getByRole('link', { name: 'Look' }))
            .click();
        await page().waitForURL('**/data-hub/runs?status=FAILED');
    });

    it('shows nothing of it to those who may not see runs, and asks for nothing that is refused them', async () => {
        const identifier = await createColleague(shop(), ['ReadCatalog', 'ReadProduct', 'ReadOrder']);
        await shop().look({ identifier, password: 'colleague' });
        const productId = await idOf('products', 'slug: { eq: "stoneware-mug" }');
        await shop().visit(`/products/${productId}`);
        await page().getByText('Facet Values').first().waitFor();
        expect(await page().getByText('Where this comes from').count()).toBe(0);
        await shop().visit('/');
        await page().waitForTimeout(6_000);
        expect(await page().getByText('Runs today').count()).toBe(0);
        expect(await page().getByText('has failed').count()).toBe(0);
    });
});
