import type { JsonValue } from '../../../shared/json';
import type { ChangeAction, EntityChange, FieldChange } from '../../sdk/change-set';
import type { EntityId } from '../sql/sql-session';
import { sameJson } from './same-json';

/** Collects the field changes of one entity. */
export class EntityDraft {
    readonly fields: FieldChange[] = [];

    constructor(
        readonly entityType: string,
        readonly entityId: EntityId | null,
        readonly key: string,
        readonly action: Exclude<ChangeAction, 'UNCHANGED'> = entityId === null ? 'CREATE' : 'UPDATE',
    ) {}

    get creates(): boolean {
        return this.action === 'CREATE';
    }

    /** A created entity and a deletion count as changed even without fields. */
    get changed(): boolean {
        return this.action !== 'UPDATE' || this.fields.length > 0;
    }

    /** Adds the field if it differs. `undefined` before means that it did not exist. */
    change(path: string, before: JsonValue | undefined, after: JsonValue): void {
        if (this.creates || before === undefined) this.fields.push({ path, after });
        else if (!sameJson(before, after)) this.fields.push({ path, before, after });
    }

    /** The field ceases to exist, such as a price that is deleted. */
    remove(path: string, before: JsonValue): void {
        this.fields.push({ path, before });
    }

    toChange(): EntityChange {
        const { entityType, entityId, key, action, fields } = this;
        return { entityType, entityId: entityId === null ? null : String(entityId), key, action, fields };
    }
}
