import { isJsonObject, JsonObject, JsonValue } from '../../../shared/json';
import type { ReferenceKind } from '../references';
import type { EntityId } from '../sql/sql-session';

/** A filter as Vendure stores it: every value is text. */
export interface StoredFilter {
    code: string;
    args: { name: string; value: string }[];
}

/** Kinds of things that filters point to, by the name under which a change set gives the key. */
export const POINTERS = {
    facetValue: 'FacetValue',
    variant: 'Sku',
    product: 'Product',
} as const satisfies Record<string, ReferenceKind>;

export type Pointer = keyof typeof POINTERS;

/**
 * A change set says `{ code, args: { facetValueIds: [{ facetValue: 'category:shoes' }], containsAny: false } }`:
 * a value that is an object points to something by its natural key, or to an `id` that nothing is known about.
 */
export function storedFilters(
    filters: JsonValue,
    idOf: (kind: ReferenceKind, key: string) => EntityId,
): StoredFilter[] {
    const textOfOne = (value: JsonValue): JsonValue => {
        if (!isJsonObject(value)) return value;
        const pointed = pointerIn(value);
        return pointed ? String(idOf(POINTERS[pointed.pointer], pointed.key)) : idText(value.id ?? null);
    };
    return filtersIn(filters).map(({ code, args }) => ({
        code,
        args: Object.entries(args).map(([name, value]) => ({
            name,
            value: Array.isArray(value) ? JSON.stringify(value.map(textOfOne)) : plainText(textOfOne(value)),
        })),
    }));
}

/** Everything that filters of a change set point to. */
export function pointedTo(filters: JsonValue | undefined): { pointer: Pointer; key: string }[] {
    return filtersIn(filters ?? [])
        .flatMap(({ args }) => Object.values(args).flat())
        .flatMap(value => (isJsonObject(value) ? (pointerIn(value) ?? []) : []));
}

export function filtersIn(filters: JsonValue): { code: string; args: JsonObject }[] {
    return Array.isArray(filters) ? (filters as unknown as { code: string; args: JsonObject }[]) : [];
}

function pointerIn(value: JsonObject): { pointer: Pointer; key: string } | undefined {
    for (const pointer of Object.keys(POINTERS) as Pointer[]) {
        if (typeof value[pointer] === 'string') return { pointer, key: value[pointer] };
    }
    return undefined;
}

function plainText(value: JsonValue): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Ids are numbers or texts, by the shop's strategy. */
export function idText(id: JsonValue): string {
    return typeof id === 'string' ? id : JSON.stringify(id);
}
