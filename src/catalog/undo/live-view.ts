import type { JsonValue } from '../../../shared/json';
import type { PathRule } from '../apply/entity-description';
import { sameJson } from '../product/same-json';
import { splitPath } from '../product/vocabulary';
import { filtersIn, storedFilters } from '../collection/filter-values';
import type { ReferenceKind } from '../references';
import type { LiveEntity } from './live-entities';
import type { NaturalKeys } from './natural-keys';

/** A live entity in the words of change sets. */
export class LiveView {
    constructor(
        readonly entity: LiveEntity,
        private readonly keys: NaturalKeys,
        /** Id of the product it belongs to. */
        readonly owner: string,
    ) {}

    /** Undefined when there is nothing at that path, such as a price that does not exist. */
    valueAt(path: string): JsonValue | undefined {
        const { entity, keys, owner } = this;
        const rule = this.ruleOf(path);
        switch (rule?.type) {
            case 'links':
                return (entity.links.get(path) ?? []).map(id => keys.keyOf(rule.kind, id, owner)).sort();
            case 'assets':
                return entity.assets.map(id => `id:${id}`);
            case 'parent': {
                const id = entity.references.get(path) ?? null;
                return id === null || keys.isRoot(id) ? null : `id:${id}`;
            }
            case 'filters':
                return entity.values.get(path);
            case 'reference': {
                const id = entity.references.get(path) ?? null;
                if (id === null) return null;
                return rule.kind === 'Asset' ? `id:${id}` : keys.keyOf(rule.kind, id, owner);
            }
            default:
                return path === 'deletedAt' ? entity.deletedAt : entity.values.get(path);
        }
    }

    equals(path: string, a: JsonValue | undefined, b: JsonValue | undefined): boolean {
        if (a === undefined || b === undefined) return a === b;
        const rule = this.ruleOf(path);
        const isList = Array.isArray(a) && Array.isArray(b);
        if (isList && (rule?.type === 'links' || this.entity.links.has(path))) return sameSet(a, b);
        if (isList && rule?.type === 'assets') return sameJson(this.assetIds(a), this.assetIds(b));
        if (rule?.type === 'parent') return this.idOf('Collection', a) === this.idOf('Collection', b);
        if (rule?.type === 'filters') return sameJson(this.asStored(a), this.asStored(b));
        if (rule?.type === 'reference' && rule.kind === 'Asset') return this.assetId(a) === this.assetId(b);
        return sameJson(a, b);
    }

    ruleOf(path: string): PathRule | undefined {
        return this.entity.description.paths[splitPath(path)[0]!];
    }

    /** The same asset is called by the file it came from in one place and by its id in another. */
    private readonly assetId = (key: JsonValue): JsonValue => this.idOf('Asset', key);

    /** Files with the same content are one asset, which is linked once. */
    private assetIds(keys: readonly JsonValue[]): JsonValue[] {
        return [...new Set(keys.map(this.assetId))];
    }

    private idOf(kind: ReferenceKind, key: JsonValue): JsonValue {
        const id = typeof key === 'string' ? this.keys.idOf(kind, key) : undefined;
        return id === undefined ? key : `id:${id}`;
    }

    /** What filters point to stands as a key in change sets and as an id in the database. */
    private asStored(filters: JsonValue): JsonValue {
        const isStored = filtersIn(filters).every(({ args }) => Array.isArray(args));
        if (isStored) return filters;
        return storedFilters(filters, (kind, key) => this.keys.idOf(kind, key) ?? `gone:${key}`) as never;
    }
}

function sameSet(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
    const [left, right] = [new Set(a), new Set(b)];
    return left.size === right.size && [...left].every(item => right.has(item));
}
