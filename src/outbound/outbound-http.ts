import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { JsonValue } from '../../shared/json';

/**
 * The one door to other machines: address rules at connect time and on each redirect, timeouts, size limits, retries, and
 * for each host a circuit breaker. Failures are UserError (address not allowed, 4xx) or TransientError (timeout, 5xx,
 * network, circuit open).
 */
export interface OutboundHttp {
    /** Streams a body of at most `maxBytes`; the caller must consume or destroy it. */
    download(
        url: string,
        options?: { maxBytes?: number; timeoutMs?: number; signal?: AbortSignal },
    ): Promise<DownloadedBody>;
    /** Sends a request and reads its whole answer. */
    request(request: OutboundRequest): Promise<OutboundResponse>;
}

export interface DownloadedBody {
    body: Readable;
    contentType?: string;
    /** Last path segment of the final URL, or from Content-Disposition. */
    fileName: string;
}

export interface OutboundRequest {
    url: string;
    /** Default GET. Only GET and HEAD follow redirects: no body is sent where nobody meant to send it. */
    method?: HttpMethod;
    /** Those of the caller go to the origin of `url` only, never to another one that it redirects to. */
    headers?: Readonly<Record<string, string>>;
    body?: string | Buffer;
    /** A body as JSON, instead of `body`. */
    json?: JsonValue;
    /**
     * Says that the same request arriving twice has the effect of one; sent as `Idempotency-Key`. Without it POST and PATCH
     * are not tried again.
     */
    idempotencyKey?: string;
    /** Of one attempt, to the last byte of the answer. Default 30 s. */
    timeoutMs?: number;
    /** Of the answer, after unpacking. Default 10 MiB; with 0 its body is not looked at, however it is. */
    maxBytes?: number;
    /** Including the first. Default 3. */
    attempts?: number;
    signal?: AbortSignal;
    /** Which statuses are answers; all others are errors. Default: 200 to 299. */
    accepts?: (status: number) => boolean;
}

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface OutboundResponse {
    status: number;
    headers: IncomingHttpHeaders;
    body: Buffer;
}
