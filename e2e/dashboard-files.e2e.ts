import { ProductTranslation } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../src';
import { AdminApi } from './support/admin-api';
import { DashboardShop, DRAFT, PREVIEW } from './support/dashboard-shop';
import { describeOnEachDatabase } from './support/each-database';
import { workbookWith } from './support/workbook';

describeOnEachDatabase(
    'What the dashboard asks about files',
    database => {
        let shop: DashboardShop;

        beforeAll(async () => {
            shop = await DashboardShop.boot(database, 'h_dashboard_files');
        });
        afterAll(() => shop?.close());

        it('sees what is in files of every kind', async () => {
            const csv = await shop.upload(
                shop.api,
                'preise.csv',
                new Uint8Array(Buffer.from('Artikel;Preis €\nMütze;19,99\n\nx;1;2\n', 'latin1')),
            );
            expect(await shop.previewOf({ uploadId: csv }, 1)).toMatchObject({
            name: 'preise.csv',
            format: 'CSV',
            encoding: 'windows-1252',
            delimiter: ';',
            config: { uploadId: csv, format: 'CSV', encoding: 'windows-1252', delimiter: ';' },
            rows: [{ Artikel: 'Mütze' }],
            sampledRecords: 2,
            complete: true,
            problems: [{ line: 4 }],
            columns: [{ name: 'Artikel', type: 'TEXT' }, { type: 'DECIMAL', looksLike: expect.arrayContaining(['PRICE']) as unknown }],
        }); // prettier-ignore
            const json = await shop.upload(
                shop.api,
                'x.json',
                JSON.stringify({ meta: { n: 1 }, data: { items: [{ sku: 'A', price: { net: 1.5 } }] } }),
            );
            expect(await shop.previewOf({ uploadId: json })).toMatchObject({
                format: 'JSON',
                encoding: 'utf-8',
                delimiter: null,
                recordsPath: 'data.items',
                recordsPaths: ['data.items'],
                config: { recordsPath: 'data.items' },
                columns: [{ name: 'sku' }, { name: 'price.net', type: 'DECIMAL' }],
            });
            const workbook = workbookWith(
                ['Prices', 'Notes'],
                [
                    ['sku', 'price'],
                    ['A', 'B'],
                ],
            );
            expect(await shop.previewOf({ uploadId: await shop.upload(shop.api, 'x.xlsx', new Uint8Array(workbook)) })).toMatchObject({
            format: 'XLSX',
            encoding: null,
            sheets: [{ name: 'Prices', hidden: false, chosen: true }, { name: 'Notes', chosen: false }],
            config: { sheet: 'Prices' },
            rows: [{ sku: 'A', price: 'B' }],
        }); // prettier-ignore
            const long = await shop.upload(
                shop.api,
                'long.csv',
                `n\n${Array.from({ length: 20_000 }, (_, index) => index).join('\n')}\n`,
            );
            expect(await shop.previewOf({ uploadId: long }, 0)).toMatchObject({
                sampledRecords: 5_000,
                complete: false,
                rows: [],
            });
            const broken = await shop.upload(shop.api, 'broken.json', '[{"a": 1}, {"a": 2}, oops');
            expect(await shop.previewOf({ uploadId: broken })).toMatchObject({
                sampledRecords: 2,
                complete: false,
                problems: [{}],
            });
            const refusal = async (variables: object) =>
                (await shop.api.ask(PREVIEW, { ...variables })).errors?.[0]?.message;
            expect(await refusal({ file: { uploadId: csv, delimeter: ';' } })).toContain(
                'The settings of the file cannot be used',
            );
            expect(await refusal({ file: { uploadId: 'none' } })).toContain('There is no upload');
            expect(await refusal({ file: { uploadId: csv }, rows: 1_000 })).toContain('Give rows from 0 to 200.');
        });

        it('goes from a known file to a pipeline', async () => {
            const preview = await shop.previewOf({ path: 'shopify.csv' }, 2);
            expect(preview).toMatchObject({ name: 'shopify.csv', format: 'CSV', delimiter: ',', complete: true });
            expect(preview.styles).toMatchObject([{ code: 'shopify-products', loader: 'product' }]);
            const { definition, problems } = await shop.draftOf({ file: preview.config, style: 'shopify-products' });
            expect(problems).toEqual([]);
            expect(definition.steps[0]).toMatchObject({ config: { path: 'shopify.csv', delimiter: ',' } });
            const { errors } = await shop.api.ask(DRAFT, {
                input: { file: {}, style: 'shopify-products', loader: 'product' },
            });
            expect(errors?.[0]?.message).toContain('Give either a known kind of file, or a loader with mappings.');
        });

        it.each(['magento-apparel', 'woocommerce-camping'])(
            'plans what %s brings to a shop without custom fields',
            async name => {
                const preview = await shop.previewOf({ path: `${name}.csv` }, 0);
                const [style] = preview.styles as { code: string }[];
                expect(style!.code).toBe(`${name.split('-')[0]}-products`);
                const { definition, problems, notes } = await shop.draftOf({
                    file: preview.config,
                    style: style!.code,
                });
                expect(problems).toEqual([]);
                expect(notes).toHaveLength(2);
                await shop.api.query(
                    `mutation ($input: CreateDataHubPipelineInput!) { createDataHubPipeline(input: $input) { __typename } }`,
                    { input: { code: name, name, definition } },
                );
                const id = await shop.run(name, true);
                const { plan, errors } = await shop.api.query<{
                    plan: { created: number };
                    errors: { items: { message: string }[] };
                }>(
                    'query ($id: ID!) { plan: dataHubRun(id: $id) { created } errors: dataHubRecordErrorPage(runId: $id) { items { message } } }',
                    { id },
                );
                expect(
                    errors.items.map(({ message }) => message).filter(message => /custom field/i.test(message)),
                ).toEqual([]);
                expect(plan.created).toBeGreaterThan(2);
            },
        );

        it('reads the prices of a known file as it has them, with a comma before their decimals', async () => {
            const rows = [
                'Type;SKU;Name;Published;Regular price;Sale price',
                'simple;GERMAN-1;Lampe;1;1.299,50;',
                'simple;GERMAN-2;Schirm;1;20;',
            ];
            const uploadId = await shop.upload(shop.api, 'deutsch.csv', `${rows.join('\n')}\n`);
            const { config } = await shop.previewOf({ uploadId });
            const { definition, notes } = await shop.draftOf({ file: config, style: 'woocommerce-products' });
            expect(notes).toContain('Numbers are read with a comma before their decimals, as the file has them.');
            await shop.api.query(
                `mutation ($input: CreateDataHubPipelineInput!) { createDataHubPipeline(input: $input) { __typename } }`,
                { input: { code: 'german', name: 'German', definition } },
            );
            await shop.run('german', false);
            const { items } = (
                await shop.api.query<{ variants: { items: JsonObject[] } }>(
                    `{ variants: productVariants(options: { filter: { sku: { contains: "GERMAN" } }, sort: { sku: ASC } }) { items { price } } }`,
                )
            ).variants;
            expect(items).toEqual([{ price: 129950 }, { price: 2000 }]);
        });

        it('goes from any file over a plan to the shop, and tells where a product comes from', async () => {
            const rows = [
                'Artikel-Nr.;Bezeichnung;VK-Preis;Lagerbestand;Hersteller',
                '00123;Topf;19,99 €;4;Acme',
                '00124;Pfanne;1.299,00 €;0;Acme',
                '00125;Deckel;umsonst;1;Acme',
            ];
            const uploadId = await shop.upload(shop.api, 'artikel.csv', `${rows.join('\n')}\n`);
            const { config } = await shop.previewOf({ uploadId });
            const { suggestions } = await shop.api.query<{
                suggestions: { matchBy: string; groupBy: null; mappings: JsonObject[] };
            }>(
                `query ($file: JSON!) { suggestions: dataHubMappingSuggestions(file: $file, loader: "product") { matchBy groupBy unmapped
                mappings { column target conversion options confidence reasons { text template values } } targets { path } } }`,
                { file: config },
            );
            expect(suggestions).toMatchObject({ groupBy: null, unmapped: ['VK-Preis'] });
            const reasons = suggestions.mappings.map(mapping => mapping.reasons);
            expect(reasons).toContainEqual([
                {
                    text: '“Bezeichnung” is a usual name for it.',
                    template: '“{column}” is a usual name for it.',
                    values: { column: 'Bezeichnung' },
                },
            ]);
            const price = {
                column: 'VK-Preis',
                target: 'variants.price',
                conversion: 'MONEY',
                options: { decimalSign: ',', thousandsSign: '.' },
            };
            const mappings = [
                ...suggestions.mappings.map(({ confidence: _, reasons: __, ...mapping }) => mapping),
                price,
            ];
            const { definition, problems } = await shop.draftOf({
                file: config,
                loader: 'product',
                loaderConfig: { matchBy: 'slug' },
                mappings,
                groupBy: 'Bezeichnung',
            });
            expect(problems).toEqual([]);
            const { created } = await shop.api.query<{ created: { id: string; code: string } }>(
                `mutation ($input: CreateDataHubPipelineInput!) { created: createDataHubPipeline(input: $input) { ... on DataHubPipeline { id code } ... on ErrorResult { message } } }`,
                { input: { code: 'artikel', name: 'Artikel', definition } },
            );
            expect(created).toMatchObject({ code: 'artikel' });

            const planId = await shop.run('artikel', true);
            const RUN = `query ($id: ID!) { run: dataHubRun(id: $id) { status summary applyProblem { text } undoProblem { text } appliedBy { id } ofRunId }
            counts: dataHubChangeCounts(runId: $id) { total items { step entityType action count } } }`;
            type Told = {
                run: {
                    status: string;
                    summary: string;
                    applyProblem: { text: string }[] | null;
                    undoProblem: { text: string }[] | null;
                    appliedBy: { id: string }[];
                    ofRunId: string;
                };
                counts: { total: number; items: JsonObject[] };
            };
            const plan = await shop.api.query<Told>(RUN, { id: planId });
            expect(plan.run.summary).toMatch(/^Dry run: completed with errors after [\d.]+ s: 3 records read, 2 to be created, 1 refused\. Nothing was written\. Look/); // prettier-ignore
            expect(plan.run).toMatchObject({
                applyProblem: null,
                undoProblem: [
                    { text: `Run ${planId} cannot be undone: it was a dry run and wrote nothing.` },
                    { text: 'Choose the run that wrote.' },
                ],
            });
            expect(plan.counts.items).toContainEqual({
                step: 'write',
                entityType: 'Product',
                action: 'CREATE',
                count: 2,
            });
            expect(plan.counts.total).toBe(plan.counts.items.reduce((sum, { count }) => sum + Number(count), 0));

            const { applying } = await shop.api.query<{ applying: { id: string } }>(
                'mutation ($id: ID!) { applying: applyDataHubPlan(runId: $id) { id } }',
                { id: planId },
            );
            await shop.ended(applying.id);
            const applied = await shop.api.query<Told>(RUN, { id: applying.id });
            expect(applied.run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', ofRunId: planId, undoProblem: null });
            expect(applied.run.applyProblem?.[0]?.text).toContain('it is no dry run');
            expect(applied.counts).toEqual(plan.counts);
            expect((await shop.api.query<Told>(RUN, { id: planId })).run.appliedBy).toEqual([applying]);
            const German = new AdminApi(`${shop.vendure.url}`);
            await German.login();
            const { data } = (await (
                await German.rest(
                    'POST',
                    '/admin-api?languageCode=de',
                    JSON.stringify({ query: RUN, variables: applying }),
                    { 'content-type': 'application/json' },
                )
            ).json()) as { data: Told };
            expect(data.run.summary).toMatch(
                /^Mit Fehlern abgeschlossen nach [\d,]+ Sek\.: 3 Datensätze gelesen, 2 angelegt, 1 abgelehnt\./,
            );

            const DETAILS = `query ($id: ID!) { run: dataHubRun(id: $id) { summary(languageCode: de) definition }
            lines: dataHubLogs(runId: $id, options: { sort: { index: DESC } }) { items { index } } }`;
            type Details = { run: { summary: string; definition: unknown }; lines: { items: { index: number }[] } };
            const details = await shop.api.query<Details>(DETAILS, applying);
            expect(details.run.summary).toBe(data.run.summary);
            expect(details.run.definition).toMatchObject({ steps: definition.steps.map(({ key }) => ({ key })) });
            const indexes = details.lines.items.map(({ index }) => index);
            expect(indexes.length).toBeGreaterThan(1);
            expect(indexes).toEqual([...indexes].sort((a, b) => b - a));
            const watcher = await shop.colleague('run-watcher', ['ReadDataHubRun']);
            expect((await watcher.query<Details>(DETAILS, applying)).run.definition).toBeNull();

            const product = await shop.vendure.connection.rawConnection
                .getRepository(ProductTranslation)
                .findOneOrFail({ where: { name: 'Topf' }, relations: { base: true } });
            const { origin } = await shop.api.query<{
                origin: {
                    complete: boolean;
                    runs: { id: string }[];
                    fields: { entityType: string; entityKey: string; path: string; entry: JsonObject }[];
                };
            }>(
                `query ($id: ID!) { origin: dataHubEntityOrigin(entityType: "Product", entityId: $id) { complete runs { id pipelineCode }
                fields { entityType entityKey path entry { runId pipelineCode file line change { before after } } } } }`,
                { id: String(product.base.id) },
            );
            expect(origin).toMatchObject({ complete: true, runs: [{ id: applying.id, pipelineCode: 'artikel' }] });
            expect(origin.fields[0]!.entityType).toBe('Product');
            expect(origin.fields.find(({ path }) => path.startsWith('prices.'))).toMatchObject({
                entityType: 'ProductVariant',
                entityKey: '00123',
                entry: {
                    runId: applying.id,
                    pipelineCode: 'artikel',
                    file: 'artikel.csv',
                    line: 2,
                    change: { before: null, after: 1999 },
                },
            });
        });
    },
    { sampleOn: 'mariadb' },
);
