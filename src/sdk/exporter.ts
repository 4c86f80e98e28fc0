import type { z } from 'zod';
import { JsonValue } from '../../shared/json';
import { AdapterDeclaration } from './adapter';
import { DataHubError } from './errors';
import { ConfigSchema } from './field';
import { PipelineRecord } from './record';

/**
 * Writes records to something that others read when it is complete, such as a file.
 *
 * `position` says where the output ended after a batch. It is stored with the checkpoint, and a later `write` with it
 * first cuts off whatever came after: so a batch that is repeated, in this process or after a crash, stands there once.
 */
export interface Exporter {
    /**
     * Refuses a record before its batch is written; the others are written. Depends on the record and on `position`
     * only, so that a repeated batch is refused the same records.
     */
    check?(record: PipelineRecord, position: JsonValue | undefined): DataHubError | undefined;
    /** Appends a batch behind `position` (undefined: at the beginning) and resolves with the new end. Batches come in source order. */
    write(records: readonly PipelineRecord[], position: JsonValue | undefined): Promise<JsonValue>;
    /** Everything up to `position` is complete: makes it appear under its name at once. Safe to repeat. */
    finish(position: JsonValue | undefined): Promise<void>;
    /** Gives handles back, whatever became of the run. What is unfinished stays for a resume. */
    close(): Promise<void>;
}

/** The only door to files that are written: paths confined to the configured root. Errors are UserErrors with hints. */
export interface OutputFileAccess {
    /** Where a file with this path (relative to the root) is built and where it appears; directories exist afterwards. */
    prepare(reference: OutputReference): Promise<{ partialPath: string; finalPath: string }>;
}

export interface OutputReference {
    path: string;
    /** Run and step: those who build a file of the same name at the same time do it in files of their own. */
    owner: string;
}

export interface ExportContext {
    files: OutputFileAccess;
    runId: string;
    /** Key of the EXPORT step. */
    step: string;
    signal: AbortSignal;
    log(level: 'INFO' | 'WARN', message: string): void;
}

export interface ExporterAdapter<S extends ConfigSchema = ConfigSchema> extends AdapterDeclaration<S> {
    type: 'EXPORTER';
    examples: { title: string; config: z.input<S> }[];
    /** Called once per run and step, before the first record. */
    create(setup: { config: z.output<S>; context: ExportContext }): Promise<Exporter>;
}

export function defineExporter<S extends ConfigSchema, const C extends string>(
    declaration: Omit<ExporterAdapter<S>, 'type' | 'code'> & { code: C },
): ExporterAdapter<S> & { code: C } {
    return { type: 'EXPORTER', ...declaration };
}
