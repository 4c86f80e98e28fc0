import { z } from 'zod';
import { errorHandlingSchema, onErrorSchema, retryPerRecordSchema, toleranceSchema } from './error-handling';
import { guardsSchema } from './guards';
import { hookSchema } from './hooks';

/**
 * The serialisable pipeline. DSL, files, GraphQL and dashboard are faces of this one schema; the JSON Schema for
 * editors is generated from it. What a step's `config` holds is described by its adapter, see validation/.
 */
export const STEP_TYPES = [
    'TRIGGER',
    'EXTRACT',
    'TRANSFORM',
    'VALIDATE',
    'ENRICH',
    'ROUTE',
    'GATE',
    'LOAD',
    'EXPORT',
] as const;
export type StepType = (typeof STEP_TYPES)[number];

const stepType = z
    .string()
    .transform(type => type.toUpperCase())
    .pipe(z.enum(STEP_TYPES))
    .meta({ description: 'Kind of step; any case is accepted, upper case is stored.' });

export const stepSchema = z.strictObject({
    key: z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_-]*$/)
        .max(100)
        .meta({ description: 'Unique name of the step within the pipeline.' }),
    type: stepType,
    name: z.string().optional().meta({ description: 'Title for people; the key if absent.' }),
    config: z.record(z.string(), z.json()).default({}).meta({ description: 'Settings of the step; see its adapter.' }),
    disabled: z
        .boolean()
        .optional()
        .meta({ description: 'The step does nothing: records flow past it, a disabled EXTRACT reads none.' }),
    onError: onErrorSchema.optional(),
    retryPerRecord: retryPerRecordSchema
        .optional()
        .meta({ description: 'How a record on which the step failed is tried again, with onError RETRY.' }),
    tolerance: toleranceSchema.optional().meta({ description: 'How many records the step may refuse.' }),
    timeoutMs: z
        .int()
        .min(1)
        .optional()
        .meta({ description: 'Longest time that the step may work on one batch; beyond it the run ends as TIMEOUT.' }),
    guards: guardsSchema
        .optional()
        .meta({ description: 'Of a LOAD step: what opens a gate before anything is written.' }),
});

export const edgeSchema = z.strictObject({
    from: z.string().meta({ description: 'Key of the step that sends records.' }),
    to: z.string().meta({ description: 'Key of the step that receives them.' }),
    branch: z.string().optional().meta({
        description: 'From a ROUTE step: the branch whose records take this edge; absent: those of no branch.',
    }),
    dependencyOnly: z
        .boolean()
        .optional()
        .meta({ description: 'No records flow; the second step begins when the first has come to its end.' }),
});

export const throughputSchema = z.strictObject({
    batchSize: z
        .int()
        .min(1)
        .max(10_000)
        .default(1_000)
        .meta({ description: 'Source records that travel together: unit of work, transaction and checkpoint.' }),
    concurrency: z
        .int()
        .min(1)
        .max(32)
        .default(2)
        .meta({ description: 'Batches in flight at once. Records that share a key never overtake each other.' }),
});

export const parallelExecutionSchema = z.strictObject({
    enabled: z
        .boolean()
        .default(true)
        .meta({ description: 'Branches run side by side, each with batches and commits of its own.' }),
    maxConcurrentSteps: z.int().min(1).max(32).default(4).meta({ description: 'Branches that run at once.' }),
    errorPolicy: z
        .enum(['FAIL_FAST', 'CONTINUE', 'BEST_EFFORT'])
        .default('FAIL_FAST')
        .meta({
            description:
                'When a branch fails. FAIL_FAST: the run stops. CONTINUE: the other branches go on to their end, what depends on ' +
                'the failed one does not run, and the run ends as FAILED. BEST_EFFORT: what depends on it runs with what arrived, ' +
                'and the run ends as COMPLETED_WITH_ERRORS.',
        }),
});

const contextSchema = z.strictObject({
    throughput: throughputSchema.prefault({}),
    parallelExecution: parallelExecutionSchema.optional(),
    execution: z.enum(['LOCAL', 'DISTRIBUTED']).optional().meta({
        description: 'LOCAL (default): one worker runs it all. DISTRIBUTED: batches are written by all workers.',
    }),
    onConcurrentRun: z
        .enum(['QUEUE', 'SKIP', 'PARALLEL'])
        .optional()
        .meta({
            description:
                'When the pipeline is asked to run while it runs. QUEUE (default): one after the other. SKIP: the request is ' +
                'answered with a run that ends at once, without doing anything. PARALLEL: both run.',
        }),
    errorHandling: errorHandlingSchema.optional(),
    timeoutMs: z.int().min(1).optional().meta({
        description: 'Longest time that the run may work, waiting at gates not counted; beyond it, it ends as TIMEOUT.',
    }),
});

export const definitionSchema = z.strictObject({
    $schema: z.string().optional().meta({ description: 'Where editors find the JSON Schema of this file.' }),
    version: z.literal(1),
    steps: z.array(stepSchema).min(1),
    edges: z.array(edgeSchema).optional().meta({ description: 'Absent: the steps run one after the other as listed.' }),
    hooks: z.array(hookSchema).optional().meta({ description: 'What else happens along the way.' }),
    context: contextSchema.prefault({}),
});

/** As a user writes it: any case of step type, defaults left out. */
export type PipelineDefinitionInput = z.input<typeof definitionSchema>;
/** As it is stored and run. */
export type PipelineDefinition = z.output<typeof definitionSchema>;
export type StepDefinition = z.output<typeof stepSchema>;
export type EdgeDefinition = z.output<typeof edgeSchema>;
export type ParallelExecution = z.output<typeof parallelExecutionSchema>;
export type Throughput = z.output<typeof throughputSchema>;

/** One operator in a TRANSFORM or ENRICH step. */
export const operatorConfigSchema = z.strictObject({
    op: z.string().meta({ description: 'Code of the operator.' }),
    args: z.record(z.string(), z.json()).default({}).meta({ description: 'Settings of the operator.' }),
});
export type OperatorConfig = z.output<typeof operatorConfigSchema>;
