import { z } from 'zod';

/**
 * The schema that describes what stands at `path`, or undefined when it cannot be told.
 * Optional, default and the like are taken off at the end unless asked not to: they carry a field's description.
 */
export function schemaAt(
    schema: z.ZodType,
    path: readonly PropertyKey[],
    value: unknown,
    wrappers?: 'WITH_WRAPPERS',
): z.ZodType | undefined {
    let current: z.ZodType | undefined = schema;
    let at = value;
    for (const part of path) {
        const inner: z.ZodType | undefined = current && unwrapped(current, at);
        at = (at as Record<PropertyKey, unknown> | null | undefined)?.[part];
        current = inner && memberOf(inner, part);
    }
    return current && (wrappers ? current : unwrapped(current, at));
}

function memberOf(schema: z.ZodType, part: PropertyKey): z.ZodType | undefined {
    if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, z.ZodType>)[part];
    if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
    if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
    return undefined;
}

function unwrapped(schema: z.ZodType, value: unknown): z.ZodType | undefined {
    if (
        schema instanceof z.ZodOptional ||
        schema instanceof z.ZodNullable ||
        schema instanceof z.ZodDefault ||
        schema instanceof z.ZodPrefault
    ) {
        return unwrapped(schema.unwrap() as z.ZodType, value);
    }
    if (schema instanceof z.ZodLazy) return unwrapped(schema.unwrap() as z.ZodType, value);
    if (schema instanceof z.ZodPipe) return unwrapped(schema.in as z.ZodType, value);
    if (schema instanceof z.ZodDiscriminatedUnion) {
        const key = schema.def.discriminator;
        const wanted = (value as Record<string, unknown> | undefined)?.[key];
        const option = (schema.options as z.ZodType[]).find(
            candidate =>
                candidate instanceof z.ZodObject && (candidate.shape[key] as z.ZodType).safeParse(wanted).success,
        );
        return option && unwrapped(option, value);
    }
    return schema;
}
