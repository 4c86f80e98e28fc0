import type { Path } from './json-tree';

/** The parts of a JSON Schema that completion and explanations read. */
export interface Schema {
    $ref?: string;
    $defs?: Record<string, Schema>;
    anyOf?: Schema[];
    oneOf?: Schema[];
    allOf?: Schema[];
    type?: string | string[];
    properties?: Record<string, Schema>;
    additionalProperties?: boolean | Schema;
    required?: string[];
    items?: Schema;
    enum?: unknown[];
    enumDescriptions?: string[];
    const?: unknown;
    default?: unknown;
    title?: string;
    description?: string;
}

/**
 * What the schema says about a place of a value: of several alternatives those that the rest of the value leaves open, such
 * as the settings of the adapter that a step names.
 */
export function schemasAt(root: Schema, value: unknown, path: Path): Schema[] {
    const walk = (schemas: Schema[], at: unknown, index: number): Schema[] => {
        const part = path[index];
        // What is being written says nothing about what may be written there.
        const open = typeof part === 'string' && index === path.length - 1 ? part : undefined;
        const possible = fitting(unfold(root, schemas), at, open);
        if (part === undefined) return possible;
        const inner = possible.flatMap(schema => childOf(schema, part) ?? []);
        return walk(inner, (at as Record<string | number, unknown> | null | undefined)?.[part], index + 1);
    };
    return walk([root], value, 0);
}

function childOf({ items, properties, additionalProperties }: Schema, part: string | number): Schema | undefined {
    if (typeof part === 'number') return items;
    if (properties && Object.hasOwn(properties, part)) return properties[part];
    return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** References followed and alternatives laid out; those of allOf are each taken for themselves. */
function unfold(root: Schema, schemas: Schema[], depth = 0): Schema[] {
    if (depth > 20) return [];
    return schemas.flatMap(schema => {
        const { $ref, anyOf, oneOf, allOf, ...rest } = schema;
        const target = $ref === undefined ? undefined : root.$defs?.[$ref.replace('#/$defs/', '')];
        // What stands beside a reference, such as a description, is said about this place.
        const followed = target && { ...target, ...rest };
        const inner = [...(followed ? [followed] : []), ...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])];
        if (inner.length === 0) return [schema];
        return unfold(
            root,
            inner.map(each => ({ ...withoutMeaning(rest), ...each })),
            depth + 1,
        );
    });
}

/** Texts are handed down to alternatives that have none of their own. */
function withoutMeaning({ title, description }: Schema): Schema {
    return { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

/** The alternatives that the text values of the object allow; all of them where it allows none. */
function fitting(schemas: Schema[], value: unknown, open: string | undefined): Schema[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return schemas;
    const told = Object.entries(value).filter(([name]) => name !== open);
    const allowed = schemas.filter(({ properties }) =>
        told.every(([name, is]) => typeof is !== 'string' || allows(properties?.[name], is)),
    );
    // An alternative that demands a name which is there says more than one that does not know it.
    const named = allowed.filter(({ properties }) => told.some(([name]) => isFixed(properties?.[name])));
    if (named.length > 0) return named;
    return allowed.length > 0 ? allowed : schemas;
}

const isFixed = (schema: Schema | undefined): boolean => schema?.const !== undefined || schema?.enum !== undefined;

function allows(schema: Schema | undefined, value: string): boolean {
    if (schema?.const !== undefined) return schema.const === value;
    return schema?.enum === undefined || schema.enum.includes(value);
}
