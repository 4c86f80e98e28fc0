import { z } from 'zod';
import { AdapterDeclaration } from '../sdk/adapter';
import { FieldMeta } from '../sdk/field';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema of an adapter's settings, as a user writes them (defaults may be left out). */
export function configJsonSchema(adapter: AdapterDeclaration): JsonSchema {
    return { ...toJsonSchema(adapter.schema), title: adapter.name, description: adapter.description };
}

/**
 * What fields tell about themselves becomes standard where there is a standard (`title`, `description`, `default`,
 * `examples`, `enumDescriptions` of editors) and `x-role`, `x-advanced` where there is none.
 */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
    const { $schema, ...json } = z.toJSONSchema(schema, {
        io: 'input',
        unrepresentable: 'any',
        override: ({ zodSchema, jsonSchema }) => {
            const meta = z.globalRegistry.get(zodSchema) as Partial<FieldMeta> | undefined;
            if (!meta) return;
            const node = jsonSchema as Record<string, unknown>;
            for (const key of ['label', 'role', 'advanced', 'options'] as const) delete node[key];
            if (meta.label !== undefined) node['title'] = meta.label;
            if (meta.role !== undefined) node['x-role'] = meta.role;
            if (meta.advanced) node['x-advanced'] = true;
            if (meta.options && Array.isArray(node['enum'])) {
                const sentences = meta.options;
                node['enumDescriptions'] = node['enum'].map(option => sentences[String(option)] ?? '');
            }
        },
    });
    return json;
}
