import { z } from 'zod';
import { conditionSchema } from '../condition';

/** Steps that work on data; each has a stage before and one after it. */
export const DATA_STEPS = [
    'EXTRACT',
    'TRANSFORM',
    'VALIDATE',
    'ENRICH',
    'ROUTE',
    'LOAD',
    'EXPORT',
    'FEED',
    'SINK',
] as const;
type DataStep = (typeof DATA_STEPS)[number];

/** The 24 places in a run where hooks are called. */
export const HOOK_STAGES = [
    ...DATA_STEPS.flatMap(step => [`BEFORE_${step}`, `AFTER_${step}`] as const),
    'PIPELINE_STARTED',
    'PIPELINE_COMPLETED',
    'PIPELINE_FAILED',
    'ON_ERROR',
    'ON_RETRY',
    'ON_DEAD_LETTER',
] as (
    | `BEFORE_${DataStep}`
    | `AFTER_${DataStep}`
    | 'PIPELINE_STARTED'
    | 'PIPELINE_COMPLETED'
    | 'PIPELINE_FAILED'
    | 'ON_ERROR'
    | 'ON_RETRY'
    | 'ON_DEAD_LETTER'
)[];
export type HookStage = (typeof HOOK_STAGES)[number];

const common = {
    stage: z.enum(HOOK_STAGES as [HookStage, ...HookStage[]]).meta({ description: 'When the hook is called.' }),
    step: z.string().optional().meta({ description: 'Only at this step; absent: at every step of the stage.' }),
    when: conditionSchema
        .optional()
        .meta({ description: 'Only when this holds for the payload, such as `counts.rejected` greater than 0.' }),
};

/** One hook: when it is called, and what it then does. */
export const hookSchema = z.discriminatedUnion('action', [
    z.strictObject({
        ...common,
        action: z.literal('WEBHOOK').meta({ description: 'Posts the payload as JSON.' }),
        url: z.string().meta({ description: 'Where the payload is posted.' }),
        headers: z.record(z.string(), z.string()).optional().meta({ description: 'Further request headers.' }),
        signingSecretCode: z.string().optional().meta({ description: 'Code of the secret that signs the request.' }),
    }),
    z.strictObject({
        ...common,
        action: z.literal('EMIT').meta({ description: 'Publishes a Vendure event.' }),
        event: z.string().min(1).meta({ description: 'Name that listeners tell the event by.' }),
    }),
    z.strictObject({
        ...common,
        action: z.literal('TRIGGER_PIPELINE').meta({ description: 'Asks for a run of another pipeline.' }),
        pipelineCode: z.string().min(1).meta({ description: 'Code of the pipeline.' }),
    }),
    z.strictObject({
        ...common,
        action: z.literal('LOG').meta({ description: 'Writes a line to the log of the run.' }),
        level: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO').meta({ description: 'Level of the line.' }),
        message: z.string().min(1).meta({ description: 'Text; `{{path}}` stands for a value of the payload.' }),
    }),
    z.strictObject({
        ...common,
        action: z.literal('SCRIPT').meta({ description: 'Calls a function that the plugin was given by name.' }),
        script: z.string().min(1).meta({ description: 'Name of the function in the option `scripts`.' }),
    }),
    z.strictObject({
        ...common,
        action: z.literal('INTERCEPTOR').meta({
            description:
                'Calls a named function with the records of the batch; what it returns goes on in their place.',
        }),
        script: z.string().min(1).meta({ description: 'Name of the function in the option `scripts`.' }),
    }),
]);
export type Hook = z.output<typeof hookSchema>;
