import type { Readable } from 'node:stream';

/**
 * The one door to other machines: address rules at connect time and on each redirect, timeouts, size limits, retries.
 * Failures are UserError (address not allowed, 4xx) or TransientError (timeout, 5xx, network).
 */
export interface OutboundHttp {
    /** Streams a body of at most `maxBytes`; the caller must consume or destroy it. */
    download(
        url: string,
        options?: { maxBytes?: number; timeoutMs?: number; signal?: AbortSignal },
    ): Promise<DownloadedBody>;
}

export interface DownloadedBody {
    body: Readable;
    contentType?: string;
    /** Last path segment of the final URL, or from Content-Disposition. */
    fileName: string;
}
