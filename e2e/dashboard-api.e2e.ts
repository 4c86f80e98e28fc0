import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AdministratorService, ProductTranslation, RoleService } from '@vendure/core';
import { DataHubPlugin, type JsonObject, type PipelineDefinitionInput } from '../src';
import { AdminApi } from './support/admin-api';
import { describeOnEachDatabase } from './support/each-database';
import { shelfLoader } from './support/shelf-loader';
import { workbookWith } from './support/workbook';
import { type BootedVendure, bootVendure } from './support/vendure';

const shelf = (records: JsonObject[]): PipelineDefinitionInput => ({
    version: 1,
    steps: [
        { key: 'read', type: 'extract', config: { adapterCode: 'inMemory', records } },
        { key: 'write', type: 'load', config: { adapterCode: 'shelf', place: 'hall' } },
    ],
});

describeOnEachDatabase(
    'What the dashboard asks for',
    database => {
        let vendure: BootedVendure;
        let api: AdminApi;
        let folder: string;

        beforeAll(async () => {
            folder = mkdtempSync(join(tmpdir(), 'data-hub-dashboard-'));
            mkdirSync(join(folder, 'files'));
            copyFileSync('demo/catalogs/shopify-homeware.csv', join(folder, 'files', 'shopify.csv'));
            for (const name of ['magento-apparel', 'woocommerce-camping', 'vendure-stationery'])
                copyFileSync(`e2e/fixtures/${name}.csv`, join(folder, 'files', `${name}.csv`));
            vendure = await bootVendure({
                database,
                databaseName: 'h_dashboard_api',
                plugins: [
                    DataHubPlugin.init({
                        adapters: [shelfLoader],
                        pipelines: [
                            { code: 'fine', name: 'Fine', definition: shelf([{ sku: 'A' }, { sku: 'B' }]) },
                            {
                                code: 'picky',
                                name: 'Picky',
                                definition: shelf([{ sku: 'A' }, { sku: 'F', price: 'free' }]),
                            },
                            { code: 'broken', name: 'Broken', definition: shelf([{ sku: 'F', price: 'free' }]) },
                            { code: 'untouched', name: 'Untouched_100%', definition: shelf([{ sku: 'A' }]) },
                        ],
                        files: { rootDir: join(folder, 'files'), uploadsDir: join(folder, 'uploads') },
                    }),
                ],
                runJobs: true,
            });
            api = await new AdminApi(vendure.url).login();
            await api.query(
                `mutation ($input: CreateDataHubPipelineInput!) { createDataHubPipeline(input: $input) { __typename } }`,
                { input: { code: 'off', name: 'Off', enabled: false, definition: shelf([{ sku: 'A' }]) } },
            );
            for (const code of ['fine', 'picky', 'broken']) await run(code);
        });

        afterAll(async () => {
            await vendure?.close();
            rmSync(folder, { recursive: true, force: true });
        });

        async function pipelineId(code: string): Promise<string> {
            const { list } = await api.query<{ list: { items: { id: string }[] } }>(
                `query ($code: String!) { list: dataHubPipelines(options: { filter: { code: { eq: $code } } }) { items { id } } }`,
                { code },
            );
            return list.items[0]!.id;
        }

        async function run(code: string, dryRun = false): Promise<string> {
            const { started } = await api.query<{ started: { id: string } }>(
                `mutation ($id: ID!, $dryRun: Boolean!) { started: runDataHubPipeline(pipelineId: $id, dryRun: $dryRun) { ... on DataHubRun { id } } }`,
                { id: await pipelineId(code), dryRun },
            );
            return ended(started.id);
        }

        async function ended(id: string): Promise<string> {
            for (let waited = 0; waited < 30_000; waited += 50) {
                const { one } = await api.query<{ one: { status: string } }>(
                    'query ($id: ID!) { one: dataHubRun(id: $id) { status } }',
                    { id },
                );
                if (!['PENDING', 'RUNNING'].includes(one.status)) return id;
                await new Promise(resolve => setTimeout(resolve, 50));
            }
            throw new Error('The run did not end.');
        }

        const OVERVIEW = `overview { health healthReason openRecords waitingGates
        lastRun { id status pipelineCode } lastSuccessfulRun { id } currentRun { id } nextRun { id } }`;
        type Listed = { list: { items: { code: string; overview: JsonObject | null }[]; totalItems: number } };

        it('tells how pipelines are doing', async () => {
            await run('untouched', true);
            const { list } = await api.query<Listed>(
                `{ list: dataHubPipelines(options: { sort: { code: ASC } }) { items { code ${OVERVIEW} } } }`,
            );
            expect(Object.fromEntries(list.items.map(({ code, overview }) => [code, overview]))).toMatchObject({
                fine: { health: 'HEALTHY', openRecords: 0, lastRun: { status: 'COMPLETED', pipelineCode: 'fine' } },
                picky: { health: 'WARNING', openRecords: 1, lastRun: { status: 'COMPLETED_WITH_ERRORS' } },
                broken: { health: 'FAILING', lastSuccessfulRun: null, lastRun: { status: 'FAILED' } },
                // A dry run says nothing about what happens when it counts.
                untouched: { health: 'NEVER_RUN', lastRun: null, currentRun: null, nextRun: null },
                off: { health: 'DISABLED', healthReason: 'It is disabled, so it cannot be run.' },
            });
            const alone = await api.query<{ one: { overview: JsonObject } }>(
                `query ($id: ID!) { one: dataHubPipeline(id: $id) { ${OVERVIEW} } }`,
                { id: await pipelineId('picky') },
            );
            expect(alone.one.overview).toEqual(list.items.find(({ code }) => code === 'picky')!.overview);
        });

        it('finds pipelines by name and health', async () => {
            const codes = async (args: string) => {
                const { list } = await api.query<Listed>(
                    `{ list: dataHubPipelines(${args}) { items { code } totalItems } }`,
                );
                expect(list.totalItems).toBeGreaterThanOrEqual(list.items.length);
                return list.items.map(({ code }) => code).sort();
            };
            expect(await codes('search: "BRO"')).toEqual(['broken']);
            expect(await codes('search: "d_1"')).toEqual(['untouched']);
            expect(await codes('search: "_"')).toEqual(['untouched']);
            expect(await codes('search: "%"')).toEqual(['untouched']);
            expect(await codes('health: [FAILING, WARNING]')).toEqual(['broken', 'picky']);
            expect(await codes('health: [WARNING], search: "fine"')).toEqual([]);
            expect(await codes('health: []')).toEqual([]);
            expect(await codes('search: "i", options: { filter: { enabled: { eq: true } }, take: 1, sort: { code: ASC } }')).toEqual(['fine']); // prettier-ignore
        });

        it('shows nothing of runs to those who may only see pipelines, and no paths to those who may only upload', async () => {
            const reader = await colleague('reader', ['ReadDataHubPipeline']);
            const { list } = await reader.query<Listed>(`{ list: dataHubPipelines { items { code ${OVERVIEW} } } }`);
            expect(list.items.length).toBeGreaterThan(3);
            expect(list.items.every(({ overview }) => overview === null)).toBe(true);
            const { errors } = await reader.ask('{ dataHubPipelines(health: [HEALTHY]) { totalItems } }');
            expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
            const uploader = await colleague('uploader', ['UploadDataHubFile']);
            const preview = (file: object) =>
                uploader.ask('query ($file: JSON!) { dataHubFilePreview(file: $file) { name } }', { file });
            expect((await preview({ path: 'shopify.csv' })).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
            expect((await preview({ uploadId: await upload(uploader, 'a.csv', 'sku\n1\n') })).data).toEqual({
                dataHubFilePreview: { name: 'a.csv' },
            });
        });

        async function colleague(name: string, permissions: string[]): Promise<AdminApi> {
            const { app, ctx } = vendure;
            const role = { code: name, description: name, permissions: permissions as never };
            const { id } = await app.get(RoleService).create(ctx, role);
            const emailAddress = `${name}@example.com`;
            const person = { emailAddress, firstName: name, lastName: name, password: 'a-password', roleIds: [id] };
            await app.get(AdministratorService).create(ctx, person);
            return new AdminApi(vendure.url).login(emailAddress, 'a-password');
        }

        async function upload(as: AdminApi, name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> {
            const form = new FormData();
            form.append('file', new Blob([content]), name);
            const answer = (await (await as.rest('POST', '/data-hub/upload', form)).json()) as { uploadId: string };
            return answer.uploadId;
        }

        const PREVIEW = `query ($file: JSON!, $rows: Int) { preview: dataHubFilePreview(file: $file, rows: $rows) {
        name sizeBytes format encoding delimiter sheets { name hidden chosen } recordsPath recordsPaths config complete sampledRecords rows
        problems { line message } styles { code loader confidence limits } columns { name type looksLike filledShare distinct examples } } }`;
        const previewOf = async (file: object, rows?: number) =>
            (await api.query<{ preview: FilePreview }>(PREVIEW, { file, rows })).preview;

        it('sees what is in files of every kind', async () => {
            const csv = await upload(
                api,
                'preise.csv',
                new Uint8Array(Buffer.from('Artikel;Preis €\nMütze;19,99\n\nx;1;2\n', 'latin1')),
            );
            expect(await previewOf({ uploadId: csv }, 1)).toMatchObject({
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
            const json = await upload(
                api,
                'x.json',
                JSON.stringify({ meta: { n: 1 }, data: { items: [{ sku: 'A', price: { net: 1.5 } }] } }),
            );
            expect(await previewOf({ uploadId: json })).toMatchObject({
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
            expect(await previewOf({ uploadId: await upload(api, 'x.xlsx', new Uint8Array(workbook)) })).toMatchObject({
            format: 'XLSX',
            encoding: null,
            sheets: [{ name: 'Prices', hidden: false, chosen: true }, { name: 'Notes', chosen: false }],
            config: { sheet: 'Prices' },
            rows: [{ sku: 'A', price: 'B' }],
        }); // prettier-ignore
            const long = await upload(
                api,
                'long.csv',
                `n\n${Array.from({ length: 20_000 }, (_, index) => index).join('\n')}\n`,
            );
            expect(await previewOf({ uploadId: long }, 0)).toMatchObject({
                sampledRecords: 5_000,
                complete: false,
                rows: [],
            });
            const broken = await upload(api, 'broken.json', '[{"a": 1}, {"a": 2}, oops');
            expect(await previewOf({ uploadId: broken })).toMatchObject({
                sampledRecords: 2,
                complete: false,
                problems: [{}],
            });
            const refusal = async (variables: object) =>
                (await api.ask(PREVIEW, { ...variables })).errors?.[0]?.message;
            expect(await refusal({ file: { uploadId: csv, delimeter: ';' } })).toContain(
                'The settings of the file cannot be used',
            );
            expect(await refusal({ file: { uploadId: 'none' } })).toContain('There is no upload');
            expect(await refusal({ file: { uploadId: csv }, rows: 1_000 })).toContain('Give rows from 0 to 200.');
        });

        it('goes from a known file to a pipeline', async () => {
            const preview = await previewOf({ path: 'shopify.csv' }, 2);
            expect(preview).toMatchObject({ name: 'shopify.csv', format: 'CSV', delimiter: ',', complete: true });
            expect(preview.styles).toMatchObject([{ code: 'shopify-products', loader: 'product' }]);
            const { definition, problems } = await draftOf({ file: preview.config, style: 'shopify-products' });
            expect(problems).toEqual([]);
            expect(definition.steps[0]).toMatchObject({ config: { path: 'shopify.csv', delimiter: ',' } });
            const { errors } = await api.ask(DRAFT, {
                input: { file: {}, style: 'shopify-products', loader: 'product' },
            });
            expect(errors?.[0]?.message).toContain('Give either a known kind of file, or a loader with mappings.');
        });

        it.each(['magento-apparel', 'woocommerce-camping'])(
            'plans what %s brings to a shop without custom fields',
            async name => {
                const preview = await previewOf({ path: `${name}.csv` }, 0);
                const [style] = preview.styles as { code: string }[];
                expect(style!.code).toBe(`${name.split('-')[0]}-products`);
                const { definition, problems, notes } = await draftOf({ file: preview.config, style: style!.code });
                expect(problems).toEqual([]);
                expect(notes).toHaveLength(2);
                await api.query(
                    `mutation ($input: CreateDataHubPipelineInput!) { createDataHubPipeline(input: $input) { __typename } }`,
                    { input: { code: name, name, definition } },
                );
                const id = await run(name, true);
                const { plan, errors } = await api.query<{
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

        const DRAFT = `query ($input: DataHubPipelineDraftInput!) { draft: dataHubPipelineDraft(input: $input) { definition notes problems { message } } }`;
        const draftOf = async (input: object) =>
            (
                await api.query<{
                    draft: { problems: object[]; notes: string[]; definition: PipelineDefinitionInput };
                }>(DRAFT, { input })
            ).draft;

        it('goes from any file over a plan to the shop, and tells where a product comes from', async () => {
            const rows = [
                'Artikel-Nr.;Bezeichnung;VK-Preis;Lagerbestand;Hersteller',
                '00123;Topf;19,99 €;4;Acme',
                '00124;Pfanne;1.299,00 €;0;Acme',
                '00125;Deckel;umsonst;1;Acme',
            ];
            const uploadId = await upload(api, 'artikel.csv', `${rows.join('\n')}\n`);
            const { config } = await previewOf({ uploadId });
            const { suggestions } = await api.query<{
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
            const { definition, problems } = await draftOf({
                file: config,
                loader: 'product',
                loaderConfig: { matchBy: 'slug' },
                mappings,
                groupBy: 'Bezeichnung',
            });
            expect(problems).toEqual([]);
            const { created } = await api.query<{ created: { id: string; code: string } }>(
                `mutation ($input: CreateDataHubPipelineInput!) { created: createDataHubPipeline(input: $input) { ... on DataHubPipeline { id code } ... on ErrorResult { message } } }`,
                { input: { code: 'artikel', name: 'Artikel', definition } },
            );
            expect(created).toMatchObject({ code: 'artikel' });

            const planId = await run('artikel', true);
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
            const plan = await api.query<Told>(RUN, { id: planId });
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

            const { applying } = await api.query<{ applying: { id: string } }>(
                'mutation ($id: ID!) { applying: applyDataHubPlan(runId: $id) { id } }',
                { id: planId },
            );
            await ended(applying.id);
            const applied = await api.query<Told>(RUN, { id: applying.id });
            expect(applied.run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', ofRunId: planId, undoProblem: null });
            expect(applied.run.applyProblem?.[0]?.text).toContain('it is no dry run');
            expect(applied.counts).toEqual(plan.counts);
            expect((await api.query<Told>(RUN, { id: planId })).run.appliedBy).toEqual([applying]);
            const German = new AdminApi(`${vendure.url}`);
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
            const details = await api.query<Details>(DETAILS, applying);
            expect(details.run.summary).toBe(data.run.summary);
            expect(details.run.definition).toMatchObject({ steps: definition.steps.map(({ key }) => ({ key })) });
            const indexes = details.lines.items.map(({ index }) => index);
            expect(indexes.length).toBeGreaterThan(1);
            expect(indexes).toEqual([...indexes].sort((a, b) => b - a));
            const watcher = await colleague('run-watcher', ['ReadDataHubRun']);
            expect((await watcher.query<Details>(DETAILS, applying)).run.definition).toBeNull();

            const product = await vendure.connection.rawConnection
                .getRepository(ProductTranslation)
                .findOneOrFail({ where: { name: 'Topf' }, relations: { base: true } });
            const { origin } = await api.query<{
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

        it('pages through changes and refused records without counting them', async () => {
            const runId = (
                await api.query<{ runs: { items: { id: string }[] } }>(
                    `{ runs: dataHubRuns(options: { filter: { pipelineCode: { eq: "fine" } } }) { items { id } } }`,
                )
            ).runs.items[0]!.id;
            const page = async (field: string, args: string) =>
                (
                    await api.query<{ page: { items: JsonObject[]; nextCursor: string | null } }>(
                        `{ page: ${field}(${args}) { items { ${field === 'dataHubChanges' ? 'entityKey' : 'recordKey record'} } nextCursor } }`,
                    )
                ).page;
            const first = await page('dataHubChanges', `runId: "${runId}", take: 1`);
            expect(first.items).toEqual([{ entityKey: 'A' }]);
            const second = await page('dataHubChanges', `runId: "${runId}", take: 1, after: "${first.nextCursor}"`);
            expect(second).toEqual({ items: [{ entityKey: 'B' }], nextCursor: null });
            const filtered = (filter: string) => page('dataHubChanges', `runId: "${runId}", filter: { ${filter} }`);
            expect(
                (await filtered('action: [UPDATE], entityType: ["Shelf"], step: ["write"], text: "b"')).items,
            ).toEqual([{ entityKey: 'B' }]);
            expect((await filtered('action: [CREATE]')).items).toEqual([]);
            expect((await filtered('step: []')).items).toEqual([]);
            expect((await filtered('text: "%"')).items).toEqual([]);
            const refused = await page(
                'dataHubRecordErrorPage',
                'filter: { state: [OPEN], cause: ["price-not-a-number"], text: "FREE" }, take: 1',
            );
            expect(refused.items).toEqual([{ recordKey: 'F', record: { sku: 'F', price: 'free' } }]);
            expect(refused.nextCursor).not.toBeNull();
            expect((await page('dataHubRecordErrorPage', `pipelineId: "${await pipelineId('fine')}"`)).items).toEqual(
                [],
            );
            const { errors } = await api.ask(`{ dataHubChanges(runId: "${runId}", take: 501) { nextCursor } }`);
            expect(errors?.[0]?.message).toBe('A page cannot have 501 items. Give take from 1 to 500.');
        });

        it('tells what waits and what goes on', async () => {
            const { quarantine, alerts, later, today } = await api.query<{
                quarantine: JsonObject;
                alerts: JsonObject;
                later: JsonObject;
                today: {
                    runs: number;
                    failed: number;
                    openRecords: number;
                    days: { runs: number; read: number; rejected: number }[];
                };
            }>(`{
            quarantine: dataHubQuarantine { open pipelines { pipelineCode pipelineName open causes } causes { cause message hint open pipelineCode } }
            alerts: dataHubAlerts { failedRuns lastFailedRun { pipelineName } openGates }
            later: dataHubAlerts(since: "2999-01-01T00:00:00Z") { failedRuns lastFailedRun { id } }
            today: dataHubToday(timeZone: "Europe/Berlin") { runs failed running queued openGates openRecords days { date runs failed read created updated unchanged deleted rejected } }
        }`);
            expect(quarantine).toMatchObject({ open: today.openRecords });
            expect(quarantine.pipelines).toContainEqual({
                pipelineCode: 'picky',
                pipelineName: 'Picky',
                open: 1,
                causes: 1,
            });
            expect(quarantine.causes).toContainEqual({
                cause: 'price-not-a-number',
                message: 'The price "free" is not a number.',
                hint: 'Write 0.',
                open: 1,
                pipelineCode: 'broken',
            });
            expect(alerts).toEqual({ failedRuns: 1, lastFailedRun: { pipelineName: 'Broken' }, openGates: 0 });
            expect(later).toEqual({ failedRuns: 0, lastFailedRun: null });
            expect(today).toMatchObject({ failed: 1, running: 0, queued: 0, openGates: 0 });
            expect(today.days).toHaveLength(14);
            expect(today.days.at(-1)).toMatchObject({ runs: today.runs, failed: 1 });
            expect(today.days.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(3);
            const { errors } = await api.ask('{ dataHubToday(timeZone: "Mars/Base") { runs } }');
            expect(errors?.[0]?.message).toContain('There is no time zone "Mars/Base".');
        });
    },
    { sampleOn: 'mariadb' },
);

interface FilePreview {
    config: JsonObject;
    styles: object[];
}
