import { jsonLanguage } from '@codemirror/lang-json';
import { looseValue, pathAt, type JsonNode, type Path, type Range } from './json-tree';
import { schemasAt, type Schema } from './schemas-at';

export interface Suggestion {
    /** As it will stand in the text. */
    json: string;
    /** Of a name: the beginning of its value, with `${}` where one goes on writing. */
    stub?: string;
    text: string;
    detail?: string;
    info?: string;
}

/** What may stand at a position, and what of the text it would replace. */
export function suggestionsAt(
    schema: Schema,
    text: string,
    position: number,
): (Range & { all: Suggestion[] }) | undefined {
    const node = jsonLanguage.parser.parse(text).resolveInner(position, -1);
    const word = /[\w$-]*$/.exec(text.slice(0, position))![0];
    const typed = { from: position - word.length, to: position };
    const value = looseValue(text);
    if (node.name === 'PropertyName') {
        const path = pathAt(text, node.from).slice(0, -1);
        const hasValue = /^\s*:/.test(text.slice(node.to));
        return { from: node.from, to: node.to, all: names(schema, value, path, !hasValue) };
    }
    if (isLiteral(node)) return { from: node.from, to: node.to, all: values(schema, value, pathAt(text, node.from)) };
    const before = text.slice(0, typed.from).trimEnd();
    const path = pathAt(text, before.length);
    if (before.endsWith(':')) return { ...typed, all: values(schema, value, pathAt(text, before.length - 1)) };
    const around = at(value, path);
    if (before.endsWith('{') || (before.endsWith(',') && isObject(around)))
        return { ...typed, all: names(schema, value, path, true) };
    if (Array.isArray(around)) return { ...typed, all: values(schema, value, [...path, around.length]) };
    return undefined;
}

/** What the innermost name or value at a position means. */
export function explanationAt(schema: Schema, text: string, position: number) {
    const path = pathAt(text, position);
    const { name } = jsonLanguage.parser.parse(text).resolveInner(position, 1);
    if (path.length === 0 || !['PropertyName', 'String', 'Number', 'True', 'False', 'Null'].includes(name))
        return undefined;
    const value = looseValue(text);
    const schemas = schemasAt(schema, value, path);
    const own = at(value, path);
    const chosen = schemas.find(each => each.const === own || each.enum?.includes(own)) ?? schemas[0];
    if (!chosen) return undefined;
    const ofValue = chosen.enumDescriptions?.[chosen.enum?.indexOf(own) ?? -1];
    return { title: chosen.title, text: chosen.description, ofValue: ofValue || undefined, type: typeText(chosen) };
}

function names(schema: Schema, value: unknown, path: Path, withValue: boolean): Suggestion[] {
    const present = new Set(Object.keys((at(value, path) as object | undefined) ?? {}));
    const found = new Map<string, Suggestion>();
    for (const { properties = {}, required = [] } of schemasAt(schema, value, path)) {
        for (const [name, property] of Object.entries(properties)) {
            if (present.has(name) || found.has(name)) continue;
            found.set(name, {
                json: JSON.stringify(name),
                text: name,
                ...(withValue && { stub: stubOf(property) }),
                detail: required.includes(name) ? `${typeText(property)} *` : typeText(property),
                info: property.description,
            });
        }
    }
    return [...found.values()];
}

function values(schema: Schema, value: unknown, path: Path): Suggestion[] {
    const found = new Map<string, Suggestion>();
    const add = (item: unknown, info?: string) => {
        const json = JSON.stringify(item);
        const text = typeof item === 'string' ? item : json;
        if (!found.has(json)) found.set(json, { json, text, ...(info && { info }) });
    };
    if (namesStep(path)) for (const key of stepKeys(value)) add(key);
    for (const { type, const: only, enum: choices, enumDescriptions, description } of schemasAt(schema, value, path)) {
        if (only !== undefined) add(only, description);
        choices?.forEach((choice, index) => add(choice, enumDescriptions?.[index] || description));
        if (type === 'boolean') [true, false].forEach(choice => add(choice, description));
    }
    // Any case of a step's type is understood; one way to write it is enough to choose from.
    return [...found.values()].filter(
        ({ text }) => text === text.toUpperCase() || !found.has(JSON.stringify(text.toUpperCase())),
    );
}

/** Places that name a step: ends of edges, targets of branches, steps of hooks. */
function namesStep(path: Path): boolean {
    const [area, , field] = path;
    if (area === 'edges') return field === 'from' || field === 'to';
    if (area === 'hooks') return field === 'step';
    return area === 'steps' && (path.at(-1) === 'defaultTo' || (path.includes('branches') && path.at(-1) === 'to'));
}

function stepKeys(value: unknown): string[] {
    const { steps } = (value ?? {}) as { steps?: unknown };
    const keys = Array.isArray(steps) ? steps.map(step => (step as { key?: unknown } | null | undefined)?.key) : [];
    return keys.filter((key): key is string => typeof key === 'string');
}

function stubOf({ type, properties, enum: choices }: Schema): string {
    if (type === 'object' || properties) return '{${}}';
    if (type === 'array') return '[${}]';
    if (type === 'string' || choices?.every(choice => typeof choice === 'string')) return '"${}"';
    return '${}';
}

function typeText({ type, const: only, enum: choices, anyOf, $ref }: Schema): string {
    if (only !== undefined) return JSON.stringify(only);
    if (choices && choices.length <= 4) return choices.map(choice => JSON.stringify(choice)).join(' | ');
    if (type) return [type].flat().join(' | ');
    return anyOf || $ref ? '…' : '';
}

const isLiteral = (node: JsonNode): boolean => ['String', 'Number', 'True', 'False', 'Null'].includes(node.name);

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: unknown, path: Path): unknown =>
    path.reduce<unknown>(
        (inner, part) => (inner as Record<string | number, unknown> | null | undefined)?.[part],
        value,
    );
