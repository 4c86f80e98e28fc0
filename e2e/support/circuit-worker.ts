import { connectRedis } from '../../src/locks/connect-redis';
import { RedisBreakerStore } from '../../src/resilience/redis-breaker-store';
import { UndiciOutboundHttp } from '../../src/outbound/undici-outbound-http';

/** Calls the URL of each message once and answers with what came of it and with the state of the circuit. */
const { redis, prefix, host } = JSON.parse(process.argv[2]!) as {
    redis: { host: string; port: number };
    prefix: string;
    host: string;
};
const store = new RedisBreakerStore(
    () => connectRedis({ ...redis, keyPrefix: '', tls: false }, () => undefined),
    prefix,
);
const http = new UndiciOutboundHttp({
    allowPrivateHosts: [host],
    attempts: 1,
    resilience: { openMs: 2_000, store },
});

process.on('message', (url: string) => {
    void http
        .request({ url })
        .then(
            ({ status }) => `status ${status}`,
            (error: { code: string }) => error.code,
        )
        .then(outcome => process.send!({ outcome, state: http.states()[0]!.state }));
});
process.on('disconnect', () => process.exit(0));
process.send!('ready');
