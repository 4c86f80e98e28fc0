import { AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { connectRedis } from '../locks/connect-redis';
import { RedisBreakerStore } from './redis-breaker-store';

const impatient = { answerWithinMs: 1_000, retriesPerCommand: 0 };

it('says within two seconds that Redis cannot be reached or does not answer', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>(done => silent.listen(0, '127.0.0.1', done));
    const { port } = silent.address() as AddressInfo;
    const closed = createServer();
    await new Promise<void>(done => closed.listen(0, '127.0.0.1', done));
    const unused = (closed.address() as AddressInfo).port;
    await new Promise(done => closed.close(done));
    for (const unreachable of [port, unused]) {
        const settings = { host: '127.0.0.1', port: unreachable, keyPrefix: '', tls: false };
        const store = new RedisBreakerStore(() => connectRedis(settings, () => undefined, impatient));
        const began = Date.now();
        await expect(store.read('erp.example')).rejects.toThrow();
        await expect(store.write('erp.example', { id: '1', state: 'CLOSED' }, 1_000)).rejects.toThrow();
        expect(Date.now() - began).toBeLessThan(4_000);
        await store.close();
    }
    silent.close();
});
