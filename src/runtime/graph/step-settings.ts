import { z } from 'zod';
import type { StepDefinition } from '../../sdk/definition/definition';
import { operatorConfigSchema, OperatorConfig } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';

const operatorListSchema = z.strictObject({ operators: z.array(operatorConfigSchema) });

/** EXTRACT and LOAD name their adapter beside its own settings: `{ adapterCode: 'csv', path: 'products.csv' }`. */
export function adapterSettings(step: StepDefinition): { code: string; config: Record<string, unknown> } {
    const { adapterCode, ...config } = step.config;
    if (typeof adapterCode === 'string') return { code: adapterCode, config };
    throw new UserError(
        'missing-adapter',
        `The ${step.type} step "${step.key}" does not say which adapter it runs.`,
        'Set "adapterCode" in the config of the step.',
        { step: step.key, field: 'adapterCode' },
    );
}

/** TRANSFORM and ENRICH list operators: `{ operators: [{ op: 'rename', args: { from: 'a', to: 'b' } }] }`. */
export function operatorSettings(step: StepDefinition): OperatorConfig[] {
    return parseSettings(operatorListSchema, step.config, step, `The ${step.type} step "${step.key}"`).operators;
}

/** Checks settings against a schema and fills in defaults; says which field is wrong and why. */
export function parseSettings<S extends z.ZodType>(
    schema: S,
    settings: unknown,
    step: StepDefinition,
    who: string,
): z.output<S> {
    const parsed = schema.safeParse(settings);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    const path = issue.path.join('.');
    throw new UserError(
        'invalid-config',
        `${who} is not configured correctly${path ? ` at "${path}"` : ''}: ${issue.message}.`,
        'Correct the config of the step.',
        { step: step.key, field: path || undefined },
    );
}
