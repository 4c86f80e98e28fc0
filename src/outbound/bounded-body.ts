import { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { UserError } from '../sdk/errors';

export interface BodyRules {
    maxBytes: number;
    /** For messages. */
    url: string;
    headers: IncomingHttpHeaders;
    explain(error: unknown): unknown;
}

/** A body that fails as soon as it exceeds the limit; compressed ones are counted as they are after unpacking. */
export function boundedBody(body: Readable, rules: BodyRules): Readable {
    if (Number(rules.headers['content-length'] ?? 0) > rules.maxBytes) throw tooLarge(rules);
    const readable = Readable.from(bounded(body, rules), { objectMode: false });
    // A generator that was never started runs no cleanup of its own.
    return readable.once('close', () => body.on('error', () => undefined).destroy());
}

async function* bounded(body: Readable, rules: BodyRules): AsyncGenerator<Buffer> {
    const unpacked = unpackerFor(rules.headers['content-encoding']);
    const pumping = unpacked && pipeline(body, unpacked).catch(() => undefined);
    let bytes = 0;
    try {
        for await (const chunk of (unpacked ?? body) as AsyncIterable<Buffer>) {
            bytes += chunk.length;
            if (bytes > rules.maxBytes) throw tooLarge(rules);
            yield chunk;
        }
    } catch (error) {
        throw rules.explain(error);
    } finally {
        unpacked?.destroy();
        // Destroying an unfinished body raises an abort error that nobody needs.
        body.on('error', () => undefined).destroy();
        await pumping;
    }
}

/** Servers are asked not to compress; some do it all the same. */
function unpackerFor(encoding: string | undefined) {
    switch (encoding?.trim().toLowerCase()) {
        case 'gzip':
        case 'x-gzip':
            return createGunzip();
        case 'deflate':
            return createInflate();
        case 'br':
            return createBrotliDecompress();
        default:
            return undefined;
    }
}

function tooLarge({ url, maxBytes }: BodyRules): UserError {
    return new UserError(
        'download-too-large',
        `"${url}" is larger than the ${maxBytes} bytes that are allowed.`,
        'Use a smaller file, or raise the limit.',
        { got: url },
    );
}
