import { AdministratorService, Channel, ChannelService, ID, ProductService, RoleService } from '@vendure/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodeFirstPipeline, DataHubPlugin, JsonObject } from '../src';
import { AdminApi, GraphQlAnswer } from './support/admin-api';
import { testDatabases } from './support/databases';
import { createChannel } from './support/further-channel';
import { bootVendure, BootedVendure } from './support/vendure';

const sqlite = testDatabases.find(database => database.name === 'sqlite')!;

/** What is in channels, by its loader. */
const SHARED: Record<string, JsonObject> = {
    product: { slug: 'shared', name: 'Shared' },
    facet: { code: 'shared', name: 'Shared' },
    collection: { slug: 'shared', name: 'Shared' },
    customer: { emailAddress: 'shared@example.com', firstName: 'S', lastName: 'Hared' },
    stockLocation: { name: 'Shared' },
};

const pipelineOf = (code: string, records: JsonObject[], settings: JsonObject = {}): CodeFirstPipeline => ({
    code,
    name: code,
    definition: {
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
            { key: 'write', type: 'LOAD', config: { adapterCode: 'product', ...settings } },
        ],
    },
});

describe('runs and channels', () => {
    let vendure: BootedVendure;
    let owner: AdminApi;
    let seller: AdminApi;

    beforeAll(async () => {
        vendure = await bootVendure({
            database: sqlite,
            databaseName: 'h_channel_scope',
            plugins: [
                DataHubPlugin.init({
                    pipelines: [
                        pipelineOf('plain', [
                            { slug: 'plain', name: 'Plain' },
                            { slug: 'refused', name: '' },
                        ]),
                        pipelineOf('to-other', [{ slug: 'smuggled', name: 'Smuggled', channels: ['other'] }]),
                        pipelineOf('in-other', [{ slug: 'planted', name: 'Planted' }], { channel: 'other' }),
                        pipelineOf('spread-role', [{ code: 'keeper', channels: ['market', 'other'] }], {
                            adapterCode: 'role',
                        }),
                        ...Object.entries(SHARED).flatMap(([adapterCode, record]) => [
                            pipelineOf(`share-${adapterCode}`, [{ ...record, channels: ['market', 'other'] }], {
                                adapterCode,
                            }),
                            pipelineOf(`keep-${adapterCode}`, [{ ...record, channels: ['market'] }], {
                                adapterCode,
                                channelsMode: 'REPLACE_ALL',
                            }),
                        ]),
                    ],
                }),
            ],
            runJobs: true,
        });
        const market = await createChannel(vendure, 'market');
        await createChannel(vendure, 'other');
        owner = await new AdminApi(vendure.url).login();
        seller = await sellerIn(vendure, market);
    });

    afterAll(() => vendure?.close());

    async function ask<T>(api: AdminApi, channel: string | undefined, query: string): Promise<GraphQlAnswer<T>> {
        const headers = {
            'content-type': 'application/json',
            ...(channel === undefined ? {} : { 'vendure-token': `${channel}-token` }),
        };
        return (await api.rest('POST', '/admin-api', JSON.stringify({ query }), headers)).json() as never;
    }

    async function run(api: AdminApi, channel: string | undefined, code: string): Promise<EndedRun> {
        const { pipelines } = await owner.query<{ pipelines: { items: { id: string }[] } }>(
            `{ pipelines: dataHubPipelines(options: { filter: { code: { eq: "${code}" } } }) { items { id } } }`,
        );
        const started = await ask<{ run: { id: string } }>(
            api,
            channel,
            `mutation { run: runDataHubPipeline(pipelineId: "${pipelines.items[0]!.id}") { ... on DataHubRun { id } } }`,
        );
        return ended(started.data!.run.id);
    }

    async function ended(id: string): Promise<EndedRun> {
        for (let waited = 0; waited < 30_000; waited += 50) {
            const { run } = await owner.query<{ run: EndedRun }>(
                `{ run: dataHubRun(id: "${id}") { id status error created updated unchanged rejected } }`,
            );
            if (!['PENDING', 'RUNNING'].includes(run.status)) return run;
            await new Promise(resolve => setTimeout(resolve, 50));
        }
        throw new Error('The run did not end.');
    }

    it('show a channel only what was started in it; the default channel shows all', async () => {
        const main = await run(owner, undefined, 'plain');
        const own = await run(seller, 'market', 'plain');
        const seen = (id: string) => `{
            runs: dataHubRuns { items { id } totalItems }
            run: dataHubRun(id: "${id}") { id }
            changeSets: dataHubChangeSets(runId: "${id}") { totalItems }
            drifts: dataHubDrifts(runId: "${id}") { totalItems }
            errors: dataHubRecordErrors(runId: "${id}") { totalItems items { message } }
            logs: dataHubLogs(runId: "${id}") { totalItems }
        }`;
        const foreign = await ask<Seen>(seller, 'market', seen(main.id));
        expect(foreign.errors).toBeUndefined();
        expect(foreign.data).toMatchObject({
            runs: { items: [{ id: own.id }], totalItems: 1 },
            run: null,
            changeSets: { totalItems: 0 },
            errors: { totalItems: 0, items: [] },
            logs: { totalItems: 0 },
        });
        for (const { data } of [
            await ask<Seen>(seller, 'market', seen(own.id)),
            await ask<Seen>(owner, undefined, seen(own.id)),
        ]) {
            expect(data!.run).toEqual({ id: own.id });
            expect(data!.changeSets.totalItems).toBeGreaterThan(0);
            expect(data!.errors.totalItems).toBe(1);
            expect(data!.logs.totalItems).toBeGreaterThan(0);
        }
        const cancel = (id: string) =>
            ask<object>(seller, 'market', `mutation { run: cancelDataHubRun(runId: "${id}") { id } }`);
        expect((await cancel(own.id)).errors).toBeUndefined();
        expect((await cancel(main.id)).errors?.[0]?.message).toContain('No PipelineRun with the id');
    });

    it('bring a role into channels only for a user who has its permissions there', async () => {
        const { app, ctx } = vendure;
        const channels = (await app.get(ChannelService).findAll(ctx)).items;
        const idOf = (code: string) => channels.find(channel => channel.code === code)!.id;
        const roles = app.get(RoleService);
        const keeper = await roles.create(ctx, {
            code: 'keeper',
            description: 'Keeper',
            permissions: ['DeleteCatalog'] as never,
            channelIds: [idOf('market')],
        });
        const managing = ['RunDataHubPipeline', 'CreateAdministrator', 'ReadAdministrator', 'UpdateAdministrator'];
        const manager = await administrator(vendure, 'manager', [
            { permissions: [...managing, 'DeleteCatalog'], channelIds: [idOf('market')] },
            { permissions: managing, channelIds: [idOf('other')] },
        ]);
        expect(await run(manager, 'market', 'spread-role')).toMatchObject({ updated: 0, rejected: 1 });
        const channelsOf = async () => (await roles.findOne(ctx, keeper.id))?.channels.map(({ code }) => code);
        expect(await channelsOf()).toEqual(['market']);
        expect(await run(owner, undefined, 'spread-role')).toMatchObject({ updated: 1, rejected: 0 });
        expect(await channelsOf()).toEqual(['market', 'other']);
    });

    it('write to another channel only for a user who may run pipelines there', async () => {
        const named = await run(seller, 'market', 'to-other');
        expect(named).toMatchObject({ status: 'FAILED', created: 0, rejected: 1 });
        const configured = await run(seller, 'market', 'in-other');
        expect(configured).toMatchObject({ status: 'FAILED', created: 0 });
        expect(configured.error).toContain('may not run pipelines in the channel "other"');
        expect(await vendure.app.get(ProductService).findOneBySlug(vendure.ctx, 'smuggled')).toBeUndefined();
        expect(await vendure.app.get(ProductService).findOneBySlug(vendure.ctx, 'planted')).toBeUndefined();

        expect(await run(owner, undefined, 'to-other')).toMatchObject({ status: 'COMPLETED', created: 1 });
        expect(await run(owner, undefined, 'in-other')).toMatchObject({ status: 'COMPLETED', created: 1 });
    });

    it.each(Object.keys(SHARED))('take a %s out of another channel only for such a user', async code => {
        expect(await run(owner, undefined, `share-${code}`)).toMatchObject({ status: 'COMPLETED', created: 1 });
        expect(await run(seller, 'market', `keep-${code}`)).toMatchObject({ updated: 0, rejected: 1 });
        expect(await run(owner, undefined, `share-${code}`)).toMatchObject({ unchanged: 1 });
        expect(await run(owner, undefined, `keep-${code}`)).toMatchObject({ status: 'COMPLETED', updated: 1 });
    });

    it.each(['product', 'stockLocation'])(
        'take a %s out of another channel by an undo only for such a user',
        async code => {
            await run(owner, undefined, `keep-${code}`);
            const shared = await run(owner, 'market', `share-${code}`);
            expect(shared).toMatchObject({ updated: 1 });
            const undo = `mutation { run: undoDataHubRun(runId: "${shared.id}") { id } }`;
            const undone = async (api: AdminApi) =>
                ended((await ask<{ run: { id: string } }>(api, 'market', undo)).data!.run.id);
            expect(await undone(seller)).toMatchObject({ updated: 0, rejected: 1 });
            expect(await run(owner, undefined, `share-${code}`)).toMatchObject({ unchanged: 1 });
            expect(await undone(owner)).toMatchObject({ updated: 1, rejected: 0 });
        },
    );
});

