import { AdministratorService, RoleService } from '@vendure/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DataHubPlugin, PipelineDefinitionInput } from '../src';
import { PipelineRun } from '../src/entities';
import { AdminApi } from './support/admin-api';
import { testDatabases } from './support/databases';
import { shelfLoader } from './support/shelf-loader';
import { bootVendure, BootedVendure } from './support/vendure';

const sqlite = testDatabases.find(database => database.name === 'sqlite')!;
const records = ['A', 'B', 'C', 'D'].map(sku => ({ sku, price: sku === 'A' ? 100 : 'free' }));

describe('Admin API after a run', () => {
    let vendure: BootedVendure;
    let api: AdminApi;
    let reader: AdminApi;
    let runId: string;

    beforeAll(async () => {
        const definition: PipelineDefinitionInput = {
            version: 1,
            steps: [
                { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
                { key: 'write', type: 'LOAD', config: { adapterCode: 'shelf', place: 'hall' } },
            ],
        };
        const plugin = DataHubPlugin.init({
            adapters: [shelfLoader],
            pipelines: [{ code: 'prices', name: 'Prices', definition }],
        });
        vendure = await bootVendure({
            database: sqlite,
            databaseName: 'dhn_housekeeping',
            plugins: [plugin],
            runJobs: true,
        });
        api = await new AdminApi(vendure.url).login();
        reader = await loginAsReader(vendure);
        const { list } = await api.query<{ list: { items: { id: string }[] } }>(
            '{ list: dataHubPipelines { items { id } } }',
        );
        const { run } = await api.query<{ run: { id: string } }>(
            'mutation ($id: ID!) { run: runDataHubPipeline(pipelineId: $id) { ... on DataHubRun { id } } }',
            { id: list.items[0]!.id },
        );
        runId = run.id;
        await vi.waitFor(async () => expect(await statusOf()).toBe('COMPLETED_WITH_ERRORS'), { timeout: 20_000 });
    });

    afterAll(() => vendure?.close());

    const statusOf = async () =>
        (
            await api.query<{ run: { status: string } }>('query ($id: ID!) { run: dataHubRun(id: $id) { status } }', {
                id: runId,
            })
        ).run.status;
    const errors = async (filter = '{}') =>
        (
            await api.query<{
                list: { totalItems: number; items: { id: string; state: string; recordKey: string }[] };
            }>(
                `query ($id: ID!) { list: dataHubRecordErrors(runId: $id, options: { filter: ${filter} }) {
                    totalItems items { id state recordKey } } }`,
                { id: runId },
            )
        ).list;
    const SET = `mutation ($input: SetDataHubRecordErrorStateInput!) { result: setDataHubRecordErrorState(input: $input) { changed } }`;
    const AUDIT = `query ($id: ID!) { audit: dataHubRecordErrorAudit(recordErrorId: $id, options: { take: 10 }) {
        totalItems items { recordErrorId action fromState toState note userId createdAt } } }`;

    describe('refused records', () => {
        it('are grouped by cause, marked in bulk, and found by state', async () => {
            const [first] = (await errors()).items;
            expect(first).toMatchObject({ state: 'OPEN', recordKey: 'B' });
            const input = { runId, cause: 'price-not-a-number', state: 'IGNORED', note: 'Samples' };
            expect(await api.query(SET, { input })).toEqual({ result: { changed: 3 } });
            expect(await api.query(SET, { input: { ids: [first!.id], state: 'RESOLVED' } })).toEqual({
                result: { changed: 1 },
            });

            expect(await errors('{ state: { eq: "IGNORED" } }')).toMatchObject({ totalItems: 2 });
            expect(await errors('{ state: { in: ["RESOLVED"] } }')).toMatchObject({
                totalItems: 1,
                items: [{ id: first!.id }],
            });
            expect(
                await api.query(
                    `query ($id: ID!) { causes: dataHubRecordErrorCauses(runId: $id) { cause message count open resolved ignored } }`,
                    { id: runId },
                ),
            ).toEqual({
                causes: [
                    {
                        cause: 'price-not-a-number',
                        message: 'The price "free" is not a number.',
                        count: 3,
                        open: 0,
                        resolved: 1,
                        ignored: 2,
                    },
                ],
            });
            const common = { recordErrorId: first!.id, userId: expect.any(String) as string };
            expect(await api.query(AUDIT, { id: first!.id })).toMatchObject({
                audit: {
                    totalItems: 2,
                    items: [
                        { ...common, action: 'IGNORE', fromState: 'OPEN', toState: 'IGNORED', note: 'Samples' },
                        { ...common, action: 'RESOLVE', fromState: 'IGNORED', toState: 'RESOLVED', note: null },
                    ],
                },
            });
        });

        it('say in a sentence what is missing', async () => {
            const { errors: refused } = await api.ask(SET, { input: { runId, state: 'OPEN' } });
            expect(refused).toMatchObject([
                {
                    message:
                        'It is not clear which refused records are meant. Give either their ids, or a run or a pipeline together with a cause.',
                    extensions: { code: 'USER_INPUT_ERROR' },
                },
            ]);
        });

        it('are not marked by somebody who may only read', async () => {
            expect(await reader.query(AUDIT, { id: '1' })).toMatchObject({ audit: {} });
            const { errors: refused } = await reader.ask(SET, { input: { ids: ['1'], state: 'OPEN' } });
            expect(refused).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
        });
    });

    describe('settings', () => {
        const GET =
            '{ settings: dataHubSettings { runRetentionDays planRetentionDays logRetentionDays ledgerRetentionDays schema } }';
        const UPDATE = `mutation ($input: UpdateDataHubSettingsInput!) { settings: updateDataHubSettings(input: $input) {
            runRetentionDays planRetentionDays logRetentionDays ledgerRetentionDays } }`;

        it('are read with what a form needs, and changed one by one', async () => {
            expect(await api.query(GET)).toMatchObject({
                settings: {
                    runRetentionDays: 90,
                    ledgerRetentionDays: null,
                    schema: { properties: { planRetentionDays: { title: 'Keep plans (days)', default: 14 } } },
                },
            });
            await api.query(UPDATE, { input: { ledgerRetentionDays: 60 } });
            expect(await api.query(UPDATE, { input: { runRetentionDays: 365 } })).toEqual({
                settings: {
                    runRetentionDays: 365,
                    planRetentionDays: 14,
                    logRetentionDays: 30,
                    ledgerRetentionDays: 60,
                },
            });
        });

        it('refuse what makes no sense', async () => {
            const { errors: refused } = await api.ask(UPDATE, {
                input: { planRetentionDays: 0, logRetentionDays: null },
            });
            expect(refused).toHaveLength(1);
            expect(refused![0]).toMatchObject({ extensions: { code: 'USER_INPUT_ERROR' } });
            expect(refused![0]!.message).toMatch(
                /^The settings of DataHub stay as they were: .*planRetentionDays.*logRetentionDays/,
            );
        });

        it('are not changed by somebody who may only read', async () => {
            expect((await reader.ask(UPDATE, { input: {} })).errors).toMatchObject([
                { extensions: { code: 'FORBIDDEN' } },
            ]);
            expect(await reader.query(GET)).toMatchObject({ settings: {} });
        });
    });

    describe('resuming', () => {
        const RESUME = 'mutation ($id: ID!) { run: resumeDataHubRun(runId: $id) { id pipelineCode status } }';

        it('is refused with a sentence for a run that has come to its end', async () => {
            expect((await api.ask(RESUME, { id: runId })).errors).toMatchObject([
                {
                    message: `Run ${runId} is COMPLETED_WITH_ERRORS and cannot be resumed: it came to its end. Start a new run.`,
                    extensions: { code: 'USER_INPUT_ERROR' },
                },
            ]);
        });

        it('queues the run and answers at once', async () => {
            await vendure.connection.rawConnection
                .getRepository(PipelineRun)
                .update({ id: runId as never }, { status: 'CANCELLED' });
            expect(await api.query(RESUME, { id: runId })).toMatchObject({
                run: { id: runId, pipelineCode: 'prices' },
            });
            await expect.poll(statusOf, { timeout: 20_000 }).toBe('COMPLETED_WITH_ERRORS');
            expect((await errors()).totalItems).toBe(3);
        });
    });
});

/** May see runs and settings. */
async function loginAsReader({ app, ctx, url }: BootedVendure): Promise<AdminApi> {
    const role = await app.get(RoleService).create(ctx, {
        code: 'reader',
        description: 'Reader',
        permissions: ['ReadDataHubRun', 'ReadDataHubSettings'] as never,
    });
    await app.get(AdministratorService).create(ctx, {
        emailAddress: 'reader@example.com',
        firstName: 'R',
        lastName: 'Eader',
        password: 'reader-password',
        roleIds: [role.id],
    });
    return new AdminApi(url).login('reader@example.com', 'reader-password');
}
