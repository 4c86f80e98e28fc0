import { addAbortSignal } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../sdk/errors';
import { OpenedFile } from '../../sdk/extractor';
import { TextDecoding, textDecodingFor } from './text-decoding';

export const DEFAULT_MAX_TEXT_BYTES = 16 * 1024 ** 3;

/** Holds any byte order mark and the XML declaration. */
const BEGIN_BYTES = 256;

export interface TextSourceOptions {
    signal: AbortSignal;
    /** A name that iconv-lite knows. Absent: the byte order mark decides, else strict UTF-8. A UTF-8 mark always wins. */
    encoding?: string;
    /** Asked for an encoding when none is given, with the beginning of the file. */
    declaredEncoding?: (begin: Buffer) => string | undefined;
    /** A gzipped file may not grow beyond this. Default 16 GiB. */
    maxTextBytes?: number;
}

/**
 * The text of a file as valid UTF-8 bytes: unzipped, decoded, without byte order mark. Chunks never end within a
 * character. Pulled: nothing is read before it is asked for; leaving the loop closes the file.
 */
export class TextSource {
    /** Bytes of the file that have been read, still compressed if the file is. */
    bytesRead = 0;

    constructor(
        readonly file: OpenedFile,
        private readonly options: TextSourceOptions,
    ) {}

    async *chunks(): AsyncGenerator<Buffer, void, undefined> {
        const { signal, encoding, declaredEncoding } = this.options;
        let decoding: TextDecoding | undefined;
        let empty = true;
        try {
            for await (const bytes of startingWith(BEGIN_BYTES, this.unzipped())) {
                decoding ??= textDecodingFor(bytes, this.file.name, encoding ?? declaredEncoding?.(bytes));
                const text = decoding.write(bytes);
                if (text.length === 0) continue;
                empty = false;
                yield text;
            }
            decoding?.end();
        } catch (error) {
            signal.throwIfAborted();
            throw error;
        }
        if (empty) throw emptyFile(this.file.name);
    }

    /** The first `bytes` of the text, read through a stream of its own. */
    async head(bytes: number): Promise<Buffer> {
        const own = new TextSource(this.file, this.options);
        for await (const chunk of startingWith(bytes, own.chunks())) return chunk.subarray(0, bytes);
        return Buffer.alloc(0);
    }

    private async *unzipped(): AsyncGenerator<Buffer> {
        const bytes = startingWith(2, this.raw());
        try {
            const first = await bytes.next();
            if (first.done) return;
            const all = prepended(first.value, bytes);
            if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* this.gunzipped(all);
            else yield* all;
        } finally {
            await bytes.return(undefined);
        }
    }

    private async *gunzipped(bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
        const gunzip = createGunzip();
        const pumping = pipeline(bytes, gunzip).catch(() => undefined);
        try {
            yield* limited(gunzip, this.options.maxTextBytes ?? DEFAULT_MAX_TEXT_BYTES, this.file.name);
        } catch (error) {
            throw damagedIfZlib(error, this.file.name);
        } finally {
            gunzip.destroy();
            await pumping;
        }
    }

    private async *raw(): AsyncGenerator<Buffer> {
        const stream = addAbortSignal(this.options.signal, this.file.stream());
        try {
            for await (const chunk of stream as AsyncIterable<Buffer>) {
                this.bytesRead += chunk.length;
                yield chunk;
            }
        } finally {
            stream.destroy();
        }
    }
}

/** Joins the first chunks until they hold `bytes` bytes, or everything if there is less. */
async function* startingWith(bytes: number, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    const first: Buffer[] = [];
    let length = 0;
    for await (const chunk of chunks) {
        if (length >= bytes) {
            yield chunk;
            continue;
        }
        first.push(chunk);
        length += chunk.length;
        if (length >= bytes) yield Buffer.concat(first.splice(0));
    }
    if (first.length > 0) yield Buffer.concat(first);
}

async function* prepended(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    yield first;
    yield* rest;
}

async function* limited(stream: AsyncIterable<Buffer>, maxBytes: number, file: string): AsyncGenerator<Buffer> {
    let total = 0;
    for await (const chunk of stream) {
        total += chunk.length;
        if (total > maxBytes) {
            throw new UserError(
                'decompressed-too-large',
                `"${file}" grows to more than ${maxBytes} bytes when it is unzipped, which is not allowed.`,
                'Split the file, or raise `maxTextBytes` if it is trustworthy.',
                { file },
            );
        }
        yield chunk;
    }
}

function damagedIfZlib(error: unknown, file: string): unknown {
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    if (!code?.startsWith('Z_')) return error;
    return new UserError(
        'gzip-damaged',
        `"${file}" is gzipped, but cannot be unzipped: ${(error as Error).message}.`,
        'The file is damaged or was not copied completely; deliver it again.',
        { file },
        { cause: error },
    );
}

function emptyFile(file: string): UserError {
    return new UserError(
        'file-empty',
        `The file "${file}" is empty.`,
        'Check the export that makes it; an export without rows still writes a header line.',
        { file },
    );
}
