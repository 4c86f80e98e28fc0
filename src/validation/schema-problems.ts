import { z } from 'zod';
import { didYouMean } from '../sdk/did-you-mean';
import { FieldMeta } from '../sdk/field';
import { Problem, problem } from './problem';
import { schemaAt } from './schema-at';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What a schema has against a value, in sentences with hints, at `base` in the definition. */
export function schemaProblems(schema: z.ZodType, value: unknown, base: Path): Problem[] {
    const result = schema.safeParse(value);
    if (result.success) return [];
    return result.error.issues.flatMap(issue => problemsOf(issue, { schema, value, base }));
}

interface Place {
    schema: z.ZodType;
    value: unknown;
    base: Path;
}

function problemsOf(issue: Issue, place: Place): Problem[] {
    const path = [...place.base, ...issue.path];
    const name = path.length > 0 ? `"${String(path[path.length - 1])}"` : 'The definition';
    const value = valueAt(place.value, issue.path);
    switch (issue.code) {
        case 'unrecognized_keys': {
            const known = knownKeys(place, issue.path);
            return issue.keys.map(key =>
                problem([...path, key], `"${key}" is not known here.`, didYouMean(key, known)),
            );
        }
        case 'invalid_type':
            if (value === undefined) return [problem(path, `${name} is required.`, descriptionOf(place, issue.path))];
            return [problem(path, `${name} must be ${wordFor(issue.expected)}, and it is ${wordFor(kindOf(value))}.`)];
        case 'invalid_value': {
            if (value === undefined) return [problem(path, `${name} is required.`, descriptionOf(place, issue.path))];
            const options = issue.values.map(String);
            const message = `${name} cannot be ${JSON.stringify(value)}; it must be one of ${options.join(', ')}.`;
            return [problem(path, message, didYouMean(wordOf(value), options))];
        }
        case 'invalid_union':
            return unionProblems(issue, place, path, name, value);
        default:
            return [problem(path, `${name}: ${issue.message}`, descriptionOf(place, issue.path))];
    }
}

function unionProblems(
    issue: z.core.$ZodIssueInvalidUnion,
    place: Place,
    path: Path,
    name: string,
    value: unknown,
): Problem[] {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : undefined;
    if (options) {
        if (value === undefined)
            return [problem(path, `${name} is required.`, `Known are: ${options.sort().join(', ')}.`)];
        return [problem(path, `${name} cannot be ${JSON.stringify(value)} here.`, didYouMean(wordOf(value), options))];
    }
    if (value === undefined) return [problem(path, `${name} is required.`, descriptionOf(place, issue.path))];
    // The branch whose complaints lie deepest is the one that the user meant.
    const deepest = Math.max(...issue.errors.map(depthOf));
    const meant = issue.errors.find(errors => depthOf(errors) === deepest);
    if (deepest > 0 && meant) {
        const inner = { ...place, schema: z.unknown() };
        return meant.flatMap(error => problemsOf({ ...error, path: [...issue.path, ...error.path] }, inner));
    }
    const expected = [
        ...new Set(issue.errors.flat().map(error => wordFor('expected' in error ? String(error.expected) : ''))),
    ];
    const words = expected.filter(word => word !== '').join(' or ');
    return [
        problem(
            path,
            `${name} must be ${words || 'another value'}, and it is ${wordFor(kindOf(value))}.`,
            descriptionOf(place, issue.path),
        ),
    ];
}

const depthOf = (errors: readonly Issue[]): number => Math.max(0, ...errors.map(error => error.path.length));

function knownKeys({ schema, value }: Place, path: Path): string[] {
    const found = schemaAt(schema, path, value);
    return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function descriptionOf({ schema, value }: Place, path: Path): string | undefined {
    const found = schemaAt(schema, path, value, 'WITH_WRAPPERS');
    const meta = found && (z.globalRegistry.get(found) as Partial<FieldMeta> | undefined);
    return meta?.description;
}

function valueAt(value: unknown, path: Path): unknown {
    return path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | null | undefined)?.[part], value);
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function kindOf(value: unknown): string {
    return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

const WORDS: Record<string, string> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
    null: 'null',
};

const wordFor = (type: string): string => WORDS[type] ?? type;
