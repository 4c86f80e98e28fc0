import { isJsonObject, JsonValue } from '../../shared/json';
import { definitionSchema, PipelineDefinition, StepType } from '../sdk/definition/definition';
import { UserError } from '../sdk/errors';
import { Context, EdgeOptions } from './step-options';

/** What `DataHubPlugin.init({ pipelines: [ … ] })` takes. */
export interface BuiltPipeline {
    code: string;
    name: string;
    definition: PipelineDefinition;
}

/** A pipeline while it is written. */
export interface Draft {
    code?: string;
    name?: string;
    steps: readonly { key: string; type: StepType; config: object }[];
    edges: readonly ({ from: string; to: string } & EdgeOptions)[];
    hooks: readonly object[];
    context: Context;
}

/** Settings and options of a step, with a key before them or without. */
export type StepArguments<Settings, Options = object> =
    [settings: Settings, options?: Options] | [key: string, settings: Settings, options?: Options];

/** @throws UserError when the key is taken. */
export function withStep(draft: Draft, type: StepType, step: StepArguments<object>): Draft {
    const { steps } = draft;
    const isTaken = (key: string): boolean => steps.some(present => present.key === key);
    const [key, config, options] = isKeyed(step) ? step : [freeKey(type.toLowerCase(), isTaken), ...step];
    if (isTaken(key)) {
        throw new UserError('step-key-taken', `Two steps have the key "${key}".`, 'Give each step a key of its own.');
    }
    return { ...draft, steps: [...steps, { key, type, ...options, config }] };
}

export function withSettings<A, B, O>(step: StepArguments<A, O>, change: (settings: A) => B): StepArguments<B, O> {
    return isKeyed(step) ? [step[0], change(step[1]), step[2]] : [change(step[0]), step[1]];
}

/**
 * Checks the shape of the pipeline.
 * @throws UserError that names everything that is wrong with it.
 */
export function buildDraft({ code, name = code, steps, edges, hooks, context }: Draft): BuiltPipeline {
    if (code === undefined || name === undefined) {
        throw new UserError(
            'pipeline-without-code',
            'The pipeline has no code.',
            'Call .code("my-pipeline") before .build().',
        );
    }
    const parsed = definitionSchema.safeParse(
        asJson({
            version: 1,
            steps,
            ...(edges.length > 0 ? { edges } : {}),
            ...(hooks.length > 0 ? { hooks } : {}),
            context,
        }),
    );
    if (parsed.success) return { code, name, definition: parsed.data };
    const wrong = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new UserError(
        'pipeline-invalid',
        `The pipeline "${code}" is not complete: ${wrong}.`,
        'Correct these calls.',
    );
}

function isKeyed<S, O>(step: StepArguments<S, O>): step is [key: string, settings: S, options?: O] {
    return typeof step[0] === 'string';
}

function freeKey(name: string, isTaken: (key: string) => boolean): string {
    let key = name;
    for (let i = 2; isTaken(key); i++) key = `${name}-${i}`;
    return key;
}

/** Settings that are given as undefined are not there: JSON has no undefined. */
function asJson(value: unknown): JsonValue {
    if (Array.isArray(value)) return value.map(asJson);
    if (!isJsonObject(value)) return value as JsonValue;
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, inner]) => inner !== undefined)
            .map(([key, inner]) => [key, asJson(inner)]),
    );
}
