import { z } from 'zod';
import { Adapter, AdapterRegistry } from '../adapters/adapter-registry';
import { JsonSchema, toJsonSchema } from '../adapters/json-schema';
import { operatorStepSchema } from '../operators';
import { definitionSchema, stepSchema, StepType, throughputSchema } from '../sdk/definition/definition';
import { gateStepSchema } from '../sdk/definition/gate-step';
import { routeStepSchema } from '../sdk/definition/route-step';
import { validateStepSchema } from '../sdk/definition/validate-step';

/**
 * JSON Schema of a whole definition, for editors: what a step's settings may hold depends on its type and its adapter,
 * what an operator's settings may hold on its code.
 */
export function definitionJsonSchema(registry: AdapterRegistry): JsonSchema {
    const operatorAdapters = registry.codes('OPERATOR').map(code => registry.operator(code));
    const operators = z.array(z.union(operatorAdapters.map(operatorStepSchema))).min(1);
    const transform = z.strictObject({ operators });
    const step = z.union([
        stepOf('TRIGGER', z.strictObject({}), STEPS.TRIGGER),
        ...registry
            .all('EXTRACTOR')
            .filter(({ internal }) => !internal)
            .map(adapter => stepOf('EXTRACT', adapterConfig(adapter), told(adapter))),
        stepOf('TRANSFORM', transform, STEPS.TRANSFORM),
        stepOf('VALIDATE', validateStepSchema, STEPS.VALIDATE),
        stepOf('ENRICH', transform, STEPS.ENRICH),
        stepOf('ROUTE', routeStepSchema, STEPS.ROUTE),
        stepOf('GATE', gateStepSchema, STEPS.GATE),
        ...registry.all('LOADER').map(adapter => stepOf('LOAD', adapterConfig(adapter), told(adapter))),
        ...registry.all('EXPORTER').map(adapter => stepOf('EXPORT', adapterConfig(adapter), told(adapter))),
    ]);
    const definition = definitionSchema.extend({
        steps: z.array(step).min(1).meta({ description: 'In the order in which they run, unless edges are drawn.' }),
        // Nothing in it needs to be written, and editors would write out an empty default.
        context: definitionSchema.shape.context.unwrap().extend({ throughput: throughputSchema.optional() }).optional(),
    });
    return {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: 'DataHub pipeline',
        ...withSharedOperators(toJsonSchema(definition)),
    };
}

const STEPS = {
    TRIGGER: 'Marks the beginning of a drawn graph.',
    TRANSFORM: 'Runs operators on the records.',
    VALIDATE: 'Sends records that break a rule to quarantine.',
    ENRICH: 'Runs operators on the records; a name for steps that add to them.',
    ROUTE: 'Sends each record along the first branch that fits.',
    GATE: 'Holds the records back until somebody, or a limit, lets them pass.',
};
const told = (adapter: Adapter): string => `${adapter.name}: ${adapter.description}`;

function stepOf(type: StepType, config: z.ZodType, description: string): z.ZodType {
    const mayBeLeftOut = config.safeParse({}).success;
    const { guards, ...shape } = stepSchema.shape;
    return z
        .strictObject({
            ...shape,
            // Any case is accepted, but editors offer the one that is stored.
            type: z.enum([type, type.toLowerCase()]),
            ...(type === 'LOAD' ? { guards } : {}),
            ...(type === 'ROUTE' ? { disabled: neverDisabled } : {}),
            config: mayBeLeftOut ? config.optional() : config,
        })
        .meta({ description });
}

const neverDisabled = z
    .literal(false)
    .optional()
    .meta({ description: 'A ROUTE cannot be disabled: its records would not know where to go.' });

function adapterConfig(adapter: Adapter): z.ZodType {
    return adapter.schema.extend({
        adapterCode: z.literal(adapter.code).meta({ description: adapter.description }),
    });
}

/**
 * Operators stand in steps and inside other operators. Each is described once, as `#/$defs/operator_<code>`;
 * written out everywhere the schema would be larger than a megabyte.
 */
function withSharedOperators(schema: JsonSchema): JsonSchema {
    const shared: Record<string, unknown> = {};
    const share = (node: unknown): unknown => {
        if (Array.isArray(node)) return node.map(share);
        if (typeof node !== 'object' || node === null) return node;
        const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, share(value)]));
        const code = operatorCodeOf(copy);
        if (code === undefined) return copy;
        shared[`operator_${code}`] = copy;
        return { $ref: `#/$defs/operator_${code}` };
    };
    const { $defs, ...rest } = share(schema) as JsonSchema;
    return { ...rest, $defs: { ...$defs, ...shared } } as JsonSchema;
}

function operatorCodeOf(node: Record<string, unknown>): string | undefined {
    const properties = node['properties'] as { op?: { const?: unknown }; args?: unknown } | undefined;
    const code = properties?.op?.const;
    return typeof code === 'string' && properties?.args !== undefined ? code : undefined;
}
