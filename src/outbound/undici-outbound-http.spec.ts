import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPublicAddress } from './address-rules';
import { fileNameOf } from './file-name';
import { OutboundHttpOptions, UndiciOutboundHttp } from './undici-outbound-http';

describe('outbound HTTP', () => {
    let server: Server;
    let base: string;
    let handle: (request: IncomingMessage, response: ServerResponse) => void;
    let calls: string[];
    const open: UndiciOutboundHttp[] = [];

    beforeEach(async () => {
        calls = [];
        server = createServer((request, response) => {
            calls.push(request.url!);
            handle(request, response);
        });
        await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
        base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    afterEach(async () => {
        await Promise.all(open.splice(0).map(http => http.close()));
        server.closeAllConnections();
        await new Promise(done => server.close(done));
    });

    function client(options: OutboundHttpOptions = {}): UndiciOutboundHttp {
        const http = new UndiciOutboundHttp({
            allowPrivateHosts: [new URL(base).host],
            resilience: { retryDelayMs: 1 },
            ...options,
        });
        open.push(http);
        return http;
    }

    const textOf = async (body: Readable) => Buffer.concat(await body.toArray()).toString();

    it('streams a body with its type and name', async () => {
        handle = (_, response) => response.setHeader('content-type', 'image/png').end('pixels');
        const answer = await client().download(`${base}/a/M%C3%BCtze.png?size=2`);
        expect(answer).toMatchObject({ contentType: 'image/png', fileName: 'Mütze.png' });
        expect(await textOf(answer.body)).toBe('pixels');
    });

    it('unpacks a body that came compressed all the same', async () => {
        handle = (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(1_000)));
        expect(await textOf((await client().download(base)).body)).toHaveLength(1_000);
        const answer = await client().download(base, { maxBytes: 999 });
        await expect(textOf(answer.body)).rejects.toMatchObject({ code: 'download-too-large' });
    });

    it('refuses a body above the limit, announced or not', async () => {
        handle = (request, response) => {
            if (request.url === '/announced') response.setHeader('content-length', 2_000);
            response.write('x'.repeat(1_000));
            response.end('y'.repeat(1_000));
        };
        await expect(client().download(`${base}/announced`, { maxBytes: 1_500 })).rejects.toMatchObject({
            code: 'download-too-large',
            kind: 'USER',
        });
        const answer = await client().download(`${base}/chunked`, { maxBytes: 1_500 });
        await expect(textOf(answer.body)).rejects.toThrow('is larger than the 1500 bytes that are allowed');
    });

    it('tries again after 503 and gives up as transient after three attempts', async () => {
        handle = (_, response) => {
            response.statusCode = calls.length < 3 ? 503 : 200;
            response.end('ok');
        };
        expect(await textOf((await client().download(base)).body)).toBe('ok');
        expect(calls).toHaveLength(3);
        handle = (_, response) => {
            response.statusCode = 503;
            response.end();
        };
        calls = [];
        await expect(client().download(`${base}/x?key=secret`)).rejects.toMatchObject({
            kind: 'TRANSIENT',
            message: `"${base}/x" answered with status 503.`,
        });
        expect(calls).toHaveLength(3);
    });

    it('does not repeat what cannot succeed', async () => {
        handle = (_, response) => {
            response.statusCode = 404;
            response.end();
        };
        await expect(client().download(`${base}/gone.jpg`)).rejects.toMatchObject({
            kind: 'USER',
            code: 'http-status',
        });
        expect(calls).toHaveLength(1);
    });

    it('gives up after the timeout, before and within the body', async () => {
        handle = () => undefined;
        await expect(client({ attempts: 1 }).download(base, { timeoutMs: 100 })).rejects.toMatchObject({
            kind: 'TRANSIENT',
            code: 'http-timeout',
        });
        handle = (_, response) => void response.write('begin');
        const answer = await client().download(base, { timeoutMs: 200 });
        await expect(textOf(answer.body)).rejects.toMatchObject({ kind: 'TRANSIENT', code: 'http-timeout' });
    });

    it('a body that breaks off is transient', async () => {
        handle = (_, response) => {
            response.setHeader('content-length', 100);
            response.write('begin');
            setTimeout(() => response.destroy(), 20);
        };
        const answer = await client().download(base);
        await expect(textOf(answer.body)).rejects.toMatchObject({ kind: 'TRANSIENT', code: 'http-failed' });
    });

    it('ends with the reason of the abort signal', async () => {
        handle = () => undefined;
        const controller = new AbortController();
        const reason = new Error('cancelled by a person');
        const download = client().download(base, { signal: controller.signal });
        setTimeout(() => controller.abort(reason), 30);
        await expect(download).rejects.toBe(reason);
        expect(calls).toHaveLength(1);
    });

    it('closes the connection when the body is not wanted', async () => {
        let closed = false;
        handle = (_, response) => {
            response.write('x'.repeat(100_000));
            response.on('close', () => (closed = true));
        };
        (await client().download(base)).body.destroy();
        await expect.poll(() => closed).toBe(true);
    });

    describe('addresses', () => {
        it('follows redirects, and checks each of them', async () => {
            handle = (request, response) => {
                const to: Record<string, string> = {
                    '/ok': '/end',
                    '/metadata': 'http://169.254.169.254/latest',
                    '/file': 'file:///etc/passwd',
                    '/loop': '/loop',
                };
                const location = to[request.url!];
                if (location) response.writeHead(302, { location });
                response.end('end');
            };
            expect(await textOf((await client().download(`${base}/ok`)).body)).toBe('end');
            await expect(client().download(`${base}/metadata`)).rejects.toMatchObject({ code: 'address-not-allowed' });
            await expect(client().download(`${base}/file`)).rejects.toMatchObject({ code: 'url-protocol-not-allowed' });
            await expect(client().download(`${base}/loop`)).rejects.toMatchObject({ code: 'too-many-redirects' });
        });

        it.each([
            '127.0.0.1',
            '0x7f.1',
            '2130706433',
            '0',
            '10.1.2.3',
            '172.16.0.1',
            '192.168.1.1',
            '169.254.169.254',
            '100.64.0.1',
            '224.0.0.1',
            '255.255.255.255',
            '[::1]',
            '[::]',
            '[::ffff:127.0.0.1]',
            '[::ffff:7f00:1]',
            '[fe80::1]',
            '[fc00::1]',
            '[64:ff9b::7f00:1]',
            '[2002:7f00:1::]',
            '[::127.0.0.1]',
            'localhost',
        ])('refuses %s', async host => {
            // prettier-ignore
            handle = (_, response) => response.end('inside');
            const port = new URL(base).port;
            await expect(client({ allowPrivateHosts: [] }).download(`http://${host}:${port}/`)).rejects.toMatchObject({
                kind: 'USER',
                code: 'address-not-allowed',
            });
            expect(calls).toEqual([]);
        });

        it('refuses a name that resolves to a private address, even beside a public one', async () => {
            const resolve = (addresses: string[]): OutboundHttpOptions => ({
                resolve: (_host, _options, done) =>
                    done(
                        null,
                        addresses.map(address => ({ address, family: 4 })),
                    ),
            });
            await expect(client(resolve(['127.0.0.1'])).download('http://shop.example/')).rejects.toMatchObject({
                code: 'address-not-allowed',
            });
            await expect(
                client(resolve(['93.184.216.34', '10.0.0.1'])).download('http://shop.example/'),
            ).rejects.toMatchObject({ code: 'address-not-allowed' });
        });

        it('allows a private host for the named port only', async () => {
            handle = (_, response) => response.end('inside');
            const { host, port } = new URL(base);
            expect(await textOf((await client({ allowPrivateHosts: [host] }).download(base)).body)).toBe('inside');
            expect(await textOf((await client({ allowPrivateHosts: ['127.0.0.1'] }).download(base)).body)).toBe(
                'inside',
            );
            const other = client({ allowPrivateHosts: [`127.0.0.1:${Number(port) + 1}`] });
            await expect(other.download(base)).rejects.toMatchObject({ code: 'address-not-allowed' });
        });

        it('refuses what is no web address', async () => {
            await expect(client().download('no address')).rejects.toMatchObject({ code: 'url-invalid' });
            await expect(client().download('ftp://example.com/x')).rejects.toMatchObject({
                code: 'url-protocol-not-allowed',
            });
            const credentials = client().download('http://user:hunter2@example.com/x');
            await expect(credentials).rejects.toMatchObject({ code: 'url-with-credentials' });
            await expect(credentials).rejects.not.toThrow('hunter2');
        });

        it('knows public addresses', () => {
            expect(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'].map(isPublicAddress)).toEqual([true, true]);
        });
    });

    it.each([
        ['attachment; filename="price list.csv"', 'price list.csv'],
        ["attachment; filename=x.csv; filename*=UTF-8''M%C3%BCtze.csv", 'Mütze.csv'],
        ['attachment; filename="../../etc/passwd"', 'passwd'],
        ['inline', 'b.jpg'],
        [undefined, 'b.jpg'],
    ])('names a file by %s', (header, name) => {
        expect(fileNameOf(new URL('https://x.example/a/b.jpg'), header)).toBe(name);
    });
});
