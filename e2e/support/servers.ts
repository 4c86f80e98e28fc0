import { execFileSync } from 'node:child_process';

export interface ServerAddress {
    host: string;
    port: number;
    /** Environment variable that gives the address. */
    variable: string;
}

const answerTimeoutMs = 2_000;

/**
 * For each address why nothing can be reached there, or undefined. Suites are declared synchronously, so a child process asks.
 * Only the port is tried: wrong credentials should fail loudly, not skip.
 */
export function whyUnreachable(addresses: readonly ServerAddress[]): (string | undefined)[] {
    const asked = JSON.stringify(addresses.map(({ host, port }) => ({ host, port })));
    const script = `
        const net = require('node:net');
        const ask = ({ host, port }) => new Promise(resolve => {
            const socket = net.connect({ host, port });
            const done = answer => { socket.destroy(); resolve(answer); };
            socket.on('connect', () => done(true)).on('error', () => done(false));
            setTimeout(() => done(false), ${answerTimeoutMs}).unref();
        });
        Promise.all(${asked}.map(ask)).then(a => process.stdout.write(JSON.stringify(a)));`;
    const answers = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as boolean[];
    return addresses.map(({ host, port, variable }, index) =>
        answers[index]
            ? undefined
            : `${host}:${port} did not answer within ${answerTimeoutMs / 1000} s; start it or set ${variable}.`,
    );
}
