import type { JsonValue } from '../../../shared/json';
import type { ChangeSet, EntityChange, FieldChange } from '../../sdk/change-set';
import { isSharedType } from '../apply/descriptions';
import { sameJson } from '../product/same-json';
import type { FieldOwners } from './field-owners';
import type { RepeatSettings } from './settings';

/**
 * What is known of the last run: nothing, that the source gives the very same record, or what the record of that time would
 * change now, which is exactly what the shop has changed since.
 */
export type Past = undefined | 'SAME' | ChangeSet;

/** A value that somebody changed in the shop, while the source still gives what it gave before. */
export interface Drift {
    entity: EntityChange;
    /** Empty when the entity as a whole was removed or came back. */
    path: string;
    shop?: JsonValue;
    source?: JsonValue;
    isKept: boolean;
}

/** Decides field by field between record and shop. Pure. */
export class FieldPolicy {
    constructor(
        private readonly settings: Pick<RepeatSettings, 'conflictStrategy' | 'onDrift'>,
        private readonly owners: FieldOwners,
        /** Of the records; what hangs on them is decided likewise, apart from what is shared with others. */
        private readonly entityType: string,
    ) {}

    /** Whether the record of the last run must be kept, to tell which side has changed a field. */
    get needsPast(): boolean {
        const { conflictStrategy, onDrift } = this.settings;
        return conflictStrategy === 'MERGE' || onDrift === 'REPORT' || (onDrift === 'KEEP' && !this.shopWins);
    }

    /** What is left of an update. What is created is created as the record says. */
    decide(changeSet: ChangeSet, past: Past, onDrift: (drift: Drift) => void, returns = false): ChangeSet {
        if (this.leaves(changeSet, past)) return changeSet;
        const entities = changeSet.entities.flatMap(entity => {
            const left = this.ofEntity(entity, past, onDrift);
            // Disabled by a run because its record came no more: nobody's choice in the shop.
            const enabled =
                returns && entity.entityType === this.entityType ? entity.fields.find(isEnabled) : undefined;
            if (!enabled || left?.fields.some(isEnabled)) return left ?? [];
            return { ...entity, fields: [...(left?.fields ?? []), enabled] };
        });
        if (entities.length > 0) return { ...changeSet, entities };
        return { ...changeSet, action: 'UNCHANGED', entities };
    }

    /** Whether the change set stays as it is. */
    leaves({ action, entities }: ChangeSet, past: Past): boolean {
        if (action !== 'UPDATE') return true;
        if (past !== undefined || !this.leavesAll) return false;
        return entities.every(entity => this.isShared(entity) || changes(entity));
    }

    /** The source has its way with every field, of whose past nothing is known. */
    get leavesAll(): boolean {
        const { conflictStrategy, onDrift } = this.settings;
        return conflictStrategy === 'SOURCE_WINS' && onDrift === 'OVERWRITE' && this.owners.isEmpty;
    }

    private get shopWins(): boolean {
        return this.settings.conflictStrategy === 'VENDURE_WINS';
    }

    private ofEntity(entity: EntityChange, past: Past, onDrift: (drift: Drift) => void): EntityChange | undefined {
        if (this.isShared(entity)) return entity;
        const before = pastEntity(entity, past);
        if (entity.action !== 'UPDATE') {
            if (before === undefined) return entity.action === 'DELETE' && this.shopWins ? undefined : entity;
            const isKept = this.keepsDrift;
            onDrift({ entity, path: '', isKept });
            return isKept ? undefined : entity;
        }
        const fields = entity.fields.flatMap(field => {
            // Said for the sake of other fields.
            if (sameValue(field.before, field.after)) return field;
            return this.ofField(entity, field, before, onDrift) ?? [];
        });
        return fields.some(field => !sameValue(field.before, field.after)) ? { ...entity, fields } : undefined;
    }

    /** Facet values, options and assets that a record brings: other records of the batch may rely on them. */
    private isShared({ entityType }: EntityChange): boolean {
        return entityType !== this.entityType && isSharedType(entityType);
    }

    private ofField(
        entity: EntityChange,
        field: FieldChange,
        past: 'SAME' | EntityChange | undefined,
        onDrift: (drift: Drift) => void,
    ): FieldChange | undefined {
        const owner = this.owners.ownerOf(entity.entityType, field.path);
        if (owner === 'SHOP') return undefined;
        const then = past === 'SAME' ? field : past?.fields.find(({ path }) => path === field.path);
        const isDrift = then !== undefined && sameValue(then.after, field.after);
        const { path, before: shop, after: source } = field;
        const drift = {
            entity,
            path,
            ...(shop === undefined ? {} : { shop }),
            ...(source === undefined ? {} : { source }),
        };
        if (owner === 'SOURCE') {
            if (isDrift) onDrift({ ...drift, isKept: false });
            return field;
        }
        if (this.settings.conflictStrategy === 'MERGE' && then && areLists(shop, source, then.after)) {
            const merged = mergedList(shop, source, then.after);
            const isSame = sameJson(merged, shop);
            if (isDrift) onDrift({ ...drift, isKept: true });
            return isSame ? undefined : { ...field, after: merged };
        }
        const isKept = isDrift ? this.keepsDrift && !(this.shopWins && isEmpty(shop)) : this.shopWins && !isEmpty(shop);
        if (isDrift) onDrift({ ...drift, isKept });
        return isKept ? undefined : field;
    }

    private get keepsDrift(): boolean {
        return this.settings.conflictStrategy !== 'SOURCE_WINS' || this.settings.onDrift !== 'OVERWRITE';
    }
}

function changes({ action, fields }: EntityChange): boolean {
    return action !== 'UPDATE' || fields.some(({ before, after }) => !sameValue(before, after));
}

function isEnabled({ path }: FieldChange): boolean {
    return path === 'enabled';
}

/** What the record of the last run would change about the same entity now. */
function pastEntity(entity: EntityChange, past: Past): 'SAME' | EntityChange | undefined {
    if (past === undefined || past === 'SAME') return past;
    return past.entities.find(
        ({ entityType, entityId, key, action }) =>
            entityType === entity.entityType &&
            action === entity.action &&
            (entityId === null ? key === entity.key : entityId === entity.entityId),
    );
}

function isEmpty(value: JsonValue | undefined): boolean {
    return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function sameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
    return a === undefined || b === undefined ? a === b : sameJson(a, b);
}

type List = JsonValue[];

function areLists(...values: (JsonValue | undefined)[]): boolean {
    return values.every(value => Array.isArray(value) && value.every(item => typeof item === 'string'));
}

/** The shop's list, with what the source has added since the last run and without what it has taken away. */
function mergedList(shop: JsonValue | undefined, now: JsonValue | undefined, then: JsonValue | undefined): List {
    const [have, given, gave] = [shop as List, now as List, then as List];
    const kept = have.filter(item => given.includes(item) || !gave.includes(item));
    return [...kept, ...given.filter(item => !gave.includes(item) && !kept.includes(item))];
}
