import type { Readable } from 'node:stream';
import { Agent, Dispatcher, request } from 'undici';
import { UserError } from '../sdk/errors';
import { checkedLookup, isAllowedPrivately, refusePrivateLiteral, Resolve } from './address-rules';
import type { HttpMethod } from './outbound-http';
import { parseTarget, shown } from './target-url';

export interface Message {
    method: HttpMethod;
    /** Of the caller; not sent to other origins. */
    headers?: Readonly<Record<string, string>>;
    body?: string | Buffer;
    signal: AbortSignal;
    timeoutMs: number;
}

export interface Answer {
    /** After redirects. */
    target: URL;
    status: number;
    headers: Dispatcher.ResponseData['headers'];
    body: Readable;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Connections to allowed addresses. Every redirect is a new address and is checked like the first one. */
export class Connections {
    private readonly publicAgent: Agent;
    private readonly innerAgent = new Agent({ connectTimeout: 10_000 });

    constructor(
        private readonly allowPrivateHosts: readonly string[],
        resolve?: Resolve,
    ) {
        this.publicAgent = new Agent({ connectTimeout: 10_000, connect: { lookup: checkedLookup(resolve) } });
    }

    /** Resolves when the answer begins; its body must be consumed or destroyed. */
    async send(first: URL, message: Message): Promise<Answer> {
        let target = first;
        for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            const { statusCode: status, headers, body } = await this.call(target, first, message);
            const { location } = headers;
            if (!REDIRECTS.has(status) || typeof location !== 'string') return { target, status, headers, body };
            discard(body);
            if (message.method !== 'GET' && message.method !== 'HEAD') throw redirected(first, message.method);
            target = parseTarget(location, target);
        }
        throw new UserError(
            'too-many-redirects',
            `"${shown(first)}" redirects more than ${MAX_REDIRECTS} times.`,
            'Use the address that it leads to.',
            { got: shown(first) },
        );
    }

    /** Ends open connections; calls that are under way fail. */
    async close(): Promise<void> {
        await Promise.all([this.publicAgent.destroy(), this.innerAgent.destroy()]);
    }

    private call(
        target: URL,
        first: URL,
        { method, headers, body, signal, timeoutMs }: Message,
    ): Promise<Dispatcher.ResponseData> {
        const inner = isAllowedPrivately(target, this.allowPrivateHosts);
        if (!inner) refusePrivateLiteral(target);
        return request(target, {
            dispatcher: inner ? this.innerAgent : this.publicAgent,
            method,
            headers: { ...OWN_HEADERS, ...(target.origin === first.origin ? headers : {}) },
            body,
            headersTimeout: timeoutMs,
            bodyTimeout: timeoutMs,
            signal,
        });
    }
}

const OWN_HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'vendure-data-hub' };

export function discard(body: Readable): void {
    body.on('error', () => undefined).destroy();
}

function redirected(url: URL, method: HttpMethod): UserError {
    return new UserError(
        'redirect-not-followed',
        `"${shown(url)}" redirects, and a ${method} is not sent to another address than the given one.`,
        'Use the address that it leads to.',
        { got: shown(url) },
    );
}
