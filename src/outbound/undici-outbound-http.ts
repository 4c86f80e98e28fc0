import type { Readable } from 'node:stream';
import { timeout, TimeoutStrategy } from 'cockatiel';
import type { CircuitStatus } from '../resilience/circuit';
import { Resilience, ResilienceOptions } from '../resilience/resilience';
import { TransientError } from '../sdk/errors';
import type { Resolve } from './address-rules';
import { boundedBody } from './bounded-body';
import { Answer, Connections, discard } from './connections';
import { fileNameOf } from './file-name';
import { badStatus, networkError, timedOut, TransientStatusError } from './http-errors';
import { DownloadedBody, OutboundHttp, OutboundRequest, OutboundResponse } from './outbound-http';
import { messageOf, mayRepeat } from './request-message';
import { parseTarget, shown } from './target-url';

export interface OutboundHttpOptions {
    /** Hosts (`host` or `host:port`) outside the public internet that may be called all the same: for development and inner networks. */
    allowPrivateHosts?: readonly string[];
    /** Default 30 s: from the beginning of an attempt to the last byte. */
    timeoutMs?: number;
    /** Of a download. Default 100 MiB. */
    maxBytes?: number;
    /** Default 3. */
    attempts?: number;
    /** Of each host. */
    resilience?: ResilienceOptions;
    /** Stands in for DNS in tests. */
    resolve?: Resolve;
}

export interface DownloadOptions {
    maxBytes?: number;
    timeoutMs?: number;
    signal?: AbortSignal;
}

/**
 * Calls over http and https. Attempts are repeated until an answer begins (download) or has ended (request); the body of a
 * download that breaks off afterwards ends in a TransientError of its stream, for the caller to repeat.
 */
export class UndiciOutboundHttp implements OutboundHttp {
    private readonly connections: Connections;
    private readonly resilience: Resilience;

    constructor(private readonly options: OutboundHttpOptions = {}) {
        this.connections = new Connections(options.allowPrivateHosts ?? [], options.resolve);
        this.resilience = new Resilience(options.resilience);
    }

    async download(url: string, options: DownloadOptions = {}): Promise<DownloadedBody> {
        const target = parseTarget(url);
        const rules = { attempts: this.options.attempts ?? 3, signal: options.signal, opensCircuit: isUnreachable };
        return this.resilience.execute(target.host, rules, () => this.begin(target, options));
    }

    async request(request: OutboundRequest): Promise<OutboundResponse> {
        const target = parseTarget(request.url);
        const attempts = mayRepeat(request) ? (request.attempts ?? this.options.attempts ?? 3) : 1;
        const rules = { attempts, signal: request.signal, opensCircuit: speaksAgainstHost };
        return this.resilience.execute(target.host, rules, () => this.exchange(target, request));
    }

    /** The circuits of the hosts that have been called, for health checks. */
    states(): CircuitStatus[] {
        return this.resilience.states();
    }

    /** Ends open connections; calls that are under way fail. */
    async close(): Promise<void> {
        await Promise.all([this.connections.close(), this.resilience.close()]);
    }

    private async begin(target: URL, options: DownloadOptions): Promise<DownloadedBody> {
        options.signal?.throwIfAborted();
        const timeoutMs = options.timeoutMs ?? this.options.timeoutMs ?? 30_000;
        const outOfTime = AbortSignal.timeout(timeoutMs);
        const signal = options.signal ? AbortSignal.any([options.signal, outOfTime]) : outOfTime;
        const explain = (error: unknown): unknown => {
            if (options.signal?.aborted) return options.signal.reason;
            return outOfTime.aborted ? timedOut(target, timeoutMs) : networkError(target, error);
        };
        const answer = await this.connections.send(target, { method: 'GET', signal, timeoutMs }).catch(error => {
            throw explain(error);
        });
        if (!isSuccess(answer.status)) throw refusal(answer);
        return {
            body: bodyOf(answer, options.maxBytes ?? this.options.maxBytes ?? 100 * MIB, explain),
            contentType: textOf(answer.headers['content-type']),
            fileName: fileNameOf(answer.target, textOf(answer.headers['content-disposition'])),
        };
    }

    private async exchange(target: URL, request: OutboundRequest): Promise<OutboundResponse> {
        request.signal?.throwIfAborted();
        const timeoutMs = request.timeoutMs ?? this.options.timeoutMs ?? 30_000;
        let outOfTime = false;
        const limit = timeout(timeoutMs, TimeoutStrategy.Aggressive);
        limit.onTimeout(() => (outOfTime = true));
        try {
            return await limit.execute(async ({ signal }) => {
                const answer = await this.connections.send(target, { ...messageOf(request), signal, timeoutMs });
                if (!(request.accepts ?? isSuccess)(answer.status)) throw refusal(answer);
                const { status, headers } = answer;
                if (request.method === 'HEAD' || request.maxBytes === 0) {
                    discard(answer.body);
                    return { status, headers, body: Buffer.alloc(0) };
                }
                const body = bodyOf(answer, request.maxBytes ?? 10 * MIB, error => error);
                return { status, headers, body: Buffer.concat(await body.toArray()) };
            }, request.signal);
        } catch (thrown) {
            if (request.signal?.aborted) throw request.signal.reason;
            throw outOfTime ? timedOut(target, timeoutMs) : networkError(target, thrown);
        }
    }
}

const MIB = 1024 * 1024;

function isSuccess(status: number): boolean {
    return status >= 200 && status < 300;
}

function refusal({ target, status, headers, body }: Answer): Error {
    discard(body);
    return badStatus(target, status, headers);
}

function bodyOf({ target, headers, body }: Answer, maxBytes: number, explain: (error: unknown) => unknown): Readable {
    try {
        return boundedBody(body, { maxBytes, url: shown(target), headers, explain });
    } catch (error) {
        discard(body);
        throw error;
    }
}

/** The status of one file says nothing about the others of its host. */
function isUnreachable(error: unknown): boolean {
    return error instanceof TransientError && !(error instanceof TransientStatusError);
}

/** A server that asks for patience (408, 425, 429) is well. */
function speaksAgainstHost(error: unknown): boolean {
    return error instanceof TransientError && !(error instanceof TransientStatusError && error.status < 500);
}

function textOf(header: string | string[] | undefined): string | undefined {
    return Array.isArray(header) ? header[0] : header;
}
