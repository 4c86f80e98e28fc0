import { AdministratorService, Channel, RequestContextService, RoleService, TaxCategory } from '@vendure/core';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { DataHubPlugin } from '../src/data-hub.plugin';
import { DataHubRecordError, Pipeline, PipelineRun } from '../src/entities';
import type { PipelineDefinition } from '../src/sdk/definition/definition';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { PipelineService } from '../src/services/pipeline.service';
import { AdminApi, type GraphQlAnswer } from './support/admin-api';
import { describeOnEachDatabase } from './support/each-database';
import { createChannel } from './support/further-channel';
import { taxCategoryLoader } from './support/tax-category-loader';
import { type BootedVendure, bootVendure } from './support/vendure';

interface Taken {
    rows: number;
    changed: number;
    unchanged: number;
    problemCount: number;
    problems: { line: number; errorId: string | null; message: string; hint: string | null }[];
    replayed: number;
    runIds: string[];
    replayProblem: { message: string; hint: string | null } | null;
    message?: string;
}

describeOnEachDatabase(
    'The quarantine over the API',
    database => {
        let vendure: BootedVendure;
        let folder: string;
        let owner: AdminApi;
        let seller: AdminApi;
        let market: Channel;
        let codes = 0;

        beforeAll(async () => {
            folder = await mkdtemp(join(tmpdir(), 'q-sheets-'));
            const files = { rootDir: folder, uploadsDir: join(folder, 'uploads') };
            vendure = await bootVendure({
                database,
                databaseName: 'q_quarantine_api',
                plugins: [DataHubPlugin.init({ adapters: [taxCategoryLoader], files })],
            });
            market = await createChannel(vendure, 'market');
            owner = await new AdminApi(vendure.url).login();
            await personIn(vendure, market, 'seller', [
                'ReadDataHubRun',
                'UpdateDataHubRecordError',
                'EditDataHubRecordError',
                'ReplayDataHubRecordError',
            ]);
            seller = await new AdminApi(vendure.url).login('seller@example.com', 'password');
        });
        afterAll(async () => {
            await vendure?.close();
            await rm(folder, { recursive: true, force: true });
        });

        const rows = <T extends object>(entity: new () => T) => vendure.connection.rawConnection.getRepository(entity);
        const execute = async (runId: string) => {
            await vendure.app.get(PipelineRunnerService).execute(runId);
            return rows(PipelineRun).findOneByOrFail({ id: runId });
        };
        /** A run in the default channel, or in another one, that refuses the given records. */
        const refused = async (records: JsonObject[], ctx = vendure.ctx) => {
            const code = `quarantine-api-${++codes}`;
            const steps = [
                { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
                { key: 'load', type: 'LOAD', config: { adapterCode: 'testTaxCategory' } },
            ];
            const pipeline = (await vendure.app
                .get(PipelineService)
                .create(vendure.ctx, { code, name: code, definition: { version: 1, steps } })) as Pipeline;
            const run = await vendure.app.get(PipelineRunnerService).enqueue(ctx, pipeline.id, { triggeredBy: 'test' });
            await execute(String(run.id));
            return { pipelineId: String(pipeline.id), runId: String(run.id) };
        };
        const errorsOf = async (runId: string) =>
            (
                await owner.query<{
                    list: { items: { id: string; record: JsonObject; recordPreview: string; state: string }[] };
                }>(
                    'query ($runId: ID!) { list: dataHubRecordErrors(runId: $runId) { items { id state record recordPreview } } }',
                    { runId },
                )
            ).list.items;
        const sheetOf = async (path: string, api = owner) => {
            const answer = await api.rest('GET', `/data-hub/${path}`);
            return { status: answer.status, text: await answer.text(), headers: answer.headers };
        };
        const linesOf = (text: string) => text.trimEnd().split('\r\n');
        const send = async (text: string, { api = owner, query = '', headers = {} } = {}) => {
            const form = new FormData();
            form.append('file', new Blob([text]), 'corrected.csv');
            const answer = await api.rest('POST', `/data-hub/quarantine${query}`, form, headers);
            return { status: answer.status, body: (await answer.json()) as Taken };
        };
        const inMarket = async <T>(query: string): Promise<GraphQlAnswer<T>> => {
            const headers = { 'content-type': 'application/json', 'vendure-token': 'market-token' };
            return (await seller.rest('POST', '/admin-api', JSON.stringify({ query }), headers)).json() as never;
        };

        it('groups by cause over all runs of a pipeline, and shows a long record only when asked for it alone', async () => {
            const { pipelineId, runId } = await refused([
                { name: 'bad-long', text: 'x'.repeat(20_000) },
                { name: 'bad-short' },
            ]);
            const { causes, list } = await owner.query<{
                causes: object[];
                list: { totalItems: number; items: JsonObject[] };
            }>(
                `query ($pipelineId: ID!) {
                causes: dataHubRecordErrorCauses(pipelineId: $pipelineId) { cause count open replayed resolved ignored }
                list: dataHubRecordErrors(pipelineId: $pipelineId, options: { take: 1, filter: { state: { eq: "OPEN" } } }) {
                    totalItems items { id stage record recordPreview waitsFor autoReplays replayRunId replayOf }
                }
            }`,
                { pipelineId },
            );
            expect(causes).toEqual([{ cause: 'bad-name', count: 2, open: 2, replayed: 0, resolved: 0, ignored: 0 }]);
            expect(list).toMatchObject({ totalItems: 2, items: [{ record: null, waitsFor: null, autoReplays: 0 }] });
            expect(list.items[0]!.recordPreview).toMatch(/^\{"name":"bad-long","text":"x{100}/);
            expect((await errorsOf(runId))[1]).toMatchObject({ record: { name: 'bad-short' }, recordPreview: null });
            const { one } = await owner.query<{ one: JsonObject }>(
                'query ($id: ID!) { one: dataHubRecordError(id: $id) { record recordPreview } }',
                { id: list.items[0]!.id },
            );
            expect(one).toEqual({ record: { name: 'bad-long', text: 'x'.repeat(20_000) }, recordPreview: null });
            const { errors } = await owner.ask('{ dataHubRecordErrorCauses { count } }');
            expect(errors?.[0]?.message).toContain('Give either a run or a pipeline.');
        });

        it('edits and replays', async () => {
            const { runId } = await refused([{ name: 'bad-edit', old: 1 }]);
            const { id } = (await errorsOf(runId))[0]!;
            const edit = `mutation ($input: EditDataHubRecordErrorsInput!) { done: editDataHubRecordErrors(input: $input) { changed } }`;
            const patch = [
                { path: 'name', op: 'SET', value: 'api-edit' },
                { path: 'note', op: 'SET', value: null },
                { path: 'old', op: 'REMOVE' },
            ];
            expect(await owner.query(edit, { input: { ids: [id], patch, note: 'As the ERP says' } })).toEqual({
                done: { changed: 1 },
            });
            expect((await errorsOf(runId))[0]).toMatchObject({ record: { name: 'api-edit', note: null } });
            const wrong = await owner.ask(edit, { input: { ids: [id], patch: [{ path: 'a', op: 'SET' }] } });
            expect(wrong.errors?.[0]?.message).toContain('patch[0] sets "a" and has no value.');
            const polluted = await owner.ask(edit, {
                input: { ids: [id], patch: [{ ...patch[0], path: '__proto__.x' }] },
            });
            expect(polluted.errors?.[0]?.message).toContain('is not allowed in a field path');

            const { done } = await owner.query<{ done: { replayed: number; runs: { id: string }[] } }>(
                `mutation ($ids: [ID!]) { done: replayDataHubRecordErrors(input: { ids: $ids }) { replayed runs { id status triggeredBy } } }`,
                { ids: [id] },
            );
            expect(done).toMatchObject({ replayed: 1, runs: [{ status: 'PENDING', triggeredBy: 'superadmin' }] });
            expect(await execute(done.runs[0]!.id)).toMatchObject({ status: 'COMPLETED', created: 1 });
            const related = await owner.query(
                `query ($refusing: ID!, $replay: ID!) {
                    refusing: dataHubRun(id: $refusing) { replays { id } replayedBy { id status } }
                    replay: dataHubRun(id: $replay) { replays { id pipelineName } replayedBy { id } }
                }`,
                { refusing: runId, replay: done.runs[0]!.id },
            );
            expect(related).toMatchObject({
                refusing: { replays: [], replayedBy: [{ id: done.runs[0]!.id, status: 'COMPLETED' }] },
                replay: { replays: [{ id: runId }], replayedBy: [] },
            });
            const { trail } = await owner.query<{ trail: { items: object[] } }>(
                `query ($id: ID!) { trail: dataHubRecordErrorAudit(recordErrorId: $id) {
                items { action fromState toState note edits { path before after existedBefore existsAfter } } } }`,
                { id },
            );
            expect(trail.items).toMatchObject([
                {
                    action: 'EDIT',
                    note: 'As the ERP says',
                    edits: [
                        { path: 'name', before: 'bad-edit', after: 'api-edit', existedBefore: true, existsAfter: true },
                        { path: 'note', before: null, after: null, existedBefore: false, existsAfter: true },
                        { path: 'old', before: 1, after: null, existedBefore: true, existsAfter: false },
                    ],
                },
                { action: 'REPLAY', fromState: 'OPEN', toState: 'REPLAYED', edits: [] },
            ]);
        });

        it('gives records as a spreadsheet, takes them back corrected and sends them again', async () => {
            const { pipelineId, runId } = await refused([
                { name: 'bad-sheet-1', price: 12, code: '007', formula: '=1+1', note: null, message: 'own' },
                { name: 'bad-sheet-2', tags: ['a', 'b'], empty: '' },
                { name: 'bad-sheet-3' },
            ]);
            const { headers, text } = await sheetOf(`quarantine/${runId}.csv`);
            expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
            const [head, ...lines] = linesOf(text);
            const fields = 'name,price,code,formula,note,"json:""message""",tags.0,tags.1,empty';
            expect(head).toBe(`errorId,cause,message,${fields}`);
            const ids = (await errorsOf(runId)).map(({ id }) => id);
            expect(lines).toEqual([
                `${ids[0]},bad-name,"""bad-sheet-1"" is bad.",bad-sheet-1,12,'007,'=1+1,<null>,own,,,`,
                `${ids[1]},bad-name,"""bad-sheet-2"" is bad.",bad-sheet-2,,,,,,a,b,<empty>`,
                `${ids[2]},bad-name,"""bad-sheet-3"" is bad.",bad-sheet-3,,,,,,,,`,
            ]);
            expect((await sheetOf(`quarantine.csv?pipelineId=${pipelineId}&cause=bad-name`)).text).toBe(text);
            expect(linesOf((await sheetOf(`quarantine/${runId}.csv?cause=other`)).text)).toHaveLength(1);

            expect((await send(text)).body).toMatchObject({ rows: 3, changed: 0, unchanged: 3, problemCount: 0 });
            // As a spreadsheet with German settings writes it.
            const corrected = [
                'errorId;name;price;tags.0;added',
                `${ids[0]};sheet-1;13;;`,
                `${ids[1]};sheet-2;;;new`,
                `${ids[1]};sheet-2;;;new`,
                `999999;x;;;`,
                `;x;;;`,
                `${ids[2]};x`,
            ].join('\r\n');
            const { status, body } = await send(corrected, { query: '?replay=true' });
            expect(status).toBe(200);
            expect(body).toMatchObject({ rows: 6, changed: 2, unchanged: 0, problemCount: 4, replayed: 2 });
            expect(body.problems.map(({ line, message }) => [line, message]).sort()).toEqual([
                [4, `The errorId ${ids[1]} stands in line 3 already.`],
                [5, 'There is no refused record with the errorId 999999.'],
                [6, 'Line 6 has no errorId.'],
                [7, 'Line 7 of "corrected.csv" has 2 cells, but there are 5 columns.'],
            ]);
            const changed = await errorsOf(runId);
            expect(changed.map(({ state, record }) => [state, record])).toEqual([
                ['REPLAYED', { name: 'sheet-1', price: 13, code: '007', formula: '=1+1', note: null, message: 'own' }],
                ['REPLAYED', { name: 'sheet-2', tags: ['b'], empty: '', added: 'new' }],
                ['OPEN', { name: 'bad-sheet-3' }],
            ]);
            expect(await execute(body.runIds[0]!)).toMatchObject({ status: 'COMPLETED', created: 2 });
            expect((await send(corrected)).body.problems.map(({ message }) => message)).toContain(
                `The record ${ids[0]} is REPLAYED and cannot be changed.`,
            );
            expect(await readdir(join(folder, 'uploads'))).toEqual([]);

            await rows(Pipeline).update({ id: pipelineId }, { enabled: false });
            const last = (await send(`errorId,name\r\n${ids[2]},sheet-3\r\n`, { query: '?replay=true' })).body;
            expect(last).toMatchObject({ changed: 1, replayed: 0, replayProblem: { hint: 'Enable it first.' } });
        });

        it('tells each row whose errorId cannot be one, and takes the others', async () => {
            const { runId } = await refused([{ name: 'bad-id-1' }, { name: 'bad-id-2' }]);
            const [first, second] = (await errorsOf(runId)).map(({ id }) => id);
            const lines = ['errorId,name', 'x,A', 'y,B', '99999999999999999999,C', '1.5,D', `0${first},E`];
            lines.push(`${first},id-1`, `${second},id-2`);
            const { status, body } = await send(lines.join('\r\n'));
            expect(status).toBe(200);
            expect(body).toMatchObject({ rows: 7, changed: 2, unchanged: 0, problemCount: 5 });
            expect(body.problems.map(({ line, message }) => [line, message])).toEqual(
                ['x', 'y', '99999999999999999999', '1.5', `0${first}`].map((id, i) => [
                    i + 2,
                    `There is no refused record with the errorId ${id}.`,
                ]),
            );
            expect((await errorsOf(runId)).map(({ record }) => record)).toEqual([{ name: 'id-1' }, { name: 'id-2' }]);
        });

        it('answers what is no such file with a sentence', async () => {
            expect(await send('name;price\r\nA;1\r\n')).toMatchObject({
                status: 400,
                body: { message: expect.stringContaining('has no column "errorId"') as string },
            });
            // Each row is an object with all columns: some millions of them would take the memory of the server.
            const wide = Array.from({ length: 2_010 }, (_, i) => `c${i}`).join();
            expect(await send(`errorId,${wide}\r\n`)).toMatchObject({
                status: 400,
                body: { message: expect.stringContaining('has 2011 columns') as string },
            });
            expect((await sheetOf('quarantine.csv')).status).toBe(400);
            expect((await sheetOf('quarantine.csv?pipelineId=1&pipelineId=2')).status).toBe(400);
            for (const id of ['nonsense', '99999999999999999999']) {
                const { status, text } = await sheetOf(`quarantine/${id}.csv`);
                expect([status, JSON.parse(text)]).toEqual([
                    400,
                    { message: `"${id}" is no id.`, hint: 'Correct the address.', code: 'query-invalid' },
                ]);
            }
            expect(linesOf((await sheetOf('quarantine/999999.csv')).text)).toHaveLength(1);
        });

        it('keeps to the channel in which the records were refused', async () => {
            const { pipelineId, runId } = await refused([{ name: 'bad-main', secret: 'price' }]);
            const marketCtx = vendure.ctx.copy(market);
            const own = await refused([{ name: 'bad-market' }], marketCtx);
            const { id } = (await errorsOf(runId))[0]!;
            const { data } = await inMarket<Record<string, unknown>>(`{
            one: dataHubRecordError(id: "${id}") { id }
            causes: dataHubRecordErrorCauses(pipelineId: "${pipelineId}") { count }
            list: dataHubRecordErrors(pipelineId: "${pipelineId}") { totalItems }
            trail: dataHubRecordErrorAudit(recordErrorId: "${id}") { totalItems }
            own: dataHubRecordErrors(pipelineId: "${own.pipelineId}") { totalItems }
        }`);
            expect(data).toEqual({
                one: null,
                causes: [],
                list: { totalItems: 0 },
                trail: { totalItems: 0 },
                own: { totalItems: 1 },
            });
            const { data: done } = await inMarket<Record<string, unknown>>(`mutation {
            state: setDataHubRecordErrorState(input: { ids: ["${id}"], state: IGNORED }) { changed }
            edit: editDataHubRecordErrors(input: { ids: ["${id}"], patch: [{ path: "a", op: SET, value: 1 }] }) { changed }
            replay: replayDataHubRecordErrors(input: { pipelineId: "${pipelineId}" }) { replayed runs { id } }
        }`);
            expect(done).toEqual({ state: { changed: 0 }, edit: { changed: 0 }, replay: { replayed: 0, runs: [] } });
            const headers = { 'vendure-token': 'market-token' };
            const csv = await (
                await seller.rest('GET', `/data-hub/quarantine/${runId}.csv`, undefined, headers)
            ).text();
            expect(csv).not.toContain('price');
            const upload = await send(`errorId,a\r\n${id},1\r\n`, { api: seller, headers });
            expect(upload.body).toMatchObject({ changed: 0, problemCount: 1 });
            expect((await errorsOf(runId))[0]).toMatchObject({
                state: 'OPEN',
                record: { name: 'bad-main', secret: 'price' },
            });

            const { done: both } = await owner.query<{ done: { runs: { id: string; channelId: string }[] } }>(
                'mutation ($id: ID!) { done: replayDataHubRecordErrors(input: { pipelineId: $id }) { runs { id channelId } } }',
                { id: own.pipelineId },
            );
            expect(both.runs.map(({ channelId }) => channelId)).toEqual([String(market.id)]);
        });

        it('replays an uploaded file only for those who may', async () => {
            await personIn(vendure, market, 'editor', ['ReadDataHubRun', 'EditDataHubRecordError']);
            const editor = await new AdminApi(vendure.url).login('editor@example.com', 'password');
            const headers = { 'vendure-token': 'market-token' };
            expect((await send('errorId\r\n1\r\n', { api: editor, headers })).status).toBe(200);
            expect((await send('errorId\r\n1\r\n', { api: editor, headers, query: '?replay=true' })).status).toBe(403);
            expect((await send('errorId\r\n1\r\n', { query: '?replay=maybe' })).status).toBe(400);
        });

        it('lets only those edit behind a gate who may approve it', async () => {
            await personIn(vendure, market, 'mender', ['ReadDataHubRun', 'EditDataHubRecordError']);
            const mender = await new AdminApi(vendure.url).login('mender@example.com', 'password');
            const ctx = await vendure.app
                .get(RequestContextService)
                .create({ apiType: 'admin', channelOrToken: market });
            const { runId, pipelineId } = await refused([{ name: 'bad-gated' }], ctx);
            const [{ id }] = (await rows(DataHubRecordError).findBy({ runId })) as [DataHubRecordError];
            const body = JSON.stringify({
                query: `mutation { done: editDataHubRecordErrors(input: { ids: ["${id}"], patch: [{ path: "name", op: SET, value: "gated" }] }) { changed } }`,
            });
            const headers = { 'content-type': 'application/json', 'vendure-token': 'market-token' };
            const edit = async () => (await mender.rest('POST', '/admin-api', body, headers)).text();
            const pipeline = await rows(Pipeline).findOneByOrFail({ id: pipelineId });
            const { definition } = pipeline;
            const gate = { key: 'look', type: 'GATE' as const, config: { approvalType: 'MANUAL' } };
            const gated: PipelineDefinition = { ...definition, steps: definition.steps.toSpliced(1, 0, gate) };
            const store = (stored: PipelineDefinition) =>
                rows(Pipeline).save(Object.assign(pipeline, { definition: stored }));
            await store(gated);
            expect(await edit()).toContain('Records that were refused at \\"load\\" have passed a gate');
            await store(definition);
            expect(await edit()).toContain('"changed":1');
        });

        it('streams many records', async () => {
            const { runId } = await refused(Array.from({ length: 1_234 }, (_, i) => ({ name: `bad-many-${i}` })));
            const { text } = await sheetOf(`quarantine/${runId}.csv`);
            expect(linesOf(text)).toHaveLength(1_235);
            const corrected = text.replaceAll(/,bad-many-(\d+)\r\n/g, ',many-$1\r\n');
            const { body } = await send(corrected, { query: '?replay=true' });
            expect(body).toMatchObject({ rows: 1_234, changed: 1_234, problemCount: 0, replayed: 1_234 });
            expect(await execute(body.runIds[0]!)).toMatchObject({ created: 1_234 });
            expect(await rows(TaxCategory).countBy({ name: 'many-1233' })).toBe(1);
        });
    },
    { sampleOn: 'sqlite' },
);

async function personIn(
    { app, ctx }: BootedVendure,
    channel: Channel,
    code: string,
    permissions: string[],
): Promise<void> {
    const role = await app.get(RoleService).create(ctx, {
        code,
        description: code,
        permissions: permissions as never,
        channelIds: [channel.id],
    });
    await app.get(AdministratorService).create(ctx, {
        emailAddress: `${code}@example.com`,
        firstName: 'A',
        lastName: 'B',
        password: 'password',
        roleIds: [role.id],
    });
}
