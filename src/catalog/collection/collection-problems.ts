import { textOf } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { awaited, type AwaitedKind } from '../awaited';
import type { CatalogRun } from '../product/catalog-run';
import type { EntityId } from '../sql/sql-session';
import type { CollectionRecord } from './collection-record';
import type { Pointer } from './filter-values';

export type CollectionMatchBy = 'slug' | 'id' | 'customField';

export function collectionExists(record: CollectionRecord, id: EntityId): UserError {
    return new UserError(
        'collection-exists',
        `The collection ${described(record)} exists already (id ${id}), and the strategy CREATE only creates.`,
        'Choose the strategy UPSERT to update it as well.',
    );
}

export function missingCollection(record: CollectionRecord, run: CatalogRun): UserError {
    return new UserError(
        'collection-not-found',
        `There is no collection ${described(record)} in the channel "${run.channel.code}", and the strategy UPDATE does not create one.`,
        'Choose the strategy UPSERT to create it, or correct the field that the collection is matched by.',
    );
}

export function ambiguousCollection(what: string, ids: readonly EntityId[], field?: string): UserError {
    return new UserError(
        'ambiguous-collection',
        `${ids.length} collections fit ${what}: ids ${ids.join(', ')}.`,
        'Give them different slugs in the shop, or match by id.',
        field === undefined ? {} : { field },
    );
}

export function noMatchValue(field: string): UserError {
    return new UserError(
        'match-value-missing',
        `${field} is missing, and collections are matched by it.`,
        `Give ${field}, or choose another field in matchBy.`,
        { field },
    );
}

/** Waits until somebody creates the parent. */
export function parentMissing(parent: string, slug: string): UserError {
    return new UserError(
        'parent-not-found',
        `parent: there is no collection "${parent}" yet.`,
        'The record goes on by itself when that collection is created; correct the parent if it never will be.',
        { field: 'parent', got: parent, waitsFor: awaited('Collection', slug) },
    );
}

export function parentElsewhere(parent: string): UserError {
    return new UserError(
        'parent-elsewhere',
        `parent: there is a collection with the last slug of "${parent}", but it does not stand below the others.`,
        'Correct the path, or give only the slug of the parent.',
        { field: 'parent', got: parent },
    );
}

export function loopOfParents(record: CollectionRecord): UserError {
    return new UserError(
        'collection-loop',
        `parent: the collection ${described(record)} would come to stand below itself.`,
        'Correct the parents of the collections on that way.',
        { field: 'parent', got: record.parent ?? null },
    );
}

const NAMES: Record<Pointer, [what: string, kind: AwaitedKind]> = {
    facetValue: ['facet value', 'FacetValue'],
    variant: ['variant with the SKU', 'ProductVariant'],
    product: ['product with the slug', 'Product'],
};

export function filterTargetMissing(pointer: Pointer, text: string, field: string): UserError {
    const [what, kind] = NAMES[pointer];
    return new UserError(
        `${pointer === 'facetValue' ? 'facet-value' : pointer}-not-found`,
        `${field}: there is no ${what} "${text}" yet.`,
        'The record goes on by itself when that is created; correct the filter if it never will be.',
        { field, got: text, waitsFor: awaited(kind, text) },
    );
}

export function ambiguousFilterTarget(pointer: Pointer, text: string, field: string): UserError {
    return new UserError(
        'ambiguous-filter-target',
        `${field}: there is more than one ${NAMES[pointer][0]} "${text}".`,
        'Make them distinct in the shop, or give the database id as "id:7".',
        { field, got: text },
    );
}

export function described(record: CollectionRecord): string {
    const name = record.slug ?? record.name ?? record.id;
    return name === undefined ? '' : `"${textOf(name)}"`;
}
