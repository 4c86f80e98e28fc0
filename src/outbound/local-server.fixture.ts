import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

export type Handle = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A server on this machine that keeps what it was sent. */
export class LocalServer {
    readonly received: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
    handle: Handle = (_, response) => void response.end('ok');
    private readonly server: Server;

    private constructor() {
        this.server = createServer((request, response) => void this.answer(request, response));
    }

    static async start(): Promise<LocalServer> {
        const local = new LocalServer();
        await new Promise<void>(done => local.server.listen(0, '127.0.0.1', done));
        return local;
    }

    get host(): string {
        return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    get url(): string {
        return `http://${this.host}`;
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise(done => this.server.close(done));
    }

    private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const body = Buffer.concat(await request.toArray()).toString();
        const { method = '', url = '', headers } = request;
        this.received.push({ method, url, headers, body });
        this.handle(request, response, body);
    }
}
