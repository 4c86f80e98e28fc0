import type { z } from 'zod';

export type Predicate = (value: unknown) => boolean;

/**
 * Tells whether a schema takes a value, without the copy that parsing makes: most records are in order, and the copies
 * were a fifth of the garbage of an unchanged run. What it does not know it leaves to the schema. It may say no
 * where the schema says yes, so ask the schema for the reason; it never says yes where the schema says no.
 */
export function predicateOf(schema: z.core.$ZodType): Predicate {
    return (
        structural((schema as z.ZodType)._zod.def as AnyDef) ??
        (value => (schema as z.ZodType).safeParse(value).success)
    );
}

type AnyDef = (
    | z.core.$ZodStringDef
    | z.core.$ZodNumberDef
    | z.core.$ZodBooleanDef
    | z.core.$ZodUnknownDef
    | z.core.$ZodOptionalDef
    | z.core.$ZodNullableDef
    | z.core.$ZodArrayDef
    | z.core.$ZodUnionDef
    | z.core.$ZodObjectDef
    | z.core.$ZodRecordDef
    | z.core.$ZodEnumDef
) & { checks?: z.core.$ZodCheck[]; check?: string; format?: string; coerce?: boolean };

function structural(def: AnyDef): Predicate | undefined {
    if (def.coerce) return undefined;
    if (def.type === 'string') return ofText(def);
    if (def.type === 'number' && def.check === 'number_format' && !def.checks?.length) {
        if (def.format === 'safeint') return value => Number.isSafeInteger(value);
        if (def.format === 'int32') return value => typeof value === 'number' && (value | 0) === value;
    }
    if (def.checks?.length || def.check !== undefined) return undefined;
    switch (def.type) {
        case 'number':
            return value => typeof value === 'number' && Number.isFinite(value);
        case 'boolean':
            return value => typeof value === 'boolean';
        case 'unknown':
            return () => true;
        case 'optional': {
            const inner = predicateOf(def.innerType);
            return value => value === undefined || inner(value);
        }
        case 'nullable': {
            const inner = predicateOf(def.innerType);
            return value => value === null || inner(value);
        }
        case 'array': {
            const element = predicateOf(def.element);
            return value => Array.isArray(value) && areAll(value, element);
        }
        case 'union': {
            const options = def.options.map(predicateOf);
            return value => {
                for (let i = 0; i < options.length; i++) if (options[i]!(value)) return true;
                return false;
            };
        }
        case 'enum': {
            const values = new Set<unknown>(Object.values(def.entries));
            return value => values.has(value);
        }
        case 'record':
            return ofRecord(def);
        case 'object':
            return ofObject(def);
    }
    return undefined;
}

function ofText(def: AnyDef): Predicate | undefined {
    if (def.check !== undefined) return undefined;
    let minLength = 0;
    const patterns: RegExp[] = [];
    for (const { _zod } of def.checks ?? []) {
        const check = _zod.def as z.core.$ZodCheckDef & { minimum?: number; format?: string; pattern?: RegExp };
        if (check.check === 'min_length' && check.minimum !== undefined) minLength = Math.max(minLength, check.minimum);
        else if (check.check === 'string_format' && check.format === 'regex' && check.pattern && !check.pattern.global)
            patterns.push(check.pattern);
        else return undefined;
    }
    const [pattern, ...others] = patterns;
    if (others.length > 0) return undefined;
    if (!pattern) return value => typeof value === 'string' && value.length >= minLength;
    return value => typeof value === 'string' && value.length >= minLength && pattern.test(value);
}

function areAll(values: readonly unknown[], accepts: Predicate): boolean {
    for (let i = 0; i < values.length; i++) if (!accepts(values[i])) return false;
    return true;
}

function ofRecord(def: z.core.$ZodRecordDef): Predicate | undefined {
    const key = (def.keyType as z.ZodType)._zod.def as AnyDef;
    if (key.type !== 'string' || key.checks?.length || key.check !== undefined) return undefined;
    const accepts = predicateOf(def.valueType);
    return value => {
        if (typeof value !== 'object' || value === null || !PLAIN.has(Object.getPrototypeOf(value))) return false;
        for (const name in value) if (!accepts((value as Record<string, unknown>)[name])) return false;
        return true;
    };
}

const PLAIN = new Set<unknown>([null, Object.prototype]);

/** Further fields are let through, unless the schema has something to say about them. */
function ofObject(def: z.core.$ZodObjectDef): Predicate | undefined {
    const further = def.catchall && ((def.catchall as z.ZodType)._zod.def as AnyDef);
    if (further && further.type !== 'unknown') return undefined;
    const names = Object.keys(def.shape);
    const accept = names.map(name => predicateOf(def.shape[name]!));
    return value => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
        for (let i = 0; i < names.length; i++) {
            if (!accept[i]!((value as Record<string, unknown>)[names[i]!])) return false;
        }
        return true;
    };
}
