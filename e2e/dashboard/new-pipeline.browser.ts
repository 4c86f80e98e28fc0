import { expect, it } from 'vitest';
import { createColleague } from './support/administrators';
import { describeDashboard } from './support/describe-dashboard';

const priceList = [
    'Title;SKU;Price;Stock;Brand;Remark',
    'Linen Napkin;00123;12,50;5;Weft;',
    'Clay Bowl;00124;1.024,00;0;Kiln;slow',
    'Tin Lamp;00125;7,90;12;Hive;',
].join('\n');

const nested = JSON.stringify({
    exported: '2026-01-31',
    groups: [{ id: 1 }],
    data: { customers: [{ mail: 'a@example.com', name: { first: 'A', last: 'B' } }] },
});

describeDashboard('create from a file', shop => {
    const page = () => shop().page;
    const button = (name: string | RegExp) => page().getByRole('button', { name });
    const next = () => button('Next').click();
    const choose = (name: string, content: string) =>
        page().setInputFiles('input[type=file]', { name, mimeType: 'text/plain', buffer: Buffer.from(content) });
    const atStep = (step: string) => page().waitForURL(`**/data-hub/pipelines/new?step=${step}`);
    const field = (column: string) => page().getByRole('combobox', { name: `Field for “${column}”` });
    const definition = async () => {
        await button('Definition').click();
        const json = await page().getByRole('dialog').locator('pre').textContent();
        await page().keyboard.press('Escape');
        return JSON.parse(json!) as { steps: { type: string; config: Record<string, unknown> }[] };
    };

    it('says in a sentence what cannot be uploaded', async () => {
        await shop().visit('/data-hub/pipelines/new');
        await choose('catalog.pdf', '%PDF');
        await page().getByText('“catalog.pdf” was not uploaded').waitFor();
        await page()
            .getByText(/does not end in \.csv/)
            .waitFor();
        await choose('empty.csv', '');
        await page()
            .getByText(/The file is empty/)
            .waitFor();
        await page().route('**/data-hub/upload', route =>
            route.fulfill({
                status: 413,
                json: { code: 'upload-too-large', message: 'It is larger than 5 MB.', hint: 'Split it.' },
            }),
        );
        await choose('large.csv', 'a\n1');
        await page().getByText('It is larger than 5 MB. Split it.').waitFor();
        await page().unroute('**/data-hub/upload');
        // The browser itself reports an answer that refuses.
        expect(shop().takeComplaints().join()).toMatch(/^console: Failed to load resource[^,]*413[^,]*$/);
        await shop().expectAccessible();
    });

    it('shows what is in a file, however it is separated', async () => {
        await choose('price_list.csv', priceList);
        await atStep('preview');
        await page().getByText('6 columns, 3 records').waitFor();
        expect(await page().getByRole('combobox', { name: 'Delimiter' }).inputValue()).toBe(';');
        const column = (name: string) =>
            page().getByRole('table', { name: 'Columns' }).getByRole('row').filter({ hasText: name });
        expect(await column('SKU').textContent()).toContain('Leading zeros');
        expect(await column('Price').textContent()).toMatch(/Decimal number.*100 %.*3.*12,50 · 1\.024,00/);
        expect(await column('Remark').textContent()).toContain('34 %');
        await shop().expectAccessible();

        await page().getByRole('combobox', { name: 'Delimiter' }).selectOption({ label: 'Comma ,' });
        await page()
            .getByText(/6 columns/)
            .waitFor({ state: 'detached' });
        await page().getByRole('combobox', { name: 'Delimiter' }).selectOption({ label: 'Semicolon ;' });
        await page().getByText('6 columns, 3 records').waitFor();
    });

    it('offers what a record may become, best first, with the way to find what exists', async () => {
        await next();
        await atStep('target');
        const radios = page().getByRole('radio');
        await radios.first().waitFor();
        expect(await radios.count()).toBe(6);
        await button(/^Show all/).click();
        expect(await radios.count()).toBeGreaterThan(20);
        await page()
            .getByRole('radio', { name: /^Products/ })
            .first()
            .check();
        await page().getByRole('combobox', { name: 'What may happen' }).selectOption('UPSERT');
        await shop().expectAccessible();
    });

    it('suggests the fields with a reason, and takes other decisions', async () => {
        await next();
        await atStep('fields');
        await field('Title').waitFor();
        expect(await field('Title').inputValue()).toBe('name');
        expect(await field('SKU').inputValue()).toBe('variants.sku');
        expect(await field('Price').inputValue()).toBe('variants.price');
        expect(await field('Remark').inputValue()).toBe('');
        const row = page()
            .getByRole('row')
            .filter({ has: field('Price') });
        expect(await row.textContent()).toContain('Suggested');
        expect(await page().getByRole('combobox', { name: 'Decimal sign of “Price”' }).inputValue()).toBe(',');
        await page().getByRole('heading', { name: 'Left out' }).locator('..').getByText('Remark').waitFor();
        await shop().expectAccessible();

        await field('Title').selectOption('');
        await page()
            .getByText(/No column goes to “Name”/)
            .waitFor();
        await field('Remark').selectOption('name');
        await page()
            .getByText(/No column goes to “Name”/)
            .waitFor({ state: 'detached' });
        await field('Title').selectOption('name');
        expect(await field('Remark').inputValue()).toBe('');
        expect(
            await page()
                .getByRole('row')
                .filter({ has: field('Title') })
                .textContent(),
        ).not.toContain('Suggested');
    });

    it('loses nothing on the way back, forth and over a reload', async () => {
        await next();
        await atStep('create');
        await page().goBack();
        await atStep('fields');
        await field('Brand').selectOption('');
        await page().goBack();
        await atStep('target');
        expect(
            await page()
                .getByRole('radio', { name: /^Products/ })
                .first()
                .isChecked(),
        ).toBe(true);
        await page().reload();
        await page()
            .getByRole('radio', { name: /^Products/ })
            .first()
            .waitFor();
        await next();
        await field('Brand').waitFor();
        expect(await field('Brand').inputValue()).toBe('');
        expect(await field('SKU').inputValue()).toBe('variants.sku');
    });

    it('creates the pipeline and leads to its plan; back again it changes that pipeline', async () => {
        await next();
        await atStep('create');
        expect(await page().getByRole('textbox', { name: 'Code' }).inputValue()).toBe('price-list');
        await page().getByRole('textbox', { name: 'Code' }).fill('no spaces');
        await page()
            .getByText(/Letters, digits, - and _ only/)
            .waitFor();
        await page().getByRole('textbox', { name: 'Name' }).fill('Prices of spring');
        await page().getByRole('textbox', { name: 'Code' }).fill('shopify-catalog');
        await shop().expectAccessible();
        await button('Create and plan').click();
        await page().getByText('Another pipeline has this code. Choose another one.').waitFor();
        await page().getByRole('textbox', { name: 'Code' }).fill('spring');
        const { steps } = await definition();
        expect(steps.map(({ type }) => type)).toEqual(['EXTRACT', 'TRANSFORM', 'LOAD']);
        expect(steps[0]!.config).toMatchObject({ format: 'CSV', delimiter: ';' });
        expect(steps[2]!.config).toMatchObject({ adapterCode: 'product', strategy: 'UPSERT' });
        await button('Create and plan').click();
        await page().waitForURL(/\/data-hub\/runs\/\d+$/);

        await page().goBack();
        await atStep('create');
        expect(await page().getByRole('textbox', { name: 'Code' }).getAttribute('readonly')).not.toBeNull();
        await button('Create and plan').click();
        await page().waitForURL(/\/data-hub\/runs\/\d+$/);
        const { dataHubPipelines } = await shop().admin.request<{
            dataHubPipelines: { items: { name: string; revision: number }[] };
        }>(`{ dataHubPipelines(search: "spring") { items { name revision } } }`);
        expect(dataHubPipelines.items).toMatchObject([{ name: 'Prices of spring' }]);
    });

    it('begins anew, with a file that is dropped and records deep in a document', async () => {
        await shop().visit('/data-hub/pipelines/new');
        await page()
            .getByText(/Drop a file here/)
            .waitFor();
        const dropped = await page().evaluateHandle(content => {
            const data = new DataTransfer();
            data.items.add(new File([content], 'customers.json', { type: 'application/json' }));
            return data;
        }, nested);
        await page()
            .getByText(/Drop a file here/)
            .dispatchEvent('drop', { dataTransfer: dropped });
        await atStep('preview');
        const path = page().getByRole('combobox', { name: 'Path of the records' });
        await path.selectOption('data.customers');
        await page().getByRole('cell', { name: 'a@example.com' }).first().waitFor();
        await page().getByRole('cell', { name: 'name.first' }).waitFor();
        await button('Start over').click();
        await page()
            .getByText(/Drop a file here/)
            .waitFor();
        await shop().look({ language: 'de', theme: 'dark' });
        await page().setViewportSize({ width: 390, height: 844 });
        await shop().visit('/data-hub/pipelines/new');
        await page().getByRole('button', { name: 'Datei wählen' }).waitFor();
        await choose('preise.csv', priceList);
        await page().getByText('6 Spalten, 3 Datensätze').waitFor();
        await shop().expectAccessible();
        const overflow = await page().evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
    });

    it('says in German what the server says in English', async () => {
        await shop().look({ language: 'de', width: 390, height: 844 });
        await shop().visit('/data-hub/pipelines/new');
        await page().route('**/data-hub/upload', route =>
            route.fulfill({
                status: 413,
                json: {
                    code: 'upload-too-large',
                    sentences: [
                        {
                            text: '“large.csv” is larger than the 5000000 bytes that an upload may have.',
                            template: '“{name}” is larger than the {maxBytes} bytes that an upload may have.',
                            values: { name: 'large.csv', maxBytes: 5_000_000 },
                        },
                        { text: 'Said by another plugin.', template: 'Said by another plugin.', values: {} },
                    ],
                },
            }),
        );
        await choose('large.csv', 'a\n1');
        await page()
            .getByText(
                '„large.csv“ ist größer als die 5.000.000 Byte, die ein Upload haben darf. Said by another plugin.',
            )
            .waitFor();
        await page().unroute('**/data-hub/upload');
        expect(shop().takeComplaints().join()).toMatch(/413/);

        await choose('preise.csv', priceList);
        await atStep('preview');
        await button('Weiter').click();
        await page()
            .getByRole('radio', { name: /^Produkte/ })
            .check();
        await page().getByText('Ein Datensatz ist ein Produkt.').waitFor();
        const strategy = page().getByRole('combobox', { name: 'Was geschehen darf' });
        expect(await strategy.textContent()).toContain('Fehlendes anlegen und Vorhandenes ändern.');
        await button('Weiter').click();
        await atStep('fields');
        const price = page().getByRole('combobox', { name: 'Feld für „Price“' });
        expect(await price.locator('option:checked').textContent()).toBe('Preis');
        // The conversion stands below the field, and both can be used.
        expect((await price.boundingBox())!.width).toBeGreaterThan(100);
        await page().setViewportSize({ width: 1400, height: 900 });
        await page().getByText('Die Spalte heißt wie das Feld.').first().waitFor();
        await page().getByText('„Title“ ist ein üblicher Name dafür.').waitFor();
    });

    it('tells who may not upload which permission is missing', async () => {
        const identifier = await createColleague(shop(), ['CreateDataHubPipeline', 'ReadDataHubPipeline']);
        await shop().look({ identifier, password: 'colleague' });
        await shop().visit('/data-hub/pipelines/new');
        await page().getByText('UploadDataHubFile').waitFor();
    });
});
