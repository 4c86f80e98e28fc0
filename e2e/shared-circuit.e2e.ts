import { ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalServer } from '../src/outbound/local-server.fixture';
import { redisConnection, removeRedisKeys } from './support/redis';
import { describeWithRedis } from './support/with-redis';

describeWithRedis('circuits of two processes', () => {
    const prefix = `data-hub-test-${randomUUID()}:`;
    let server: LocalServer;
    let first: ChildProcess;
    let second: ChildProcess;

    beforeAll(async () => {
        server = await LocalServer.start();
        const { host, port, ...more } = redisConnection;
        const input = { redis: { host, port, ...more }, prefix, host: server.host };
        [first, second] = await Promise.all([started(input), started(input)]);
    });

    afterAll(async () => {
        for (const child of [first, second]) child.kill('SIGKILL');
        await server.stop();
        await removeRedisKeys(prefix.slice(0, -1));
    });

    async function call(child: ChildProcess): Promise<{ outcome: string; state: string }> {
        const answered = once(child, 'message');
        child.send(server.url);
        return (await answered)[0] as { outcome: string; state: string };
    }

    it('open and close together', async () => {
        expect(await call(second)).toEqual({ outcome: 'status 200', state: 'CLOSED' });
        server.handle = (_, response) => void response.writeHead(503).end();
        for (let n = 0; n < 5; n++) expect((await call(first)).outcome).toBe('http-status');
        await sleep(1_100);
        const received = server.received.length;
        expect(await call(second)).toEqual({ outcome: 'circuit-open', state: 'OPEN' });
        expect(server.received).toHaveLength(received);

        server.handle = (_, response) => void response.end('ok');
        await sleep(1_000);
        for (const state of ['HALF_OPEN', 'HALF_OPEN', 'CLOSED']) {
            expect(await call(first)).toEqual({ outcome: 'status 200', state });
        }
        await sleep(1_100);
        expect(await call(second)).toEqual({ outcome: 'status 200', state: 'CLOSED' });
    });
});

async function started(input: object): Promise<ChildProcess> {
    const script = join(__dirname, 'support', 'circuit-worker.ts');
    const child = spawn(process.execPath, ['-r', '@swc-node/register', script, JSON.stringify(input)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return child;
}
