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
    trigger<K extends string>(key: K): PipelineBuilder<Key | K> {
        return this.step(key, 'TRIGGER', {});
    }

    extract<K extends string>(key: K, config: ExtractStepConfig): PipelineBuilder<Key | K> {
        return this.step(key, 'EXTRACT', config);
    }

    transform<K extends string>(key: K, operators: readonly AnyOperatorStep[]): PipelineBuilder<Key | K> {
        return this.step(key, 'TRANSFORM', { operators });
    }

    /** Sends records that break a rule to quarantine. */
    validate<K extends string>(key: K, rules: Rules): PipelineBuilder<Key | K> {
        return this.step(key, 'VALIDATE', { rules });
    }

    enrich<K extends string>(key: K, operators: readonly AnyOperatorStep[]): PipelineBuilder<Key | K> {
        return this.step(key, 'ENRICH', { operators });
    }

    load<K extends string>(key: K, config: LoadStepConfig): PipelineBuilder<Key | K> {
        return this.step(key, 'LOAD', config);
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
        throw new UserError('pipeline-invalid', `The pipeline "${code}" is not complete: ${wrong}.`, 'Correct these calls.');
    }

    private step<K extends string>(key: K, type: StepType, config: object): PipelineBuilder<Key | K> {
        if (this.draft.steps.some(step => step.key === key)) {
            throw new UserError('step-key-taken', `Two steps have the key "${key}".`, 'Give each step a key of its own.');
        }
        return new PipelineBuilder({ ...this.draft, steps: [...this.draft.steps, { key, type, config }] });
    }
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
