import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JsonObject, textOf } from '../../../shared/json';
import type { OutboundHost } from '../../catalog/catalog-scope';
import { Handle, LocalServer } from '../../outbound/local-server.fixture';
import { UndiciOutboundHttp } from '../../outbound/undici-outbound-http';
import type { DirectLoader, LoaderAdapter } from '../../sdk/loader';
import type { PipelineRecord } from '../../sdk/record';
import { graphqlMutationLoader } from '../graphql-mutation/graphql-mutation.loader';
import { restPostLoader } from '../rest-post/rest-post.loader';

const secrets: Record<string, string> = { token: 't0p-s3cret', other: 'k€y', odd: 'a "b\\c/ü&' };

describe('loaders that write over HTTP', () => {
    let server: LocalServer;
    let http: UndiciOutboundHttp;

    beforeEach(async () => {
        server = await LocalServer.start();
        http = new UndiciOutboundHttp({ allowPrivateHosts: [server.host], resilience: { retryDelayMs: 1 } });
    });
    afterEach(async () => {
        await http.close();
        await server.stop();
    });

    const host = (runKey = 'run'): OutboundHost =>
        ({
            http,
            runKey,
            secretOf: (code: string) => Promise.resolve(secrets[code]!),
        }) as unknown as OutboundHost;

    async function create(adapter: LoaderAdapter, settings: JsonObject, runKey?: string): Promise<DirectLoader> {
        const config = adapter.schema.parse({ endpoint: `${server.url}/items`, ...settings });
        return (await adapter.create({ config, host: host(runKey) })) as DirectLoader;
    }

    async function load(loader: DirectLoader, data: JsonObject[], plan = false) {
        const records = data.map((each, index) => ({ data: each, origin: { step: 'read', index } }));
        const place = {
            step: 'write',
            batch: 'stage#0',
            positionOf: (record: PipelineRecord) => records.indexOf(record),
        };
        const result = await (plan ? loader.plan!(records, undefined, place) : loader.load(records, undefined, place));
        const { rejected, ...counts } = result;
        return {
            ...counts,
            rejected: rejected.map(one => `${textOf(one.record.data['sku'])}: ${one.rejected.error.message}`),
        };
    }

    const json =
        (answer: (body: JsonObject) => unknown, status = 200): Handle =>
        (_, response, body) =>
            void response.writeHead(status).end(JSON.stringify(answer(JSON.parse(body) as JsonObject)));
    const bodies = () => server.received.map(({ body }) => JSON.parse(body) as JsonObject);
    const three = [{ sku: '001' }, { sku: '002' }, { sku: '003' }];

    describe('restPost', () => {
        const rest = restPostLoader as unknown as LoaderAdapter;

        it('sends one record after the other', async () => {
            const loader = await create(rest, { headers: { 'x-shop': 'main' } });
            expect(await load(loader, three)).toEqual({ created: 3, updated: 0, unchanged: 0, rejected: [] });
            expect(bodies()).toEqual(three);
            expect(server.received[0]).toMatchObject({ method: 'POST', url: '/items', headers: { 'x-shop': 'main' } });
        });

        it.each([
            [{ auth: 'BEARER', bearerTokenSecretCode: 'token' }, 'authorization', 'Bearer t0p-s3cret'],
            [
                { auth: 'BASIC', username: 'me', passwordSecretCode: 'token' },
                'authorization',
                `Basic ${Buffer.from('me:t0p-s3cret').toString('base64')}`,
            ],
            [{ auth: 'API_KEY', apiKeySecretCode: 'token', keyHeader: 'x-key' }, 'x-key', 't0p-s3cret'],
        ])('logs in with %j', async (settings, header, value) => {
            await load(await create(rest, settings), [{ sku: '1' }]);
            expect(server.received[0]?.headers[header]).toBe(value);
        });

        it('needs the secret of its login, and no credential in the open', async () => {
            await expect(create(rest, { auth: 'BEARER' })).rejects.toThrow('needs the code of a secret');
            expect(() => rest.schema.parse({ endpoint: server.url, headers: { Authorization: 'x' } })).toThrow(
                /in the open/,
            );
        });

        it('rejects a record with status and beginning of the answer, never with the secret', async () => {
            server.handle = (_, response, body) =>
                void response.writeHead(body.includes('002') ? 422 : 200).end('"002" is taken,\nsays t0p-s3cret');
            const loader = await create(rest, { auth: 'BEARER', bearerTokenSecretCode: 'token' });
            expect(await load(loader, three)).toMatchObject({
                created: 2,
                rejected: [`002: "${server.url}/items" answered with status 422: "002" is taken, says ***`],
            });
        });

        it('hides a secret of the answer however it is spelled there', async () => {
            const repeated = JSON.stringify({ said: secrets['odd'], link: encodeURIComponent(secrets['odd']!) });
            server.handle = (_, response) => void response.writeHead(400).end(repeated);
            const loader = await create(rest, { auth: 'API_KEY', apiKeySecretCode: 'odd' });
            expect((await load(loader, [{ sku: '1' }])).rejected).toEqual([
                expect.stringContaining('{"said":"***","link":"***"}'),
            ]);
        });

        it('says of an answer that is too large that the record may have been taken', async () => {
            server.handle = (_, response) => void response.end('x'.repeat(5 * 1024 * 1024 + 1));
            const { rejected } = await load(await create(rest, {}), [{ sku: '1' }]);
            expect(rejected).toEqual([
                expect.stringContaining('whether the server has taken the records is not known'),
            ]);
        });

        it('tries again later when the name of the host leads nowhere, instead of rejecting every record', async () => {
            const loader = await create(rest, { endpoint: 'http://shop.invalid/items' });
            await expect(load(loader, three)).rejects.toMatchObject({ kind: 'TRANSIENT', code: 'host-not-found' });
        });

        it('puts values of the record into the address, each in its place', async () => {
            const loader = await create(rest, { endpoint: `${server.url}/p/{{sku}}?v={{v}}`, method: 'PUT' });
            const result = await load(loader, [{ sku: 'a/../b', v: '1&x=2' }, { sku: '..', v: '1' }, { v: '1' }]);
            expect(result).toMatchObject({
                updated: 1,
                rejected: [expect.stringContaining('needs the field "sku"'), expect.any(String)],
            });
            expect(server.received.map(({ url }) => url)).toEqual(['/p/a%2F..%2Fb?v=1%26x%3D2']);
            expect(() => rest.schema.parse({ endpoint: 'https://{{host}}/x' })).toThrow();
        });

        it('sends batches and tells their records apart', async () => {
            server.handle = json(body => ({
                results: (body['items'] as { sku: string }[]).map(({ sku }) =>
                    sku === '002' ? { error: 'no 2' } : {},
                ),
            }));
            const settings = { batchMode: 'batch', maxBatchSize: 2, batchField: 'items', resultsPath: 'results' };
            expect(await load(await create(rest, settings), three)).toMatchObject({
                created: 2,
                rejected: [expect.stringMatching(/^002: .* refused the record: no 2$/)],
            });
            expect(bodies()).toEqual([{ items: three.slice(0, 2) }, { items: three.slice(2) }]);
        });

        it('tries again when the server is busy, with the same key, and stops the batch when it stays away', async () => {
            server.handle = (_, response) => void response.writeHead(server.received.length === 1 ? 503 : 200).end();
            const loader = await create(rest, {});
            expect(await load(loader, [{ sku: '1' }])).toMatchObject({ created: 1 });
            const keys = server.received.map(({ headers }) => headers['idempotency-key']);
            expect(keys).toHaveLength(2);
            expect(new Set(keys).size).toBe(1);
            server.handle = (_, response) => void response.writeHead(503).end();
            await expect(load(await create(rest, { retries: 0 }), three)).rejects.toMatchObject({ kind: 'TRANSIENT' });
            expect(server.received).toHaveLength(3);
        });

        it('rejects a record at which the server breaks, and goes on', async () => {
            server.handle = (_, response, body) => void response.writeHead(body.includes('002') ? 500 : 200).end();
            expect(await load(await create(rest, {}), three)).toMatchObject({
                created: 2,
                rejected: [expect.stringContaining('002')],
            });
        });

        it('ends when the login is refused, instead of rejecting every record', async () => {
            server.handle = (_, response) => void response.writeHead(401).end();
            await expect(load(await create(rest, {}), three)).rejects.toMatchObject({ kind: 'TRANSIENT' });
            expect(server.received).toHaveLength(1);
        });

        it('does not send again what was answered when a batch is repeated; another process uses the same keys', async () => {
            let isAway = true;
            server.handle = (_, response, body) =>
                void response.writeHead(body.includes('003') && isAway ? 503 : 200).end();
            const loader = await create(rest, { retries: 0 });
            await expect(load(loader, three)).rejects.toMatchObject({ kind: 'TRANSIENT' });
            isAway = false;
            expect(await load(loader, three)).toMatchObject({ created: 3 });
            expect(bodies().map(({ sku }) => sku)).toEqual(['001', '002', '003', '003']);
            await load(await create(rest, {}), three);
            await load(await create(rest, {}, 'other run'), three);
            const keys = server.received.map(({ headers }) => headers['idempotency-key']);
            expect(keys.slice(4, 7)).toEqual(keys.slice(0, 3));
            expect(new Set(keys).size).toBe(6);
        });

        it('sends a record again that was refused, when the step tries it again', async () => {
            let isLocked = true;
            server.handle = (_, response) => void response.writeHead(isLocked ? 409 : 200).end();
            const loader = await create(rest, {});
            const refused = { created: 0, rejected: [expect.stringContaining('status 409')] };
            expect(await load(loader, [{ sku: '1' }])).toMatchObject(refused);
            isLocked = false;
            expect(await load(loader, [{ sku: '1' }])).toMatchObject({ created: 1, rejected: [] });
            expect(await load(loader, [{ sku: '1' }])).toMatchObject({ created: 1, rejected: [] });
            expect(server.received).toHaveLength(2);
        });

        it('reads an answer that begins with a byte order mark', async () => {
            server.handle = (_, response) => void response.end('\ufeff{"error":"no stock"}');
            expect(await load(await create(rest, { errorPath: 'error' }), [{ sku: '1' }])).toMatchObject({
                created: 0,
                rejected: [expect.stringContaining('refused the record: no stock')],
            });
        });

        it('reaches no address of the inner network', async () => {
            http = new UndiciOutboundHttp();
            expect(await load(await create(rest, {}), [{ sku: '1' }])).toMatchObject({
                rejected: [expect.stringContaining('not on the public internet')],
            });
        });

        it('plans without sending', async () => {
            const loader = await create(rest, { endpoint: `${server.url}/{{sku}}` });
            expect(await load(loader, [{ sku: '1' }, {}], true)).toMatchObject({
                created: 1,
                rejected: [expect.any(String)],
            });
            expect(server.received).toEqual([]);
        });
    });

    describe('graphqlMutation', () => {
        const graphql = graphqlMutationLoader as unknown as LoaderAdapter;
        const mutation =
            'mutation ($input: In!, $dry: Boolean) { make(input: $input, dry: $dry) { id userErrors { message } } }';
        const variableMapping = { sku: 'input.sku', name: 'input.texts.0.name' };
        const skuOf = (body: JsonObject) => (body['variables'] as { input: { sku: string } }).input.sku;

        it('maps fields to variables', async () => {
            server.handle = json(() => ({ data: { make: { id: 1 } } }));
            const loader = await create(graphql, { mutation, variableMapping });
            expect(await load(loader, [{ sku: '001', name: null }, { sku: '002' }])).toMatchObject({
                created: 2,
                rejected: [],
            });
            expect(bodies().map(body => body['variables'])).toEqual([
                { input: { sku: '001', texts: [{ name: null }] } },
                { input: { sku: '002' } },
            ]);
        });

        it.each([200, 400])('rejects what has errors (status %i)', async status => {
            server.handle = json(() => ({ errors: [{ message: 'Bad.' }, { message: 'Worse.' }], data: null }), status);
            const { rejected } = await load(await create(graphql, { mutation, variableMapping }), [{ sku: '1' }]);
            expect(rejected).toEqual([`1: "${server.url}/items" refused the record: Bad.; Worse.`]);
        });

        it('rejects what the data call an error', async () => {
            server.handle = json(body => ({
                data: { make: { userErrors: skuOf(body) === '002' ? [{ message: 'Taken.' }] : [] } },
            }));
            const loader = await create(graphql, { mutation, variableMapping, errorPath: 'make.userErrors' });
            expect(await load(loader, three)).toMatchObject({
                created: 2,
                rejected: [expect.stringMatching(/^002: .*Taken\.$/)],
            });
        });

        it('sends several operations at once and rejects single ones', async () => {
            server.handle = json(body =>
                (body as unknown as JsonObject[]).map(each =>
                    skuOf(each) === '002' ? { errors: [{ message: 'No.' }] } : { data: { make: { id: 1 } } },
                ),
            );
            const loader = await create(graphql, { mutation, variableMapping, batchMode: 'batch' });
            expect(await load(loader, three)).toMatchObject({ created: 2, rejected: [expect.stringMatching(/^002/)] });
            expect(server.received).toHaveLength(1);
        });

        it('rejects all of an answer that is none', async () => {
            server.handle = (_, response) => void response.end('<html>');
            const { rejected } = await load(await create(graphql, { mutation, variableMapping }), [{ sku: '1' }]);
            expect(rejected[0]).toContain('is no JSON: <html>');
        });

        it.each([
            ['query { a }', {}, 'must hold one mutation'],
            ['mutation { a(', {}, 'Syntax Error'],
            ['mutation ($a: Int) { a(a: $a) }', { sku: 'b.c' }, 'declares no variable "$b"'],
        ])('refuses %s', async (text, mapping, message) => {
            await expect(create(graphql, { mutation: text, variableMapping: mapping })).rejects.toThrow(message);
        });
    });
});
