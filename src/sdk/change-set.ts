import { JsonValue } from '../../shared/json';
import { DataHubError } from './errors';

export type ChangeAction = 'CREATE' | 'UPDATE' | 'UNCHANGED' | 'DELETE';

/**
 * One field before and after. `undefined` (absent in JSON) means "did not exist", `null` means null.
 * References are natural keys (`category:electronics`, channel code, file name), never database ids,
 * so that a person can read a plan and another database can apply it.
 */
export interface FieldChange {
    /** `name`, `translations.de.name`, `prices.default.USD`, `stock.Warehouse`, `facetValues`, `customFields.erpId` … */
    path: string;
    before?: JsonValue;
    after?: JsonValue;
}

/** The change of one entity. */
export interface EntityChange {
    /** Vendure's entity name, such as `Product` or `ProductVariant`. */
    entityType: string;
    /** Database id as text; null until the applier has created the entity, which then fills it in. */
    entityId: string | null;
    /** Natural key that people know: slug, SKU, code. */
    key: string;
    action: ChangeAction;
    fields: FieldChange[];
}

/**
 * What a loader would write for one record: the record's own entity first, then those that hang on it.
 * An unchanged record has an empty `entities` list. Pure data: compare makes it, one applier writes it.
 */
export interface ChangeSet {
    /** Action of the record as a whole; the first entity's action, or UPDATE when only a dependent entity changes. */
    action: ChangeAction;
    key: string;
    entities: EntityChange[];
    /**
     * Parts of the record that are left out although the rest is written: each is a refused record of its own, with its
     * cause. Not kept with the change set.
     */
    refusedParts?: readonly DataHubError[];
    /** Of an unchanged record too. Not kept with the change set. */
    drifts?: readonly FieldDrift[];
}

/** A value that somebody edited in the shop while the source still gives what it gave in the last run. */
export interface FieldDrift {
    entityType: string;
    /** Null for what was deleted in the shop. */
    entityId: string | null;
    key: string;
    /** Empty when the entity as a whole was deleted or came back. */
    path: string;
    /** What is absent does not exist. */
    shop?: JsonValue;
    source?: JsonValue;
    /** Whether the value of the shop stays. */
    kept: boolean;
}
