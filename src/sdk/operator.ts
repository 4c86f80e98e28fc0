import type { z } from 'zod';
import { JsonObject } from '../../shared/json';
import { AdapterDeclaration } from './adapter';
import { DataHubError } from './errors';
import { ConfigSchema } from './field';
import { Outcome } from './outcome';
import { Origin, PipelineRecord } from './record';
import { WholeOperation } from './whole-operation';

/**
 * Works on one record at a time. The record is the operator's own at top level: assign, delete, return it.
 * Nested values may be shared and are replaced, not mutated (`setPath` does that).
 */
export type RecordOperator = (
    record: JsonObject,
    origin: Origin,
) => JsonObject | Outcome | Promise<JsonObject | Outcome>;

/** Receives what a sequence operator makes of its input. */
export interface SequenceOutput {
    keep(record: PipelineRecord): void;
    drop(record: PipelineRecord, reason: string): void;
    reject(record: PipelineRecord, error: DataHubError): void;
}

/**
 * Sees records in source order and may hold some back (to group rows, say). Memory must stay bounded by what one
 * open group needs. On resume the engine replays the source from its start, so state needs no saving.
 */
export interface SequenceOperator {
    push(record: PipelineRecord, output: SequenceOutput): void;
    /** Called once after the last record. */
    flush(output: SequenceOutput): void;
}

/** Needs all its input before it gives any output: a barrier, at which a stage of the run ends. */
export interface WholeOperator {
    whole: WholeOperation;
}

/** Runs as a test and stands in the reference. `rejected` counts the records that go to quarantine. */
export interface OperatorExample<C> {
    title: string;
    config: C;
    given: JsonObject[];
    then: JsonObject[];
    rejected?: number;
}

export interface OperatorAdapter<S extends ConfigSchema = ConfigSchema> extends AdapterDeclaration<S> {
    type: 'OPERATOR';
    examples: OperatorExample<z.input<S>>[];
    /** True when {@link create} makes a {@link WholeOperator}. Such an operator cannot stand inside another one. */
    barrier?: boolean;
    /** Called once per run and step. Cheap checks of the config beyond its schema may throw a UserError. */
    create(setup: { config: z.output<S> }): RecordOperator | SequenceOperator | WholeOperator;
}

export function defineOperator<S extends ConfigSchema, const C extends string>(
    declaration: Omit<OperatorAdapter<S>, 'type' | 'code'> & { code: C },
): OperatorAdapter<S> & { code: C } {
    return { type: 'OPERATOR', ...declaration };
}

type AnyOperator = RecordOperator | SequenceOperator | WholeOperator;

export function isSequence(operator: AnyOperator): operator is SequenceOperator {
    return typeof operator !== 'function' && 'push' in operator;
}

export function isWhole(operator: AnyOperator): operator is WholeOperator {
    return typeof operator !== 'function' && 'whole' in operator;
}
