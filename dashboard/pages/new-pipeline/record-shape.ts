type JsonObject = Record<string, unknown>;

export const isJsonObject = (value: unknown): value is JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of the records that a JSON Schema describes: `name`, and `variants.sku` of lists of objects. */
export function fieldPaths(recordSchema: unknown): string[] {
    return Object.entries(propertiesOf(recordSchema)).flatMap(([name, schema]) => {
        const inner = Object.keys(propertiesOf(itemsOf(schema)));
        return [name, ...inner.map(field => `${name}.${field}`)];
    });
}

/** Fields that every record must have, and for each list of objects those that every item must have. */
export function requiredPaths(recordSchema: unknown, mapped: readonly string[]): string[] {
    const lists = Object.entries(propertiesOf(recordSchema)).filter(([list]) =>
        mapped.some(path => path.startsWith(`${list}.`)),
    );
    return [
        ...requiredOf(recordSchema),
        ...lists.flatMap(([list, schema]) => requiredOf(itemsOf(schema)).map(field => `${list}.${field}`)),
    ];
}

function propertiesOf(schema: unknown): JsonObject {
    return isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
}

function itemsOf(schema: unknown): unknown {
    return isJsonObject(schema) ? schema.items : undefined;
}

function requiredOf(schema: unknown): string[] {
    return isJsonObject(schema) && Array.isArray(schema.required) ? schema.required.map(String) : [];
}
