import type { z } from 'zod';
import type { Readable } from 'node:stream';
import { JsonObject } from '../../shared/json';
import { AdapterDeclaration } from './adapter';
import { DataHubError } from './errors';
import { ConfigSchema } from './field';
import { Origin } from './record';

/** One item that was read: a record, or a place where none could be read. `origin` when it was read by an earlier run. */
export type ExtractedItem =
    | { data: JsonObject; line?: number; lastLine?: number; origin?: Origin }
    | { error: DataHubError; line?: number; raw?: string };

/** A page of items, in source order. Pages of some hundred items keep the cost per item low. */
export interface ExtractedPage {
    items: ExtractedItem[];
    /** As the user knows it; goes into the origin of each record. */
    file?: string;
    /** For progress and time left; leave out what is unknown. */
    bytesRead?: number;
    bytesTotal?: number;
}

/** A file opened for reading. The stream yields raw bytes, still compressed if the file is. */
export interface OpenedFile {
    name: string;
    sizeBytes: number;
    /** Changes when the content may have changed; a resumed run refuses another file under the same name. */
    fingerprint: string;
    /** A local path for formats that need random access (zip archives). */
    localPath: string;
    stream(): Readable;
}

/** The only door to files: paths confined to the configured root, uploads by id. Errors are UserErrors with hints. */
export interface FileAccess {
    open(reference: { path?: string; uploadId?: string }): Promise<OpenedFile>;
}

export interface ExtractContext {
    files: FileAccess;
    /** What the host application offers, as to loaders; the engine never looks inside. */
    host: unknown;
    /** Aborted on cancel, timeout or loss of the lease. */
    signal: AbortSignal;
    log(level: 'INFO' | 'WARN', message: string): void;
}

export interface ExtractorAdapter<S extends ConfigSchema = ConfigSchema> extends AdapterDeclaration<S> {
    type: 'EXTRACTOR';
    examples: { title: string; config: z.input<S> }[];
    /** Identity of what would be read; stored with the checkpoint. A changed one makes resume fail with a sentence. */
    fingerprint?(setup: { config: z.output<S>; context: ExtractContext }): Promise<string>;
    /** Pulled page by page: the next page is asked for only when there is room for it. Throw only for faults of the whole source. */
    read(setup: { config: z.output<S>; context: ExtractContext }): AsyncIterable<ExtractedPage>;
}

export function defineExtractor<S extends ConfigSchema, const C extends string>(
    declaration: Omit<ExtractorAdapter<S>, 'type' | 'code'> & { code: C },
): ExtractorAdapter<S> & { code: C } {
    return { type: 'EXTRACTOR', ...declaration };
}
