import { z } from 'zod';

/**
 * The serialisable pipeline. DSL, files, GraphQL and dashboard are faces of this one schema; the JSON Schema for
 * editors is generated from it. What a step's `config` holds is described by its adapter, see validation/.
 */
export const STEP_TYPES = ['TRIGGER', 'EXTRACT', 'TRANSFORM', 'VALIDATE', 'ENRICH', 'LOAD'] as const;
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
});

export const edgeSchema = z.strictObject({
    from: z.string().meta({ description: 'Key of the step that sends records.' }),
    to: z.string().meta({ description: 'Key of the step that receives them.' }),
});

export const throughputSchema = z.strictObject({
    batchSize: z
        .int()
        .min(1)
        .max(10_000)
        .default(500)
        .meta({ description: 'Source records that travel together: unit of work, transaction and checkpoint.' }),
    concurrency: z
        .int()
        .min(1)
        .max(32)
        .default(2)
        .meta({ description: 'Batches in flight at once. Records that share a key never overtake each other.' }),
});

export const definitionSchema = z.strictObject({
    $schema: z.string().optional().meta({ description: 'Where editors find the JSON Schema of this file.' }),
    version: z.literal(1),
    steps: z.array(stepSchema).min(1),
    edges: z.array(edgeSchema).optional().meta({ description: 'Absent: the steps run one after the other as listed.' }),
    context: z.strictObject({ throughput: throughputSchema.prefault({}) }).prefault({}),
});

/** As a user writes it: any case of step type, defaults left out. */
export type PipelineDefinitionInput = z.input<typeof definitionSchema>;
/** As it is stored and run. */
export type PipelineDefinition = z.output<typeof definitionSchema>;
export type StepDefinition = z.output<typeof stepSchema>;
export type EdgeDefinition = z.output<typeof edgeSchema>;
export type Throughput = z.output<typeof throughputSchema>;

/** One operator in a TRANSFORM or ENRICH step. */
export const operatorConfigSchema = z.strictObject({
    op: z.string().meta({ description: 'Code of the operator.' }),
    args: z.record(z.string(), z.json()).default({}).meta({ description: 'Settings of the operator.' }),
});
export type OperatorConfig = z.output<typeof operatorConfigSchema>;
