import type { DescriptionBook } from '../apply/description-book';
import type { CatalogFacts } from '../product/catalog-facts';
import { splitPath } from '../product/vocabulary';
import type { References } from '../references';
import type { EntityId } from '../sql/sql-session';
import type { AccountOwner } from './email-owners';
import type { LiveEntity } from './live-entities';
import { LiveView } from './live-view';
import type { NaturalKeys } from './natural-keys';
import type { ServiceUndo } from './service-undo';
import type { UndoMemory } from './undo-memory';
import type { Use } from './uses';

/** What a batch of an undo has learnt about the shop as it is. */
export interface UndoState {
    facts: CatalogFacts;
    descriptions: DescriptionBook;
    keys: NaturalKeys;
    references: References;
    memory: UndoMemory;
    services: ServiceUndo;
    /** By `<entity type> <id>`. */
    live: ReadonlyMap<string, LiveEntity>;
    /** Variants of the products of the batch, deleted ones included, by product. */
    variantsOf: ReadonlyMap<string, readonly SiblingVariant[]>;
    uses: ReadonlyMap<string, readonly Use[]>;
    /** Living variants by SKU, products and collections by `slugKey`, for the values that an undo would bring back. */
    skuOwners: ReadonlyMap<string, readonly string[]>;
    slugOwners: ReadonlyMap<string, readonly string[]>;
    /** Living customers by e-mail address, likewise. */
    emailOwners: ReadonlyMap<string, readonly string[]>;
    accountOwners: ReadonlyMap<string, readonly AccountOwner[]>;
    /** What change sets call the products of the batch; no two are called alike. */
    ownerKeys: ReadonlyMap<string, string>;
}

export interface SiblingVariant {
    id: EntityId;
    sku: string;
    deletedAt: string | null;
}

export function viewOf(state: UndoState, entityType: string, id: string, owner: string): LiveView | undefined {
    const entity = state.live.get(`${entityType} ${id}`);
    return entity && new LiveView(entity, state.keys, owner);
}

/** Under which name `slugOwners` knows a slug. */
export function slugKey(entityType: string, language: string, slug: string): string {
    return `${entityType} ${language} ${slug}`;
}

export function isSlug(path: string): boolean {
    const [first, , property] = splitPath(path);
    return first === 'translations' && property === 'slug';
}
