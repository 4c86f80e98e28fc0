import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { DataHubRecordError, PipelineLog, PipelineRun } from '../src/entities';
import { LocalServer } from '../src/outbound/local-server.fixture';
import { describeOnEachDatabase } from './support/each-database';
import { given, PipelineShop } from './support/pipeline-shop';
import { isFull } from './support/scale';

const TOKEN = 't0p-s3cret-of-the-erp';

describeOnEachDatabase(
    'loaders that write over HTTP, in a shop',
    database => {
        let target: LocalServer;
        let shop: PipelineShop;

        beforeAll(async () => {
            process.env['E2E_ERP_TOKEN'] = TOKEN;
            target = await LocalServer.start();
            shop = await PipelineShop.boot({
                database,
                databaseName: 'http_loaders',
                dataHub: {
                    outbound: { allowPrivateHosts: [target.host] },
                    secrets: [{ code: 'erp-token', provider: 'ENV', value: 'E2E_ERP_TOKEN' }],
                },
            });
        });
        afterEach(() => {
            target.received.length = 0;
            target.handle = (_, response) => void response.end('{}');
        });
        afterAll(async () => {
            await shop?.close({ dropDatabase: true });
            await target.stop();
            delete process.env['E2E_ERP_TOKEN'];
        });

        const three = [{ sku: '001' }, { sku: '002' }, { sku: '003' }];
        const login = { auth: 'BEARER', bearerTokenSecretCode: 'erp-token' };
        const send = (settings: object, records: object[] = three, options = {}) => {
            const config = { endpoint: `${target.url}/items`, ...login, ...settings };
            const steps = [given('read', records), { key: 'write', type: 'LOAD', config }];
            return shop.runToEnd({ steps }, options);
        };
        const errors = ({ id }: PipelineRun) =>
            shop.rows(DataHubRecordError).find({ where: { runId: id }, order: { id: 'ASC' } });
        const keys = () => target.received.map(({ headers }) => headers['idempotency-key']);
        /** Whatever a person can read of the run. */
        const told = async (run: PipelineRun) =>
            JSON.stringify([run, await errors(run), await shop.rows(PipelineLog).findBy({ runId: run.id })]);

        it('sends each record once, with a key of its own, and nothing in a dry run', async () => {
            expect(await send({ adapterCode: 'restPost' }, three, { dryRun: true })).toMatchObject({
                status: 'COMPLETED',
            });
            expect(target.received).toEqual([]);
            expect(await send({ adapterCode: 'restPost' })).toMatchObject({ status: 'COMPLETED', created: 3 });
            expect(target.received.map(({ body }) => JSON.parse(body) as JsonObject)).toEqual(three);
            expect(target.received[0]?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
            expect(new Set(keys()).size).toBe(3);
        });

        it('sends several in one request', async () => {
            const run = await send({
                adapterCode: 'restPost',
                batchMode: 'batch',
                maxBatchSize: 2,
                batchField: 'items',
            });
            expect(run).toMatchObject({ status: 'COMPLETED', created: 3 });
            expect(target.received.map(({ body }) => JSON.parse(body) as JsonObject)).toEqual([
                { items: three.slice(0, 2) },
                { items: three.slice(2) },
            ]);
        });

        it('tries again under the same key while the server is busy', async () => {
            let busy = 2;
            target.handle = (_, response) => void response.writeHead(busy-- > 0 ? 503 : 200).end('{}');
            expect(await send({ adapterCode: 'restPost' }, [{ sku: '1' }])).toMatchObject({
                status: 'COMPLETED',
                created: 1,
            });
            expect(target.received).toHaveLength(3);
            expect(new Set(keys()).size).toBe(1);
        });

        it('refuses what the server refuses, without a word of the secret', async () => {
            target.handle = (_, response, body) =>
                void response.writeHead(body.includes('002') ? 422 : 200).end(`"002" is taken, says ${TOKEN}`);
            const run = await send({ adapterCode: 'restPost' });
            expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, rejected: 1 });
            const [error] = await errors(run);
            expect(error!.message).toMatch(/answered with status 422: "002" is taken, says \*\*\*/);
            expect(await told(run)).not.toContain(TOKEN);
        });

        it('sends mutations, and refuses a record whose operation has errors', async () => {
            const mutation = 'mutation ($sku: String!) { add(sku: $sku) { id } }';
            target.handle = (_, response, body) => {
                const operations = [JSON.parse(body) as { variables: JsonObject }].flat();
                const answers = operations.map(({ variables }) =>
                    variables['sku'] === '002'
                        ? { errors: [{ message: `No 002 for ${TOKEN}` }], data: null }
                        : { data: { add: { id: 1 } } },
                );
                response.end(JSON.stringify(body.startsWith('[') ? answers : answers[0]));
            };
            for (const batchMode of ['single', 'batch']) {
                target.received.length = 0;
                const run = await send({ adapterCode: 'graphqlMutation', mutation, batchMode });
                expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, rejected: 1 });
                expect((await errors(run)).map(({ message }) => message)).toEqual([
                    expect.stringContaining('No 002 for ***'),
                ]);
                expect(target.received).toHaveLength(batchMode === 'single' ? 3 : 1);
                expect(await told(run)).not.toContain(TOKEN);
            }
        });

        // A minute: the engine tries again with growing pauses, and the circuit of the server opens meanwhile.
        it.runIf(isFull)(
            'fails, resumable, when the server does not answer in time, and sends under the same key again',
            async () => {
                target.handle = () => undefined;
                const run = await send({ adapterCode: 'restPost', timeoutMs: 100, retries: 0 }, [{ sku: '1' }]);
                expect(run).toMatchObject({ status: 'FAILED', created: 0 });
                expect(run.error).toMatch(/^Batch 0 could not be written, although it was tried again: /);
                expect(await told(run)).toMatch(/100 ms/);
                expect(await told(run)).not.toContain(TOKEN);
                target.handle = (_, response) => void response.end('{}');
                expect(await shop.resume(run.id)).toMatchObject({ status: 'COMPLETED', created: 1 });
                expect(new Set(keys()).size).toBe(1);
            },
            180_000,
        );
    },
    { sampleOn: 'postgres' },
);
