import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { JsonValue } from '../../../shared/json';
import type { EntityChange } from '../../sdk/change-set';
import type { ReferenceKind } from '../references';

/**
 * How change sets of one Vendure entity are written. Paths that are not listed and not `translations.*` or
 * `customFields.*` are a defect: nothing is skipped in silence.
 */
export interface EntityDescription {
    entityType: string;
    entity: EntityTarget<ObjectLiteral>;
    kind: ReferenceKind;
    /** Belongs to one product: its natural key is only unique together with the product's, `<product key>/<key>`. */
    ofProduct: boolean;
    /** By first part of the path. */
    paths: Readonly<Record<string, PathRule>>;
    /** Set on creation, from the part of the key before `:<code>`. */
    parent?: { property: string; kind: ReferenceKind };
    translations?: {
        entity: EntityTarget<ObjectLiteral>;
        /** Columns that must not be null and that a change set may leave out. */
        defaults: Readonly<Record<string, string>>;
    };
    /** Columns that a new row must have and that a change set may leave out. */
    initial?: Readonly<Record<string, unknown>>;
    /** Created without `channels`: it is put into the channels of the records that need it. */
    inheritsChannels?: boolean;
    /** Others may create the same one at the same moment; see `claimShared`. */
    shared?: boolean;
    /** Two creations are two entities, whatever their keys: those are names for people. */
    standsAlone?: boolean;
    /** Made from the metadata of an entity of another plugin, see custom-entity. */
    custom?: { hasUniqueKey: boolean };
}

export type PathRule =
    | {
          type: 'column';
          property: string;
          /** What the database holds, as change sets write it; absent where the two are alike. */
          stored?: (value: unknown) => JsonValue;
      }
    /** Relation to anything, by ids as text: one for a join column, else a list. */
    | { type: 'ids'; property: string; list: boolean }
    /** Join column, given by natural key. */
    | { type: 'reference'; property: string; kind: ReferenceKind; ofProduct?: boolean }
    /** Many-to-many, given as a list of natural keys. */
    | { type: 'links'; relation: string; kind: ReferenceKind; ofProduct?: boolean }
    /** Assets in order: the one-to-many relation to rows with asset and position. */
    | { type: 'assets'; relation: string }
    /** `prices.<channel>.<currency>` */
    | { type: 'prices' }
    /** `stock.<location>` */
    | { type: 'stock' }
    /** `adjustments.<external id>.<location>` */
    | { type: 'adjustments' }
    /** Place in a tree: the key of the parent, null for the top. Rows and closure are written by `writeTree`. */
    | { type: 'parent'; property: string; kind: ReferenceKind }
    /** Filters of a collection; see collection/filter-values. */
    | { type: 'filters'; property: string }
    /** Path or URL that the entity is made from. */
    | { type: 'origin' };

/** Key of an entity in References. `owner` is the key of the product that the change set is about. */
export function referenceKey(description: EntityDescription, change: EntityChange, owner: string): string {
    return description.ofProduct ? `${owner}/${change.key}` : change.key;
}
