import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeDashboard } from './support/describe-dashboard';

/** What all of it may take together. */
const wholePathMs = 120_000;

const exported = readFileSync(join(__dirname, '../../demo/catalogs/shopify-homeware.csv'), 'utf8');
const picture = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
);

describeDashboard(
    'from a file of Shopify to the shop and back',
    shop => {
        vi.setConfig({ testTimeout: wholePathMs });
        const page = () => shop().page;
        const heading = () => page().getByRole('heading', { level: 1 });
        const button = (name: string | RegExp) => page().getByRole('button', { name });
        const inDialog = (name: string | RegExp) => page().getByRole('alertdialog').getByRole('button', { name });
        const products = async (slug: string) => {
            const { products: list } = await shop().admin.request<{ products: { items: { assets: unknown[] }[] } }>(
                `query ($slug: String!) { products(options: { filter: { slug: { eq: $slug } } }) { items { assets { id } } } }`,
                { slug },
            );
            return list.items;
        };
        /** Does something that leads to the page of another run, and waits until that run has ended. */
        const follow = async (act: () => Promise<void>) => {
            const before = page().url();
            await act();
            await page().waitForURL(url => /\/runs\/\d+$/.test(url.pathname) && !before.includes(url.pathname));
            const run = page().url().split('/').at(-1)!;
            await heading()
                .filter({ hasText: new RegExp(`Run ${run}(?!\\d)`) })
                .getByText(/^Completed/)
                .waitFor({ timeout: wholePathMs / 2 });
            return run;
        };

        const startedAt = performance.now();
        let images: Server;
        let appliedRun = '';

        beforeAll(async () => {
            // What follows the picture makes it another one for each address.
            images = createServer(({ url }, answer) =>
                answer.setHeader('content-type', 'image/png').end(Buffer.concat([picture, Buffer.from(url!)])),
            );
            await new Promise<void>(listening => images.listen(0, '127.0.0.1', listening));
        });
        afterAll(() => images.close());

        it('uploads the file, which is recognised, and plans what it would do', async () => {
            const host = `http://127.0.0.1:${(images.address() as AddressInfo).port}`;
            const file = exported
                .replaceAll('https://cdn.example.com', host)
                .replace(',39,,true', ',thirty-nine,,true');
            await shop().visit('/data-hub/pipelines/new');
            await page().setInputFiles('input[type=file]', {
                name: 'homeware.csv',
                mimeType: 'text/csv',
                buffer: Buffer.from(file),
            });
            await button(/^Use “Shopify/).click();
            await page().waitForURL('**/data-hub/pipelines/new?step=create');
            await follow(() => button('Create and plan').click());
            await page().getByText('stoneware-mug').first().waitFor();
            expect(await products('stoneware-mug')).toEqual([]);
        });

        it('applies the plan: the product is in the catalog, with its pictures and where it comes from', async () => {
            await button(/^Apply this plan \(\d+ changes\)$/).click();
            appliedRun = await follow(() => inDialog('Apply the plan').click());
            expect((await products('stoneware-mug')).map(({ assets }) => assets.length)).toEqual([5]);

            await shop().visit('/products');
            await button('Stoneware Mug').click();
            await page().getByRole('heading', { name: 'Stoneware Mug' }).waitFor();
            await page().getByText('Where this comes from').waitFor();
        });

        it('shows the row that was refused; corrected and sent again, it is in the catalog too', async () => {
            expect(await products('oak-serving-board')).toEqual([]);
            await shop().visit(`/data-hub/runs/${appliedRun}?tab=errors`);
            await page()
                .getByText(/thirty-nine/)
                .first()
                .waitFor();
            await shop().visit('/data-hub/quarantine');
            await page().locator('tbody').getByRole('link').first().click();
            const cell = page().locator('td[data-cell="0:2"]');
            await cell.getByText('thirty-nine', { exact: true }).waitFor();
            await cell.click();
            await page().keyboard.type('39');
            await page().keyboard.press('Enter');
            await button('Save 1 edit').click();
            await page().getByText('1 record saved').waitFor();
            await button('Replay 1 record').click();
            await inDialog('Replay 1 record').click();
            await page().getByText('1 created').waitFor();
            expect(await products('oak-serving-board')).toHaveLength(1);
        });

        it('undoes the run: what it wrote is gone, what was corrected stays', async () => {
            await shop().visit(`/data-hub/runs/${appliedRun}`);
            await follow(() => button('Undo …').click());
            await button(/^Undo \d+ changes$/).click();
            await follow(() => inDialog(/^Undo \d+ changes$/).click());
            expect(await products('stoneware-mug')).toEqual([]);
            expect(await products('oak-serving-board')).toHaveLength(1);
            expect(performance.now() - startedAt).toBeLessThan(wholePathMs);
        });
    },
    { allowPrivateHosts: ['127.0.0.1'] },
);
