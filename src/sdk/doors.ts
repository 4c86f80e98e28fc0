import type { RequestContext } from '@vendure/core';
import { JsonObject } from '../../shared/json';
import { ConfigSchema } from './field';

/**
 * The plain interfaces of the extension points. They are thin doors into the same registry as the `define*` functions,
 * which offer more: typed config, plans before writing, errors per record, examples that run as tests.
 */
export type HostContext = RequestContext;

/** What every plain adapter may tell about itself beyond its code. */
export interface PlainAdapter {
    code: string;
    description?: string;
    category?: string;
    /** A zod object or a JSON Schema of type object; absent: any settings are accepted and none are checked. */
    schema?: PlainSchema;
}

export type PlainSchema = ConfigSchema | JsonObject;

export interface DataExtractor extends PlainAdapter {
    name: string;
    extract(ctx: RequestContext, config: JsonObject): AsyncGenerator<JsonObject>;
}

export interface OperatorDefinition extends PlainAdapter {
    name: string;
    /** Null drops the record; a thrown error rejects it. */
    execute(ctx: RequestContext, record: JsonObject, args: JsonObject): JsonObject | null | Promise<JsonObject | null>;
}

export interface EntityLoader extends PlainAdapter {
    name?: string;
    entityType: string;
    /** Called with one batch inside its transaction: `ctx` is bound to it. A thrown error makes the engine split the batch. */
    load(ctx: RequestContext, records: JsonObject[], config: LoadConfig): Promise<LoadResult>;
}

/** The settings of the LOAD step without its adapter code. */
export type LoadConfig = JsonObject;

/** How many records became what. Records that are named in `failed` go to quarantine, the others count as loaded. */
export interface LoadResult {
    created?: number;
    updated?: number;
    unchanged?: number;
    failed?: { /** Position in `records`. */ index: number; message: string; code?: string }[];
}

export type ClassOf<T> = new () => T;

/** Where a record stands in the run, as {@link RuntimeOperator.apply} sees it. */
export interface RecordMeta {
    sourceStep: string;
    index: number;
    hash?: string;
}

export type RecordWithMeta = JsonObject & { _meta?: RecordMeta & JsonObject };

/** Pure helpers for {@link RuntimeOperator.apply}; paths are dotted (`variants.0.sku`). */
export interface OperatorHelpers {
    get(record: JsonObject, path: string): JsonObject[string] | undefined;
    set(record: JsonObject, path: string, value: JsonObject[string]): void;
    remove(record: JsonObject, path: string): void;
}

interface RuntimeDeclaration {
    code: string;
    name: string;
    description: string;
    category: string;
    schema: PlainSchema;
}

export interface RuntimeOperator extends RuntimeDeclaration {
    type: 'OPERATOR';
    /**
     * Returns the records that go on, each with the `_meta` it came with. A record that is not returned is dropped;
     * several with the same `_meta` mean that it became several. Called with one record at a time.
     */
    apply(
        records: RecordWithMeta[],
        config: JsonObject,
        helpers: OperatorHelpers,
    ): { records: JsonObject[] } | Promise<{ records: JsonObject[] }>;
}

export interface RuntimeExtractor extends RuntimeDeclaration {
    type: 'EXTRACTOR';
    extract: DataExtractor['extract'];
}

export interface RuntimeLoader extends RuntimeDeclaration {
    type: 'LOADER';
    entityType: string;
    load: EntityLoader['load'];
}

export type RuntimeAdapter = RuntimeOperator | RuntimeExtractor | RuntimeLoader;
