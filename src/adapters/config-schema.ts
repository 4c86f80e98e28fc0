import { z } from 'zod';
import { PlainSchema } from '../sdk/doors';
import { UserError } from '../sdk/errors';
import { ConfigSchema } from '../sdk/field';

/** A zod object as it is; a JSON Schema of type object translated; nothing: any settings. */
export function configSchemaFrom(code: string, schema: PlainSchema | undefined): ConfigSchema {
    if (schema === undefined || Object.keys(schema).length === 0) return z.looseObject({});
    if (schema instanceof z.ZodObject) return schema;
    if (schema instanceof z.ZodType) throw notAnObject(code, `a zod ${schema.type}`);
    let translated: z.ZodType;
    try {
        translated = z.fromJSONSchema(schema);
    } catch (error) {
        throw new UserError(
            'adapter-schema-invalid',
            `The JSON Schema of adapter "${code}" cannot be used: ${error instanceof Error ? error.message : String(error)}`,
            'Correct the schema, or declare it with zod.',
            { field: 'schema' },
            { cause: error },
        );
    }
    if (translated instanceof z.ZodObject) return translated;
    throw notAnObject(code, `of type ${JSON.stringify((schema as { type?: unknown }).type ?? 'any')}`);
}

function notAnObject(code: string, found: string): UserError {
    return new UserError(
        'adapter-schema-invalid',
        `The schema of adapter "${code}" must describe an object, and it is ${found}.`,
        'Wrap it: { type: "object", properties: { … } }.',
        { field: 'schema' },
    );
}
