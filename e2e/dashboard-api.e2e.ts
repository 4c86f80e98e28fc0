import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../src';
import { DashboardShop } from './support/dashboard-shop';
import { describeOnEachDatabase } from './support/each-database';

describeOnEachDatabase(
    'What the dashboard asks for',
    database => {
        let shop: DashboardShop;

        beforeAll(async () => {
            shop = await DashboardShop.boot(database, 'h_dashboard_api');
        });
        afterAll(() => shop?.close());

        const OVERVIEW = `overview { health healthReason openRecords waitingGates
        lastRun { id status pipelineCode } lastSuccessfulRun { id } currentRun { id } nextRun { id } }`;
        type Listed = { list: { items: { code: string; overview: JsonObject | null }[]; totalItems: number } };

        it('tells how pipelines are doing', async () => {
            await shop.run('untouched', true);
            const { list } = await shop.api.query<Listed>(
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
            const alone = await shop.api.query<{ one: { overview: JsonObject } }>(
                `query ($id: ID!) { one: dataHubPipeline(id: $id) { ${OVERVIEW} } }`,
                { id: await shop.pipelineId('picky') },
            );
            expect(alone.one.overview).toEqual(list.items.find(({ code }) => code === 'picky')!.overview);
        });

        it('finds pipelines by name and health', async () => {
            const codes = async (args: string) => {
                const { list } = await shop.api.query<Listed>(
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
            const reader = await shop.colleague('reader', ['ReadDataHubPipeline']);
            const { list } = await reader.query<Listed>(`{ list: dataHubPipelines { items { code ${OVERVIEW} } } }`);
            expect(list.items.length).toBeGreaterThan(3);
            expect(list.items.every(({ overview }) => overview === null)).toBe(true);
            const { errors } = await reader.ask('{ dataHubPipelines(health: [HEALTHY]) { totalItems } }');
            expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
            const uploader = await shop.colleague('uploader', ['UploadDataHubFile']);
            const preview = (file: object) =>
                uploader.ask('query ($file: JSON!) { dataHubFilePreview(file: $file) { name } }', { file });
            expect((await preview({ path: 'shopify.csv' })).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
            expect((await preview({ uploadId: await shop.upload(uploader, 'a.csv', 'sku\n1\n') })).data).toEqual({
                dataHubFilePreview: { name: 'a.csv' },
            });
        });

        it('pages through changes and refused records without counting them', async () => {
            const runId = (
                await shop.api.query<{ runs: { items: { id: string }[] } }>(
                    `{ runs: dataHubRuns(options: { filter: { pipelineCode: { eq: "fine" } } }) { items { id } } }`,
                )
            ).runs.items[0]!.id;
            const page = async (field: string, args: string) =>
                (
                    await shop.api.query<{ page: { items: JsonObject[]; nextCursor: string | null } }>(
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
            expect(
                (await page('dataHubRecordErrorPage', `pipelineId: "${await shop.pipelineId('fine')}"`)).items,
            ).toEqual([]);
            const { errors } = await shop.api.ask(`{ dataHubChanges(runId: "${runId}", take: 501) { nextCursor } }`);
            expect(errors?.[0]?.message).toBe('A page cannot have 501 items. Give take from 1 to 500.');
        });

        it('tells what waits and what goes on', async () => {
            const { quarantine, alerts, later, today } = await shop.api.query<{
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
            expect(today.days.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(2);
            const { errors } = await shop.api.ask('{ dataHubToday(timeZone: "Mars/Base") { runs } }');
            expect(errors?.[0]?.message).toContain('There is no time zone "Mars/Base".');
        });
    },
    { sampleOn: 'mariadb' },
);
