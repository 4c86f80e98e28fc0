import type { z } from 'zod';
import { JsonObject } from '../../shared/json';
import { AdapterDeclaration } from './adapter';
import { ChangeSet } from './change-set';
import { DataHubError } from './errors';
import { ConfigSchema } from './field';
import { Rejected } from './outcome';
import { PipelineRecord } from './record';

/**
 * A loader decides, the applier writes.
 *
 * `Scope` is the host's transaction: the engine opens it, hands it through and never looks inside.
 * `State` is what `resolve` learnt about the live catalog.
 *
 * For each batch the engine calls resolve → compare (each record) → apply, inside one transaction.
 * When apply throws a UserError or Defect, the engine rolls back to a savepoint, splits the batch and calls all three again
 * for each half, until the bad record stands alone.
 */
export interface Loader<Scope = unknown, State = unknown> {
    /**
     * Keys that this record claims for itself, without I/O: `['slug:laptop', 'sku:L1']`.
     * A key claimed earlier in the run by another record is a duplicate and is rejected with the first one's line.
     * Batches in flight that share a key run one after the other.
     */
    keysOf(record: JsonObject): string[];
    /**
     * Further keys that make batches in flight run one after the other, without being claimed: what the record may create
     * that must be unique, such as a slug made from its name. Batches may be written by different processes.
     */
    orderOf?(record: JsonObject): string[];
    /** Name of the record for people, such as its slug or SKU. */
    nameOf(record: JsonObject): string;
    /** Reads what the whole batch needs, in a number of statements that does not grow with the batch. */
    resolve(records: readonly PipelineRecord[], scope: Scope): Promise<State>;
    /** Pure: no I/O, no clock. */
    compare(record: PipelineRecord, state: State): ChangeSet | Rejected;
    /** Writes change sets set-based and fills in the ids of created entities. */
    apply(changeSets: readonly ChangeSet[], state: State, scope: Scope): Promise<void>;
    /** After the commit of a batch: events, index jobs. Must be safe to miss (crash) and safe to repeat. */
    afterCommit?(changeSets: readonly ChangeSet[]): Promise<void>;
    /** After the last batch of the run, whatever its outcome. */
    afterRun?(): Promise<void>;
}

/**
 * Thrown by `apply` when it has learnt something that `compare` should have known. The engine rolls back to the savepoint
 * and calls resolve, compare and apply once more for the same records, without splitting them; when that happens again and
 * again, `cause` counts as the failure of the batch.
 */
export class DecideAgain extends Error {
    constructor(override readonly cause: DataHubError) {
        super(cause.message);
    }
}

/** Where in a run records stand. A batch that is repeated, in this process or after a crash, stands where it stood before. */
export interface LoadPlace {
    step: string;
    /** Unique within the run and step. */
    batch: string;
    /** Position of a record in its batch: the same however the batch is split. */
    positionOf(record: PipelineRecord): number;
}

/**
 * A loader without change sets: it writes by itself, such as the `EntityLoader` door and loaders that write to other systems.
 * Those must recognise a batch that is repeated, because their writes are not part of the batch's transaction.
 */
export interface DirectLoader<Scope = unknown> {
    load(records: readonly PipelineRecord[], scope: Scope, place: LoadPlace): Promise<DirectLoadResult>;
    /** Counts and refuses as `load` would, and writes nothing. Without it a dry run only counts the records that arrive. */
    plan?(records: readonly PipelineRecord[], scope: Scope, place: LoadPlace): Promise<DirectLoadResult>;
    /** Keys that make batches in flight run one after the other, as in {@link Loader.orderOf}. */
    orderOf?(record: JsonObject): string[];
    /** When all batches of the step have settled; safe to repeat after a crash. A throw fails the run. */
    finish?(step: string): Promise<void>;
    /** The run has failed: what waits for `finish` is not wanted any more. */
    abandon?(step: string): Promise<void>;
}

export interface DirectLoadResult {
    created: number;
    updated: number;
    unchanged: number;
    rejected: { record: PipelineRecord; rejected: Rejected }[];
}

export interface LoaderAdapter<S extends ConfigSchema = ConfigSchema, Host = unknown> extends AdapterDeclaration<S> {
    type: 'LOADER';
    entityType: string;
    /** Where the settings say what the records become. */
    entityTypeOf?(config: z.output<S>): string;
    /** True when {@link create} makes a {@link DirectLoader}: guards see nothing of what it changes. */
    withoutPlan?: boolean;
    /** What a record may hold; drives reference pages and auto-mapping. The loader itself checks records in `resolve`. */
    record: z.ZodType;
    examples: { title: string; config: z.input<S>; record: JsonObject }[];
    /**
     * Fields of a record that are secret, such as `password`: a record that is refused here, or by a step before, is kept
     * without them. Case, blanks, `_` and `-` do not count, nor does how deep in the record they stand.
     */
    secretFields?: readonly string[];
    /** Called once per run and step, before the first record. `host` is what the host application offers; see catalog/. */
    create(setup: { config: z.output<S>; host: Host }): Promise<Loader | DirectLoader>;
}

export function defineLoader<S extends ConfigSchema, Host, const C extends string>(
    declaration: Omit<LoaderAdapter<S, Host>, 'type' | 'code'> & { code: C },
): LoaderAdapter<S, Host> & { code: C } {
    return { type: 'LOADER', ...declaration };
}

export function isDirect(loader: Loader | DirectLoader): loader is DirectLoader {
    return 'load' in loader;
}
