import { StepType } from '../sdk/definition/definition';
import { ValidateStepConfig } from '../sdk/definition/validate-step';
import { ExportStepConfig, ExtractStepConfig, LoadStepConfig } from './adapter-config';
import { buildDraft, BuiltPipeline, Draft, StepArguments, withSettings, withStep } from './draft';
import { AnyOperatorStep } from './operators';
import {
    Context,
    EdgeOptions,
    GateOptions,
    GateSettings,
    HookOn,
    LoadOptions,
    ParallelOptions,
    RouteOptions,
    RouteSettings,
    StepOptions,
    TriggerOptions,
} from './step-options';

type Rules = ValidateStepConfig['rules'];
type Operators = readonly AnyOperatorStep[];
/** The builder with one more key; `Type` is given when the key was left out and may have got a number. */
type Next<Key extends string, K extends string, Type extends string = never> = PipelineBuilder<
    Key | K | ([Type] extends [never] ? never : `${Type}-${number}`)
>;

/** Starts a pipeline: `createPipeline().code('catalog').name('Catalog').extract('read', { … }).load('write', { … }).build()`. */
export function createPipeline(): PipelineBuilder {
    return new PipelineBuilder({ steps: [], edges: [], hooks: [], context: {} });
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
        return this.with({ code });
    }

    /** Title for people; the code if it is not called. */
    name(name: string): PipelineBuilder<Key> {
        return this.with({ name });
    }

    /** A place for triggers. Runs are started by hand or over the API without it as well. */
    trigger<K extends string = 'trigger'>(key?: K, options?: TriggerOptions): Next<Key, K, 'trigger'> {
        return this.step('TRIGGER', key === undefined ? [{}, options] : [key, {}, options]);
    }

    /**
     * Every step may be given a key before its settings; without one it is called after its type: `extract`, `extract-2` …
     * What stands behind the settings says how the step treats errors, how long it may take, and whether it is disabled.
     */
    extract(config: ExtractStepConfig, options?: StepOptions): Next<Key, 'extract', 'extract'>;
    extract<K extends string>(key: K, config: ExtractStepConfig, options?: StepOptions): Next<Key, K>;
    extract(...step: StepArguments<ExtractStepConfig, StepOptions>): Next<Key, string> {
        return this.step('EXTRACT', step);
    }

    transform(operators: Operators, options?: StepOptions): Next<Key, 'transform', 'transform'>;
    transform<K extends string>(key: K, operators: Operators, options?: StepOptions): Next<Key, K>;
    transform(...step: StepArguments<Operators, StepOptions>): Next<Key, string> {
        return this.step(
            'TRANSFORM',
            withSettings(step, operators => ({ operators })),
        );
    }

    /** Sends records that break a rule to quarantine. */
    validate(rules: Rules, options?: StepOptions): Next<Key, 'validate', 'validate'>;
    validate<K extends string>(key: K, rules: Rules, options?: StepOptions): Next<Key, K>;
    validate(...step: StepArguments<Rules, StepOptions>): Next<Key, string> {
        return this.step(
            'VALIDATE',
            withSettings(step, rules => ({ rules })),
        );
    }

    enrich(operators: Operators, options?: StepOptions): Next<Key, 'enrich', 'enrich'>;
    enrich<K extends string>(key: K, operators: Operators, options?: StepOptions): Next<Key, K>;
    enrich(...step: StepArguments<Operators, StepOptions>): Next<Key, string> {
        return this.step(
            'ENRICH',
            withSettings(step, operators => ({ operators })),
        );
    }

    /** Sends each record along the first branch that fits. `to` and `defaultTo` may name steps that are added later. */
    route(settings: RouteSettings, options?: RouteOptions): Next<Key, 'route', 'route'>;
    route<K extends string>(key: K, settings: RouteSettings, options?: RouteOptions): Next<Key, K>;
    route(...step: StepArguments<RouteSettings, RouteOptions>): Next<Key, string> {
        return this.step('ROUTE', step);
    }

    /** Holds the records back until somebody, or a limit, lets them pass. */
    gate(settings: GateSettings, options?: GateOptions): Next<Key, 'gate', 'gate'>;
    gate<K extends string>(key: K, settings: GateSettings, options?: GateOptions): Next<Key, K>;
    gate(...step: StepArguments<GateSettings, GateOptions>): Next<Key, string> {
        return this.step('GATE', step);
    }

    load(config: LoadStepConfig, options?: LoadOptions): Next<Key, 'load', 'load'>;
    load<K extends string>(key: K, config: LoadStepConfig, options?: LoadOptions): Next<Key, K>;
    load(...step: StepArguments<LoadStepConfig, LoadOptions>): Next<Key, string> {
        return this.step('LOAD', step);
    }

    /** Writes the records to where others read them, such as a file. */
    export(config: ExportStepConfig, options?: StepOptions): Next<Key, 'export', 'export'>;
    export<K extends string>(key: K, config: ExportStepConfig, options?: StepOptions): Next<Key, K>;
    export(...step: StepArguments<ExportStepConfig, StepOptions>): Next<Key, string> {
        return this.step('EXPORT', step);
    }

    /**
     * The first edge ends the linear order: from then on records flow along edges, and along branches that name their
     * target, only. `branch` is the branch of a ROUTE whose records take the edge; with `dependencyOnly` no records
     * flow, and the second step begins when the first has come to its end.
     */
    edge(from: Key, to: Key, options: EdgeOptions = {}): PipelineBuilder<Key> {
        return this.with({ edges: [...this.draft.edges, { from, to, ...options }] });
    }

    /** Branches run side by side. */
    parallel(options: ParallelOptions = {}): PipelineBuilder<Key> {
        return this.context({ parallelExecution: { ...options, enabled: true } });
    }

    /** What is given again replaces what was given before; throughput and parallel execution setting by setting. */
    context(context: Context): PipelineBuilder<Key> {
        const before = this.draft.context;
        const merged = { ...before, ...context };
        for (const key of ['throughput', 'parallelExecution'] as const) {
            if (before[key] && context[key]) Object.assign(merged, { [key]: { ...before[key], ...context[key] } });
        }
        return this.with({ context: merged });
    }

    /** What else happens at a stage of the run. May be called several times, at the same stage too. */
    hook(hook: HookOn<Key>): PipelineBuilder<Key> {
        return this.with({ hooks: [...this.draft.hooks, hook] });
    }

    /**
     * Checks the shape of the pipeline; adapters and their settings are checked where they are registered, at start.
     * @throws UserError that names everything that is wrong with the shape.
     */
    build(): BuiltPipeline {
        return buildDraft(this.draft);
    }

    private with(changed: Partial<Draft>): PipelineBuilder<Key> {
        return new PipelineBuilder({ ...this.draft, ...changed });
    }

    private step<K extends string>(type: StepType, step: StepArguments<object>): PipelineBuilder<K> {
        return new PipelineBuilder<K>(withStep(this.draft, type, step));
    }
}
