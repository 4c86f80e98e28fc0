import { Readable } from 'node:stream';
import { ExponentialBackoff, handleType, retry } from 'cockatiel';
import { Agent, Dispatcher, request } from 'undici';
import { DataHubError, TransientError, UserError } from '../sdk/errors';
import { checkedLookup, isAllowedPrivately, refusePrivateLiteral, Resolve } from './address-rules';
import { boundedBody } from './bounded-body';
import { fileNameOf } from './file-name';
import { DownloadedBody, OutboundHttp } from './outbound-http';

export interface OutboundHttpOptions {
    /** Hosts (`host` or `host:port`) outside the public internet that may be called all the same: for development and inner networks. */
    allowPrivateHosts?: readonly string[];
    /** Default 30 s: from the call to the last byte. */
    timeoutMs?: number;
    /** Default 100 MiB. */
    maxBytes?: number;
    /** Default 3. */
    attempts?: number;
    /** First pause between two attempts; doubled each time. Default 250 ms. */
    retryDelayMs?: number;
    /** Stands in for DNS in tests. */
    resolve?: Resolve;
}

export interface DownloadOptions {
    maxBytes?: number;
    timeoutMs?: number;
    signal?: AbortSignal;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * GET over http and https. Attempts are repeated until an answer begins; a body that breaks off afterwards ends in a
 * TransientError of its stream, for the caller to repeat.
 */
export class UndiciOutboundHttp implements OutboundHttp {
    private readonly publicAgent: Agent;
    private readonly innerAgent = new Agent({ connectTimeout: 10_000 });
    private readonly allowed: readonly string[];

    constructor(private readonly options: OutboundHttpOptions = {}) {
        this.allowed = options.allowPrivateHosts ?? [];
        this.publicAgent = new Agent({ connectTimeout: 10_000, connect: { lookup: checkedLookup(options.resolve) } });
    }

    async download(url: string, options: DownloadOptions = {}): Promise<DownloadedBody> {
        const attempts = retry(handleType(TransientError), {
            maxAttempts: (this.options.attempts ?? 3) - 1,
            backoff: new ExponentialBackoff({ initialDelay: this.options.retryDelayMs ?? 250, maxDelay: 10_000 }),
        });
        return attempts.execute(() => this.attempt(url, options), options.signal);
    }

    /** Ends open connections; downloads that are under way fail. */
    async close(): Promise<void> {
        await Promise.all([this.publicAgent.destroy(), this.innerAgent.destroy()]);
    }

    private async attempt(url: string, options: DownloadOptions): Promise<DownloadedBody> {
        options.signal?.throwIfAborted();
        const timeoutMs = options.timeoutMs ?? this.options.timeoutMs ?? 30_000;
        const timeout = AbortSignal.timeout(timeoutMs);
        const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
        const explain = (error: unknown): unknown => {
            if (options.signal?.aborted) return options.signal.reason;
            if (timeout.aborted) return timedOut(url, timeoutMs);
            return networkError(url, error);
        };
        let target = parseUrl(url);
        for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            const answer = await this.get(target, signal, timeoutMs).catch(error => {
                throw explain(error);
            });
            const location = answer.headers['location'];
            if (!REDIRECTS.has(answer.statusCode) || typeof location !== 'string') {
                return this.bodyOf(answer, target, options, explain);
            }
            discard(answer);
            target = parseUrl(location, target);
        }
        throw new UserError(
            'too-many-redirects',
            `"${url}" redirects more than ${MAX_REDIRECTS} times.`,
            'Use the address that it leads to.',
            { got: url },
        );
    }

    private get(target: URL, signal: AbortSignal, timeoutMs: number): Promise<Dispatcher.ResponseData> {
        const inner = isAllowedPrivately(target, this.allowed);
        if (!inner) refusePrivateLiteral(target);
        return request(target, {
            dispatcher: inner ? this.innerAgent : this.publicAgent,
            method: 'GET',
            headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'vendure-data-hub' },
            headersTimeout: timeoutMs,
            bodyTimeout: timeoutMs,
            signal,
        });
    }

    private bodyOf(
        answer: Dispatcher.ResponseData,
        target: URL,
        options: DownloadOptions,
        explain: (error: unknown) => unknown,
    ): DownloadedBody {
        const { statusCode, headers } = answer;
        const maxBytes = options.maxBytes ?? this.options.maxBytes ?? 100 * 1024 * 1024;
        if (statusCode < 200 || statusCode >= 300) {
            discard(answer);
            throw badStatus(target, statusCode);
        }
        try {
            const body: Readable = boundedBody(answer.body, { maxBytes, url: shown(target), headers, explain });
            return {
                body,
                contentType: textOf(headers['content-type']),
                fileName: fileNameOf(target, textOf(headers['content-disposition'])),
            };
        } catch (error) {
            discard(answer);
            throw error;
        }
    }
}

function parseUrl(text: string, base?: URL): URL {
    let url: URL;
    try {
        url = new URL(text, base);
    } catch {
        throw new UserError(
            'url-invalid',
            `"${text}" is not a web address.`,
            'Give a whole address, such as https://example.com/image.jpg.',
            { got: text },
        );
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new UserError(
            'url-protocol-not-allowed',
            `"${shown(url)}" cannot be called: only http and https are allowed.`,
            'Use an http or https address.',
            { got: shown(url) },
        );
    }
    if (url.username || url.password) {
        throw new UserError(
            'url-with-credentials',
            `The address of "${url.host}" holds a user name or password, which is not allowed.`,
            'Use an address that needs no login, such as a signed one.',
            { got: url.host },
        );
    }
    return url;
}

/** Without query, which may hold a signature or key. */
function shown(url: URL): string {
    return `${url.origin}${url.pathname}`;
}

function badStatus(url: URL, status: number): DataHubError {
    const place = { got: shown(url) };
    if (TRANSIENT_STATUS.has(status))
        return new TransientError(
            'http-status',
            `"${shown(url)}" answered with status ${status}.`,
            'Try again later.',
            place,
        );
    const hint =
        status === 404 || status === 410
            ? 'Check the address; there is nothing there.'
            : status === 401 || status === 403
              ? 'The address needs a login; use one that is public or signed.'
              : 'Check the address.';
    return new UserError('http-status', `"${shown(url)}" answered with status ${status}.`, hint, place);
}

function timedOut(url: string, timeoutMs: number): TransientError {
    return new TransientError(
        'http-timeout',
        `"${withoutQuery(url)}" did not answer completely within ${timeoutMs} ms.`,
        'Try again later, or raise the timeout.',
        { got: withoutQuery(url) },
    );
}

function networkError(url: string, error: unknown): DataHubError {
    if (error instanceof DataHubError) return error;
    const cause = (error as Error).cause;
    if (cause instanceof DataHubError) return cause;
    const { code, message } = error as NodeJS.ErrnoException;
    const got = withoutQuery(url);
    if (code === 'ENOTFOUND') {
        return new UserError(
            'host-not-found',
            `The host of "${got}" does not exist.`,
            'Check the address.',
            { got },
            { cause: error },
        );
    }
    return new TransientError(
        'http-failed',
        `"${got}" could not be read: ${code ?? message}.`,
        'Try again later.',
        { got },
        { cause: error },
    );
}

function withoutQuery(url: string): string {
    return url.replace(/[?#].*$/s, '');
}

function discard(answer: Dispatcher.ResponseData): void {
    answer.body.on('error', () => undefined).destroy();
}

function textOf(header: string | string[] | undefined): string | undefined {
    return Array.isArray(header) ? header[0] : header;
}
