import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Handle, LocalServer } from './local-server.fixture';
import { OutboundHttpOptions, UndiciOutboundHttp } from './undici-outbound-http';

describe('outbound requests', () => {
    let server: LocalServer;
    const opened: { close(): Promise<void> }[] = [];

    beforeEach(async () => (server = await LocalServer.start()) && undefined);
    afterEach(async () => {
        await Promise.all(opened.splice(0).map(each => each.close()));
        await server.stop();
    });

    function client({ resilience, ...options }: OutboundHttpOptions = {}): UndiciOutboundHttp {
        const http = new UndiciOutboundHttp({
            allowPrivateHosts: [server.host],
            resilience: { retryDelayMs: 1, ...resilience },
            ...options,
        });
        opened.push(http);
        return http;
    }

    const status =
        (code: number, headers: Record<string, string> = {}): Handle =>
        (_, response) =>
            void response.writeHead(code, headers).end('told');

    /** The first `count` calls are handled by `first`, the others are answered with "ok". */
    const first = (count: number, handle: Handle): Handle => {
        return (request, response, body) =>
            server.received.length <= count ? handle(request, response, body) : void response.end('ok');
    };

    it('sends method, headers and a body, and reads the answer', async () => {
        server.handle = (_, response) => void response.writeHead(201, { 'x-id': '7' }).end('made');
        const answer = await client().request({
            method: 'PUT',
            url: `${server.url}/hook?x=1`,
            headers: { 'X-Signature': 'abc' },
            json: { sku: '00123' },
        });
        expect(answer).toMatchObject({ status: 201, headers: { 'x-id': '7' } });
        expect(answer.body.toString()).toBe('made');
        expect(server.received).toMatchObject([
            {
                method: 'PUT',
                url: '/hook?x=1',
                body: '{"sku":"00123"}',
                headers: { 'x-signature': 'abc', 'content-type': 'application/json', 'user-agent': 'vendure-data-hub' },
            },
        ]);
    });

    it.each(['host', 'Content-Length', 'transfer-encoding'])(
        'does not let the caller set the header %s',
        async name => {
            await expect(client().request({ url: server.url, headers: { [name]: '1' } })).rejects.toMatchObject({
                kind: 'USER',
                code: 'request-invalid',
            });
            expect(server.received).toEqual([]);
        },
    );

    it('refuses a header that would begin another one', async () => {
        const smuggling = client().request({ url: server.url, headers: { 'x-a': 'b\r\nx-c: d' } });
        await expect(smuggling).rejects.toMatchObject({ kind: 'USER', code: 'request-invalid' });
        expect(server.received).toEqual([]);
    });

    describe('that fail', () => {
        it('are tried again after 503, and are transient after three attempts', async () => {
            server.handle = first(2, status(503));
            expect((await client().request({ url: server.url })).body.toString()).toBe('ok');
            expect(server.received).toHaveLength(3);
            server.handle = status(503);
            await expect(client().request({ url: `${server.url}/a?token=hidden` })).rejects.toMatchObject({
                kind: 'TRANSIENT',
                code: 'http-status',
                message: `"${server.url}/a" answered with status 503.`,
            });
            expect(server.received).toHaveLength(6);
        });

        it('are tried again after a reset connection', async () => {
            server.handle = first(1, request => request.socket.destroy());
            expect((await client().request({ url: server.url })).status).toBe(200);
        });

        it('are not tried again for a mistake of the caller, unless the status is asked for', async () => {
            server.handle = status(422);
            await expect(client().request({ url: server.url })).rejects.toMatchObject({
                kind: 'USER',
                code: 'http-status',
            });
            expect(server.received).toHaveLength(1);
            const answer = await client().request({ url: server.url, accepts: code => code === 422 });
            expect([answer.status, answer.body.toString()]).toEqual([422, 'told']);
        });

        it('are tried again with POST or PATCH only when a second one does no harm', async () => {
            for (const method of ['POST', 'PATCH'] as const) {
                server.received.length = 0;
                server.handle = first(1, status(503));
                await expect(client().request({ method, url: server.url, body: 'x' })).rejects.toThrow('503');
                expect(server.received).toHaveLength(1);
                server.received.length = 0;
                await client().request({ method, url: server.url, body: 'x', idempotencyKey: 'run:step:0:1' });
                expect(server.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
                    'run:step:0:1',
                    'run:step:0:1',
                ]);
            }
        });

        it('wait as long as the server asks for, in seconds or with a date', async () => {
            const inTwoSeconds = (): string => new Date(Date.now() + 2_000).toUTCString();
            for (const header of [() => '1', inTwoSeconds]) {
                server.received.length = 0;
                server.handle = first(1, status(429, { 'retry-after': header() }));
                const began = Date.now();
                expect((await client().request({ url: server.url })).status).toBe(200);
                expect(Date.now() - began).toBeGreaterThanOrEqual(900);
            }
        });

        it('are given up at once when the server asks for more patience than there is', async () => {
            server.handle = status(503, { 'retry-after': '3600' });
            const began = Date.now();
            await expect(client().request({ url: server.url })).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
            expect(server.received).toHaveLength(1);
            expect(Date.now() - began).toBeLessThan(1_000);
        });
    });

    describe('that take too long', () => {
        it('end after the timeout of each attempt when the server hangs', async () => {
            server.handle = () => undefined;
            const began = Date.now();
            await expect(client().request({ url: server.url, timeoutMs: 60, attempts: 2 })).rejects.toMatchObject({
                kind: 'TRANSIENT',
                code: 'http-timeout',
            });
            expect(server.received).toHaveLength(2);
            expect(Date.now() - began).toBeLessThan(2_000);
        });

        it('end after the timeout when the body trickles', async () => {
            let ended = false;
            server.handle = (_, response) => {
                const drip = setInterval(() => response.write('.'), 10);
                response.on('close', () => {
                    ended = true;
                    clearInterval(drip);
                });
            };
            await expect(client().request({ url: server.url, timeoutMs: 120, attempts: 1 })).rejects.toMatchObject({
                code: 'http-timeout',
            });
            await expect.poll(() => ended).toBe(true);
        });

        it('end with the reason of the abort signal, in a call and in a pause between two', async () => {
            for (const handle of [() => undefined, status(503, { 'retry-after': '20' })]) {
                server.handle = handle;
                const controller = new AbortController();
                const reason = new Error('cancelled by a person');
                const answer = client().request({ url: server.url, signal: controller.signal });
                setTimeout(() => controller.abort(reason), 80);
                const began = Date.now();
                await expect(answer).rejects.toBe(reason);
                expect(Date.now() - began).toBeLessThan(1_000);
            }
        });
    });

    it('end when the answer is larger than allowed', async () => {
        server.handle = (request, response) => {
            if (request.url === '/announced') response.setHeader('content-length', 3_000);
            for (let n = 0; n < 3; n++) response.write('x'.repeat(1_000));
            response.end();
        };
        for (const path of ['/announced', '/chunked']) {
            const answer = client().request({ url: server.url + path, maxBytes: 2_999 });
            await expect(answer).rejects.toMatchObject({ kind: 'USER', code: 'download-too-large' });
        }
        expect((await client().request({ url: server.url, maxBytes: 3_000 })).body).toHaveLength(3_000);
    });

    it('end with the status when nobody looks at the answer, be it too large or broken off', async () => {
        server.handle = (request, response) => {
            if (request.url === '/large') return void response.end('x'.repeat(20 * 1024 * 1024));
            response.writeHead(200, { 'content-length': 100 }).write('x');
            setTimeout(() => response.destroy(), 10);
        };
        for (const path of ['/large', '/broken']) {
            const call = { url: server.url + path, method: 'POST', idempotencyKey: 'k', maxBytes: 0 } as const;
            expect(await client().request(call)).toMatchObject({ status: 200, body: Buffer.alloc(0) });
        }
        expect(server.received).toHaveLength(2);
    });

    describe('that are redirected', () => {
        const to = (location: string): void => {
            server.handle = (request, response) => {
                if (request.url !== '/end') response.writeHead(307, { location });
                response.end('end');
            };
        };

        it.each(['http://169.254.169.254/latest', 'http://10.0.0.1/', 'http://[::1]:80/'])(
            'never reach %s',
            async url => {
                to(url);
                await expect(client().request({ url: server.url })).rejects.toMatchObject({
                    code: 'address-not-allowed',
                });
            },
        );

        it('take no header of the caller to another origin', async () => {
            const other = await LocalServer.start();
            opened.push({ close: () => other.stop() });
            to(`${other.url}/end`);
            const http = client({ allowPrivateHosts: [server.host, other.host] });
            await http.request({ url: server.url, headers: { Authorization: 'Bearer x', 'x-api-key': 'y' } });
            expect(server.received[0]!.headers).toMatchObject({ authorization: 'Bearer x', 'x-api-key': 'y' });
            expect(other.received).toHaveLength(1);
            expect(other.received[0]!.headers).not.toHaveProperty('authorization');
            expect(other.received[0]!.headers).not.toHaveProperty('x-api-key');
            to('/end');
            await http.request({ url: server.url, headers: { 'x-api-key': 'y' } });
            expect(server.received.at(-1)).toMatchObject({ url: '/end', headers: { 'x-api-key': 'y' } });
        });

        it('are refused when they carry something', async () => {
            to('/end');
            const post = client().request({ method: 'POST', url: server.url, body: 'order' });
            await expect(post).rejects.toMatchObject({ kind: 'USER', code: 'redirect-not-followed' });
            expect(server.received).toHaveLength(1);
        });
    });

    describe('of a host that is down', () => {
        it('are refused at once after five failures, until it answers again three times', async () => {
            const http = client({ attempts: 1, resilience: { openMs: 150 } });
            const call = (): Promise<unknown> => http.request({ url: server.url }).catch((error: unknown) => error);
            server.handle = status(500);
            for (let n = 0; n < 5; n++) await call();
            expect(await call()).toMatchObject({ kind: 'TRANSIENT', code: 'circuit-open' });
            expect(server.received).toHaveLength(5);
            expect(http.states()).toMatchObject([{ key: server.host, state: 'OPEN', failures: 5 }]);
            server.handle = (_, response) => void response.end('ok');
            await new Promise(done => setTimeout(done, 160));
            for (const state of ['HALF_OPEN', 'HALF_OPEN', 'CLOSED']) {
                expect(await call()).toMatchObject({ status: 200 });
                expect(http.states()).toMatchObject([{ state }]);
            }
        });

        it('do not try again while the circuit is open, and leave other hosts alone', async () => {
            const http = client({ attempts: 20 });
            server.handle = status(503);
            await expect(http.request({ url: server.url })).rejects.toMatchObject({ code: 'circuit-open' });
            expect(server.received).toHaveLength(5);
            const other = await LocalServer.start();
            opened.push({ close: () => other.stop() });
            const answer = await client({ allowPrivateHosts: [other.host] }).request({ url: other.url });
            expect(answer.status).toBe(200);
        });

        it('are told apart from those it refuses, and from those it wants later', async () => {
            const http = client({ attempts: 1 });
            for (const code of [404, 429]) {
                server.handle = status(code);
                for (let n = 0; n < 6; n++) await http.request({ url: server.url }).catch(() => undefined);
            }
            expect(http.states()).toMatchObject([{ state: 'CLOSED', failures: 0 }]);
        });

        it('say nothing against it when they only fetch one broken file', async () => {
            const http = client({ attempts: 9 });
            server.handle = status(503);
            await expect(http.download(server.url)).rejects.toMatchObject({ code: 'http-status' });
            expect(server.received).toHaveLength(9);
            server.handle = request => request.socket.destroy();
            await expect(http.download(server.url)).rejects.toMatchObject({ code: 'circuit-open' });
        });
    });

    it('wait for each other when there are many for one host', async () => {
        let most = 0;
        let now = 0;
        server.handle = (_, response) => {
            most = Math.max(most, ++now);
            setTimeout(() => {
                now--;
                response.end('ok');
            }, 20);
        };
        const http = client({ resilience: { maxConcurrentCalls: 3, maxWaitingCalls: 5 } });
        const calls = Array.from({ length: 9 }, () => http.request({ url: server.url, attempts: 1 }));
        const outcomes = await Promise.allSettled(calls);
        expect(most).toBe(3);
        expect(outcomes.filter(({ status: outcome }) => outcome === 'fulfilled')).toHaveLength(8);
        expect(outcomes.find(({ status: outcome }) => outcome === 'rejected')).toMatchObject({
            reason: { kind: 'TRANSIENT', code: 'too-many-calls' },
        });
    });
});
