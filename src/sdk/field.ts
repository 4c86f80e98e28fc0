import { z } from 'zod';

/**
 * What a config field tells about itself besides its type. The zod schema with this metadata is the only place where
 * a config field is described: types, validation, JSON Schema, forms, reference pages and secret masking read it.
 */
export interface FieldMeta {
    label: string;
    description: string;
    /** What the value is, for forms: a dotted path into the record, a file, a secret's code, a template with placeholders. */
    role?: 'path' | 'file' | 'secret' | 'template';
    /** Folded away in forms and left out of the common sample in the docs. */
    advanced?: boolean;
    /** One sentence for each option of a choice. */
    options?: Record<string, string>;
    examples?: unknown[];
}

export interface FieldOptions {
    advanced?: boolean;
    example?: unknown;
}

/** A config schema: a strict object, so that a misspelt key is an error and not ignored. */
export type ConfigSchema = z.ZodObject<z.ZodRawShape>;

export const config = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape);

function described<T extends z.ZodType>(
    type: T,
    label: string,
    description: string,
    options: FieldOptions = {},
    more: Partial<FieldMeta> = {},
): T {
    const meta: FieldMeta = { label, description, ...more };
    if (options.advanced) meta.advanced = true;
    if (options.example !== undefined) meta.examples = [options.example];
    return type.meta({ ...meta });
}

/** Field builders. Label and description are arguments, so a field without them does not compile. */
export const field = {
    text: (label: string, description: string, options?: FieldOptions) =>
        described(z.string(), label, description, options),
    /** Dotted path of a field in the record. */
    path: (label: string, description: string, options?: FieldOptions) =>
        described(z.string().min(1), label, description, options, { role: 'path' }),
    paths: (label: string, description: string, options?: FieldOptions) =>
        described(z.array(z.string().min(1)).min(1), label, description, options, { role: 'path' }),
    /** Text with `{{path}}` placeholders. */
    template: (label: string, description: string, options?: FieldOptions) =>
        described(z.string(), label, description, options, { role: 'template' }),
    /** Code of a stored secret. */
    secret: (label: string, description: string, options?: FieldOptions) =>
        described(z.string().min(1), label, description, options, { role: 'secret' }),
    file: (label: string, description: string, options?: FieldOptions) =>
        described(z.string().min(1), label, description, options, { role: 'file' }),
    integer: (label: string, description: string, options?: FieldOptions) =>
        described(z.int(), label, description, options),
    /** A whole number of at least one. */
    count: (label: string, description: string, options?: FieldOptions) =>
        described(z.int().min(1), label, description, options),
    number: (label: string, description: string, options?: FieldOptions) =>
        described(z.number(), label, description, options),
    flag: (label: string, description: string, options?: FieldOptions) =>
        described(z.boolean(), label, description, options),
    /** One of several options, each with its own sentence. */
    choice: <const O extends Record<string, string>>(
        label: string,
        description: string,
        choices: O,
        options?: FieldOptions,
    ) =>
        described(
            z.enum(Object.keys(choices) as [keyof O & string, ...(keyof O & string)[]]),
            label,
            description,
            options,
            { options: choices },
        ),
    list: <T extends z.ZodType>(of: T, label: string, description: string, options?: FieldOptions) =>
        described(z.array(of), label, description, options),
    map: <T extends z.ZodType>(of: T, label: string, description: string, options?: FieldOptions) =>
        described(z.record(z.string(), of), label, description, options),
    /** Any JSON value. */
    json: (label: string, description: string, options?: FieldOptions) =>
        described(z.json(), label, description, options),
    /** Wraps any zod type that the other builders do not cover. */
    of: <T extends z.ZodType>(type: T, label: string, description: string, options?: FieldOptions) =>
        described(type, label, description, options),
};
