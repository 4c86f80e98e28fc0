import { z } from 'zod';
import { Adapter, AdapterRegistry } from '../adapters/adapter-registry';
import { JsonSchema, toJsonSchema } from '../adapters/json-schema';
import { operatorStepSchema } from '../operators';
import { definitionSchema, edgeSchema, stepSchema, StepType, throughputSchema } from '../sdk/definition/definition';
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
        stepOf('TRIGGER', z.strictObject({})),
        ...registry.all('EXTRACTOR').map(adapter => stepOf('EXTRACT', adapterConfig(adapter), adapter)),
        stepOf('TRANSFORM', transform),
        stepOf('VALIDATE', validateStepSchema),
        stepOf('ENRICH', transform),
        ...registry.all('LOADER').map(adapter => stepOf('LOAD', adapterConfig(adapter), adapter)),
    ]);
    const definition = z.strictObject({
        ...definitionSchema.shape,
        steps: z.array(step).min(1).meta({ description: 'In the order in which they run, unless edges are drawn.' }),
        edges: z
            .array(edgeSchema)
            .optional()
            .meta({ description: 'Absent: the steps run one after the other as listed.' }),
        context: z.strictObject({ throughput: throughputSchema.optional() }).optional(),
    });
    return {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: 'DataHub pipeline',
        ...withSharedOperators(toJsonSchema(definition)),
    };
}

function stepOf(type: StepType, config: z.ZodType, adapter?: Adapter): z.ZodType {
    const mayBeLeftOut = config.safeParse({}).success;
    return z
        .strictObject({
            ...stepSchema.shape,
            // Any case is accepted, but editors offer the one that is stored.
            type: z.enum([type, type.toLowerCase()]),
            config: mayBeLeftOut ? config.optional() : config,
        })
        .meta({ description: adapter ? `${adapter.name}: ${adapter.description}` : `${type} step.` });
}

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
