import type { z } from 'zod';
import type { JsonObject, JsonValue } from '../../../shared/json';
import { nearest } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { type Predicate, predicateOf } from './schema-predicate';

const MAX_SUSPECTS = 10_000;

/**
 * Checks a record against its schema and turns what is wrong into one sentence. Fields that the schema does not know are
 * let through, so that a row may carry columns for other steps, unless they look like a slip of the pen.
 */
export class RecordCheck {
    private readonly suspects = new Map<string, string | undefined>();
    private readonly known: Set<string>;
    private readonly accepts: Predicate;

    constructor(
        private readonly schema: z.ZodObject<z.ZodRawShape>,
        private readonly what: string,
    ) {
        this.known = new Set(Object.keys(schema.shape));
        this.accepts = predicateOf(schema);
    }

    problemOf(record: JsonObject): UserError | undefined {
        for (const name in record) {
            if (this.known.has(name)) continue;
            const meant = this.meantBy(name);
            if (meant === undefined || meant in record) continue;
            return new UserError(
                'unknown-field',
                `A ${this.what} record has no field "${name}".`,
                `Did you mean "${meant}"? Rename the field, or remove it before this step.`,
                { field: name },
            );
        }
        if (this.accepts(record)) return this.repeatedLanguage(record);
        const result = this.schema.safeParse(record);
        if (result.success) return this.repeatedLanguage(record);
        const issue = firstIssue(result.error.issues);
        const field = pathOf(issue.path);
        const got = valueAt(record, issue.path);
        const [complaint, hint] = issue.message.split('; ', 2);
        const found =
            got === undefined
                ? 'is missing'
                : `${complaint!.toLowerCase().startsWith('must') ? complaint : 'is not valid'}, got ${shown(got)}`;
        return new UserError(
            'invalid-field',
            `${field} ${found}.`,
            hint ? `${hint[0]!.toUpperCase()}${hint.slice(1)}.` : `See what a ${this.what} record may hold.`,
            { field, got: got === undefined ? null : got },
        );
    }

    /** Which of two texts is meant is anybody's guess, and what only one of them gives would be lost. */
    private repeatedLanguage(record: JsonObject): UserError | undefined {
        const problem = this.known.has('translations') ? repetitionIn(record, '') : undefined;
        if (problem || !this.known.has('variants')) return problem;
        for (const [i, variant] of ((record.variants ?? []) as JsonObject[]).entries()) {
            const ofVariant = repetitionIn(variant, `variants[${i}].`);
            if (ofVariant) return ofVariant;
        }
        return undefined;
    }

    private meantBy(name: string): string | undefined {
        if (!this.suspects.has(name)) {
            const plain = name.toLowerCase().replace(/[\s_-]/g, '');
            const sameLetters = [...this.known].find(known => known.toLowerCase() === plain);
            const near = name.length > 3 ? nearest(name, this.known) : undefined;
            const close = near !== undefined && Math.abs(near.length - name.length) <= 1 ? near : undefined;
            // Files may hold other names in every record.
            if (this.suspects.size >= MAX_SUSPECTS) this.suspects.clear();
            this.suspects.set(name, sameLetters ?? close);
        }
        return this.suspects.get(name);
    }
}

function repetitionIn({ translations }: JsonObject, at: string): UserError | undefined {
    if (!Array.isArray(translations) || translations.length < 2) return undefined;
    const places = new Map<JsonValue | undefined, number>();
    for (const [i, { languageCode }] of (translations as JsonObject[]).entries()) {
        const former = places.get(languageCode);
        if (former === undefined) {
            places.set(languageCode, i);
            continue;
        }
        const field = `${at}translations[${i}].languageCode`;
        return new UserError(
            'invalid-field',
            `${field} is ${shown(languageCode)}, as that of ${at}translations[${former}] is.`,
            'Give each language once, with all its texts.',
            { field, got: languageCode ?? null },
        );
    }
    return undefined;
}

/** Issues of a list come in order; the first that names a missing or wrong value is as good as any. */
function firstIssue(issues: z.core.$ZodIssue[]): z.core.$ZodIssue {
    return issues[0]!;
}

function pathOf(path: PropertyKey[]): string {
    let text = '';
    for (const part of path) text += typeof part === 'number' ? `[${part}]` : text ? `.${String(part)}` : String(part);
    return text || 'The record';
}

function valueAt(record: JsonObject, path: PropertyKey[]): JsonValue | undefined {
    let current: unknown = record;
    for (const part of path) {
        if (typeof current !== 'object' || current === null) return undefined;
        current = (current as Record<PropertyKey, unknown>)[part];
    }
    return current as JsonValue | undefined;
}

export function shown(value: unknown): string {
    const text = JSON.stringify(value) ?? 'nothing';
    return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