interface EndedRun {
    id: string;
    status: string;
    error: string | null;
    created: number;
    updated: number;
    unchanged: number;
    rejected: number;
}

interface Seen {
    runs: { items: { id: string }[]; totalItems: number };
    run: { id: string } | null;
    changeSets: { totalItems: number };
    errors: { totalItems: number; items: { message: string }[] };
    logs: { totalItems: number };
}

/** Somebody who sells in one channel of a marketplace. */
function sellerIn(vendure: BootedVendure, { id }: Channel): Promise<AdminApi> {
    const permissions = ['RunDataHubPipeline', 'ReadDataHubRun', 'UndoDataHubRun'];
    return administrator(vendure, 'seller', [{ permissions, channelIds: [id] }]);
}

async function administrator(
    { app, ctx, url }: BootedVendure,
    name: string,
    roles: { permissions: string[]; channelIds: ID[] }[],
): Promise<AdminApi> {
    const roleIds: ID[] = [];
    for (const [i, { permissions, channelIds }] of roles.entries()) {
        const input = { code: `${name}-${i}`, description: name, permissions: permissions as never, channelIds };
        roleIds.push((await app.get(RoleService).create(ctx, input)).id);
    }
    const [emailAddress, password] = [`${name}@example.com`, `${name}-password`];
    await app.get(AdministratorService).create(ctx, {
        ...{ emailAddress, password, roleIds },
        ...{ firstName: name, lastName: 'Test' },
    });
    return new AdminApi(url).login(emailAddress, password);
}
