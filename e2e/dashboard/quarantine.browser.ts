import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/json';
import { describeDashboard } from './support/describe-dashboard';
import { createAdministrator, createProductPipeline, runUntilItRests } from './support/product-pipelines';

/** Prices in words for all; the tenth has a tax category that does not exist instead. */
const lamp = (number: number): JsonObject => ({
    slug: `lamp-${number}`,
    name: `Lamp ${number}`,
    description: number === 1 ? null : 'A lamp',
    variants: [
        {
            sku: number === 1 ? '00123' : `L-${number}`,
            price: number === 10 ? 1_000 : 'twelve',
            stockOnHand: number,
            ...(number === 10 && { taxCategory: 'No such tax' }),
        },
    ],
});

describeDashboard('quarantine', shop => {
    let pipelineId: string;
    let group: string;
    const priceOf = 'td[data-cell="0:2"]';
    const records = async (state: string) => {
        const { list } = await shop().admin.request<{ list: { items: { id: string; record: JsonObject }[] } }>(
            `query ($pipelineId: ID!, $filter: DataHubRecordErrorFilter) {
                list: dataHubRecordErrorPage(pipelineId: $pipelineId, filter: $filter) { items { id record } }
            }`,
            { pipelineId, filter: { state: [state], cause: ['invalid-field'] } },
        );
        return list.items;
    };
    const variantOf = (record: JsonObject | undefined) => (record?.variants as JsonObject[])[0];
    const button = (name: string | RegExp) => shop().page.getByRole('button', { name });
    const inDialog = (name: string) => shop().page.getByRole('alertdialog').getByRole('button', { name });
    const cell = (row: number, column: number) => shop().page.locator(`td[data-cell="${row}:${column}"]`);

    beforeAll(async () => {
        pipelineId = await createProductPipeline(shop().admin, {
            code: 'lamps',
            name: 'Lamps of the supplier',
            records: Array.from({ length: 10 }, (_, index) => lamp(index + 1)),
        });
        await runUntilItRests(shop().admin, pipelineId);
        group = `/data-hub/quarantine?pipeline=${pipelineId}&cause=invalid-field`;
    });

    it('groups what was refused by cause, over all pipelines', async () => {
        const { page } = shop();
        await shop().visit('/data-hub/quarantine');
        const row = page.locator('tbody tr').filter({ hasText: 'invalid-field' });
        await row.waitFor();
        expect(await row.textContent()).toContain('Lamps of the supplier');
        expect(await row.getByRole('cell').last().textContent()).toBe('9');
        await shop().expectAccessible();
        await row.getByRole('link').click();
        await page.waitForURL('**/data-hub/quarantine?*cause=invalid-field*');
        await cell(0, 2).waitFor();
        // The field that is to blame stands first, with the message.
        expect(await page.locator('thead th').nth(2).textContent()).toBe('variants.0.price');
        expect(await cell(0, 2).textContent()).toContain('must be whole minor units');
        await shop().expectAccessible();
    });

    it('edits in place with the keyboard, and tells text, numbers, null, empty and absent apart', async () => {
        const { page } = shop();
        await shop().visit(group);
        await cell(0, 2).click();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowLeft');
        expect(await page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('0:2');

        // Left as it was with Escape.
        await page.keyboard.type('9');
        await page.keyboard.press('Escape');
        expect(await cell(0, 2).textContent()).toContain('twelve');
        expect(await button(/^Save/).count()).toBe(0);

        // Text stays text until its kind is chosen.
        await page.keyboard.press('Enter');
        await page.keyboard.press('Control+A');
        await page.keyboard.type('1999');
        await page.getByLabel('Kind of value').selectOption('number');
        await page.keyboard.press('Enter');
        await cell(1, 2).click();
        await page.keyboard.press('Enter');
        await page.getByLabel('Kind of value').selectOption('null');
        await cell(2, 2).click();
        await page.keyboard.press('Enter');
        await page.getByLabel('Kind of value').selectOption('empty');
        await cell(3, 2).click();
        await page.keyboard.press('Delete');
        await cell(4, 2).click();
        await page.keyboard.type('00123');
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('4:3');

        await button('Save 5 edits').click();
        await page.getByText('5 records saved').waitFor();
        await expect.poll(() => button(/^Save/).count()).toBe(0);
        const saved = (await records('OPEN')).map(({ record }) => variantOf(record));
        expect(saved.slice(0, 5).map(variant => variant?.price)).toEqual([1999, null, '', undefined, '00123']);
        expect(saved[3]).not.toHaveProperty('price');
        expect(saved[0]?.sku).toBe('00123');
    });

    it('refuses what is no number where one is typed', async () => {
        const { page } = shop();
        await shop().visit(group);
        await cell(0, 2).click();
        await page.keyboard.press('Enter');
        await page.keyboard.press('Control+A');
        await page.keyboard.type('cheap');
        await page.keyboard.press('Enter');
        await page.getByText('This is not a number.').waitFor();
        await page.keyboard.press('Escape');
        expect(await page.locator(priceOf).textContent()).toContain('1999');
    });

    it('asks before unsaved edits are left', async () => {
        const { page } = shop();
        await shop().visit(group);
        await cell(0, 2).click();
        await page.keyboard.press('Delete');
        await page.getByRole('link', { name: 'All causes' }).click();
        await page.getByRole('heading', { name: 'Leave 1 unsaved edit?' }).waitFor();
        await button('Stay here').click();
        await button('Discard').click();
        await expect.poll(() => button(/^Save/).count()).toBe(0);
    });

    it('replays one record, and says what became of it', async () => {
        const { page } = shop();
        await shop().visit(group);
        await page.getByRole('button', { name: 'lamp-1', exact: true }).click();
        const detail = page.getByRole('dialog');
        await detail.getByText('Edited').waitFor();
        expect(await detail.textContent()).toContain('superadmin');
        await detail.getByRole('button', { name: 'Replay 1 record' }).click();
        await page.getByLabel('Note').fill('Price from the catalogue');
        await inDialog('Replay 1 record').click();
        await detail.getByText('It was not refused again.').waitFor();
        expect(await detail.textContent()).toContain('Price from the catalogue');
        await page.keyboard.press('Escape');
        const outcome = page.getByRole('region', { name: 'Records that were sent again' });
        await outcome.getByText('1 created').waitFor();
        expect(await outcome.getByRole('link').getAttribute('href')).toMatch(/data-hub\/runs\/\d+$/);
    });

    it('sets a field of all records of a cause, and replays all of them', async () => {
        const { page } = shop();
        await shop().visit(group);
        await button('Set a field of all 8 records …').click();
        await page.getByLabel('Field', { exact: true }).fill('variants[0].price');
        await page.getByLabel('Kind of value').selectOption('number');
        await page.getByLabel('Value', { exact: true }).fill('2500');
        await inDialog('Change 8 records').click();
        await page.getByText('8 records changed').waitFor();
        await button('Replay 8 records').click();
        await inDialog('Replay 8 records').click();
        await page.getByText('8 created').waitFor();
        await page.getByText('No record of this group is in this state any more.').waitFor();
        expect(await records('REPLAYED')).toHaveLength(9);
    });

    it('sets aside and reopens with a note', async () => {
        const { page } = shop();
        await shop().visit(`/data-hub/quarantine?pipeline=${pipelineId}&cause=unknown-tax-category`);
        await page.getByRole('checkbox', { name: 'Choose lamp-10' }).click();
        await button('Ignore 1 record').click();
        await page.getByLabel('Note').fill('Sold out');
        await inDialog('Ignore 1 record').click();
        await page.getByText('1 record changed').waitFor();
        await shop().visit(`/data-hub/quarantine?pipeline=${pipelineId}&cause=unknown-tax-category&state=IGNORED`);
        await button('Reopen 1 record').click();
        await inDialog('Reopen 1 record').click();
        await page.getByText('No record of this group is in this state any more.').waitFor();
    });

    it('goes out as a spreadsheet and comes back, row by row', async () => {
        const { page } = shop();
        await shop().visit(`/data-hub/quarantine?pipeline=${pipelineId}&cause=unknown-tax-category`);
        const [file] = await Promise.all([page.waitForEvent('download'), button('1 record as CSV').click()]);
        expect(file.suggestedFilename()).toMatch(/^refused-records-.*\.csv$/);
        const text = await readFile(await file.path(), 'utf8');
        const columns = text.slice(0, text.indexOf('\r\n')).split(',').length;
        const unknown = `999${','.repeat(columns - 1)}\r\n`;
        const corrected = `${text.replaceAll('No such tax', 'Standard Tax')}${unknown}`;
        await button('Upload corrected file').click();
        const sheet = { name: 'corrected.csv', mimeType: 'text/csv', buffer: Buffer.from(corrected) };
        await page.getByLabel('CSV file').setInputFiles(sheet);
        await button('Upload').last().click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('1 record changed').waitFor();
        await dialog.getByText('1 row could not be taken').waitFor();
        expect(await dialog.getByRole('table').textContent()).toContain('999');
    });

    it('shows readers what there is and no way to change it, and speaks German', async () => {
        const reader = await createAdministrator(shop().admin, 'reader', ['ReadDataHubRun']);
        await shop().look({ ...reader, language: 'de', width: 390, height: 844, theme: 'dark' });
        await shop().visit(`/data-hub/quarantine?pipeline=${pipelineId}&cause=unknown-tax-category`);
        await shop().page.getByRole('grid', { name: 'Datensätze dieser Gruppe' }).waitFor();
        await button('1 Datensatz als CSV').waitFor();
        expect(await button(/senden|ignorieren|gelöst|setzen|hochladen/).count()).toBe(0);
        await cell(0, 2).click();
        await shop().page.keyboard.press('Enter');
        expect(await shop().page.locator('td textarea').count()).toBe(0);
        expect(await shop().page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        await shop().expectAccessible();
    });
});
