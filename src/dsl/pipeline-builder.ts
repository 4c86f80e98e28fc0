import { isJsonObject, JsonValue } from '../../shared/json';
import {
    definitionSchema,
    EdgeDefinition,
    PipelineDefinition,
    PipelineDefinitionInput,
    StepType,
} from '../sdk/definition/definition';
import { ValidateStepConfig } from '../sdk/definition/validate-step';
import { UserError } from '../sdk/errors';
import { ExtractStepConfig, LoadStepConfig } from './adapter-config';
import { AnyOperatorStep } from './operators';

/** What `DataHubPlugin.init({ pipelines: [ … ] })` takes. */
export interface BuiltPipeline {
    code: string;
    name: string;
    definition: PipelineDefinition;
}

type Throughput = NonNullable<PipelineDefinitionInput['context']>['throughput'];
type Rules = ValidateStepConfig['rules'];
type Operators = readonly AnyOperatorStep[];
/** The builder with one more key; `Type` is given when the key was left out and may have got a number. */
type Next<Key extends string, K extends string, Type extends string = never> = PipelineBuilder<
    Key | K | ([Type] extends [never] ? never : `${Type}-${number}`)
>;

interface Draft {
    code?: string;
    name?: string;
    steps: { key: string; type: StepType; config: object }[];
    edges: EdgeDefinition[];
    throughput?: Throughput;
}

/** Starts a pipeline: `createPipeline().code('catalog').name('Catalog').extract('read', { … }).load('write', { … }).build()`. */
export function createPipeline(): PipelineBuilder {
    return new PipelineBuilder({ steps: [], edges: [] });
}

/**
 * Each call returns a new builder, so a common beginning can be shared by several pipelines.
 * Steps run in the order of the calls unless edges are drawn. `Key` collects the step keys, so that an edge to a step
 * that does not exist does not compile.
 */
export class PipelineBuilder<Key extends string = never> {
    constructor(private readonly draft: Draft) {}

    /** Identifies the pipeline for ever: in the database, in URLs and in the command line. */
    code(code: string): PipelineBuilder<Key> {
        return new PipelineBuilder({ ...this.draft, code });
    }

    /** Title for people; the code if it is not called. */
    name(name: string): PipelineBuilder<Key> {
        return new PipelineBuilder({ ...this.draft, name });
    }

    /** A place for triggers. Runs are started by hand or over the API without it as well. */
    trigger<K extends string = 'trigger'>(key?: K): Next<Key, K, 'trigger'> {
        return this.step('TRIGGER', key === undefined ? [{}] : [key, {}]);
    }

    /** Every step may be given a key before its settings; without one it is called after its type: `extract`, `extract-2` … */
    extract(config: ExtractStepConfig): Next<Key, 'extract', 'extract'>;
    extract<K extends string>(key: K, config: ExtractStepConfig): Next<Key, K>;
    extract(...step: StepArguments<ExtractStepConfig>): Next<Key, string> {
        return this.step('EXTRACT', step);
    }

    transform(operators: Operators): Next<Key, 'transform', 'transform'>;
    transform<K extends string>(key: K, operators: Operators): Next<Key, K>;
    transform(...step: StepArguments<Operators>): Next<Key, string> {
        return this.step(
            'TRANSFORM',
            withSettings(step, operators => ({ operators })),
        );
    }

    /** Sends records that break a rule to quarantine. */
    validate(rules: Rules): Next<Key, 'validate', 'validate'>;
    validate<K extends string>(key: K, rules: Rules): Next<Key, K>;
    validate(...step: StepArguments<Rules>): Next<Key, string> {
        return this.step(
            'VALIDATE',
            withSettings(step, rules => ({ rules })),
        );
    }

    enrich(operators: Operators): Next<Key, 'enrich', 'enrich'>;
    enrich<K extends string>(key: K, operators: Operators): Next<Key, K>;
    enrich(...step: StepArguments<Operators>): Next<Key, string> {
        return this.step(
            'ENRICH',
            withSettings(step, operators => ({ operators })),
        );
    }

    load(config: LoadStepConfig): Next<Key, 'load', 'load'>;
    load<K extends string>(key: K, config: LoadStepConfig): Next<Key, K>;
    load(...step: StepArguments<LoadStepConfig>): Next<Key, string> {
        return this.step('LOAD', step);
    }

    /** The first edge ends the linear order: from then on records flow along edges only. */
    edge(from: Key, to: Key): PipelineBuilder<Key> {
        return new PipelineBuilder({ ...this.draft, edges: [...this.draft.edges, { from, to }] });
    }

    context({ throughput }: { throughput: Throughput }): PipelineBuilder<Key> {
        return new PipelineBuilder({ ...this.draft, throughput: { ...this.draft.throughput, ...throughput } });
    }

    /**
     * Checks the shape of the pipeline; adapters and their settings are checked where they are registered, at start.
     * @throws UserError that names everything that is wrong with the shape.
     */
    build(): BuiltPipeline {
        const { code, name = code, steps, edges, throughput } = this.draft;
        if (code === undefined || name === undefined) {
            throw new UserError(
                'pipeline-without-code',
                'The pipeline has no code.',
                'Call .code("my-pipeline") before .build().',
            );
        }
        const parsed = definitionSchema.safeParse({
            version: 1,
            steps: steps.map(step => ({ ...step, config: asJson(step.config) })),
            ...(edges.length > 0 ? { edges } : {}),
            context: throughput ? { throughput } : {},
        });
        if (parsed.success) return { code, name, definition: parsed.data };
        const wrong = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ');
        throw new UserError(
            'pipeline-invalid',
            `The pipeline "${code}" is not complete: ${wrong}.`,
            'Correct these calls.',
        );
    }

    private step<K extends string>(type: StepType, step: StepArguments<object>): PipelineBuilder<K> {
        const { steps } = this.draft;
        const isTaken = (key: string): boolean => steps.some(present => present.key === key);
        const [key, config] = step.length === 2 ? step : [freeKey(type.toLowerCase(), isTaken), step[0]];
        if (isTaken(key)) {
            throw new UserError(
                'step-key-taken',
                `Two steps have the key "${key}".`,
                'Give each step a key of its own.',
            );
        }
        return new PipelineBuilder<K>({ ...this.draft, steps: [...steps, { key, type, config }] });
    }
}

type StepArguments<Settings> = [settings: Settings] | [key: string, settings: Settings];

function withSettings<A, B>(step: StepArguments<A>, change: (settings: A) => B): StepArguments<B> {
    return step.length === 2 ? [step[0], change(step[1])] : [change(step[0])];
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
