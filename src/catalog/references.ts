import { EntityId } from './sql/sql-session';

/** Kinds of things that change sets point to by natural key. */
export type ReferenceKind =
    | 'Channel' // code
    | 'TaxCategory' // name
    | 'StockLocation' // name; `id:<id>` where several have one name
    | 'Facet' // code
    | 'FacetValue' // facetCode:valueCode
    | 'Collection' // slug in the language of the run
    | 'Sku' // SKU of a variant, for filters of collections
    | 'Tag' // value
    | 'Asset' // the path or URL it came from, or `id:<id>` for assets that came otherwise
    | 'Product' // key of the record's change set
    | 'ProductOptionGroup' // <product key>/<groupCode>
    | 'ProductOption' // <product key>/<groupCode>:<optionCode>
    | 'ProductVariant' // <product key>/<variant key>; a name, nothing points to it
    | 'CustomerGroup' // name; `id:<id>` where several have one name
    | 'Role' // code
    | 'User' // identifier
    | 'Customer' // key of the record's change set
    | 'Country' // code
    | 'Address' // a name, nothing points to it
    | `custom:${string}`; // entity of another plugin; key of the record's change set

/**
 * Natural key → database id for one batch: filled by `resolve` with everything the batch mentions, before and after,
 * and by the applier with what it creates. The only place where change sets meet ids.
 */
export class References {
    private readonly ids = new Map<ReferenceKind, Map<string, EntityId>>();

    get(kind: ReferenceKind, key: string): EntityId | undefined {
        return this.ids.get(kind)?.get(key);
    }

    has(kind: ReferenceKind, key: string): boolean {
        return this.ids.get(kind)?.has(key) ?? false;
    }

    set(kind: ReferenceKind, key: string, id: EntityId): void {
        let byKey = this.ids.get(kind);
        if (!byKey) this.ids.set(kind, (byKey = new Map<string, EntityId>()));
        byKey.set(key, id);
    }
}
