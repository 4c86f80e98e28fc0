import type { ChangeSet, EntityChange, FieldChange } from '../../sdk/change-set';
import { splitPath } from '../product/vocabulary';

/** What a committed batch did, by database id as text. */
export interface BatchSummary {
    products: { created: EntityChange[]; updated: EntityChange[]; deleted: EntityChange[] };
    variants: { created: EntityChange[]; updated: EntityChange[]; deleted: EntityChange[] };
    facets: { change: EntityChange; type: 'created' | 'updated' | 'deleted' }[];
    /** Ids of products that came with variants of their own in the same change set. */
    createdWithVariants: Set<string>;
    stock: { variantId: string; location: string; quantity: number; isNew: boolean }[];
    channels: { productId: string; channel: string; type: 'assigned' | 'removed' }[];
    collections: { created: EntityChange[]; updated: EntityChange[]; deleted: EntityChange[] };
    /** Ids of collections in which, or below which, other variants may belong now, or the same under another name. */
    collectionsToFill: string[];
    /** Ids of assets that are cropped otherwise now. */
    focalPoints: string[];
    /** Anything that a collection's filters could look at. */
    concernsCollections: boolean;
}

export function summarise(changeSets: readonly ChangeSet[]): BatchSummary {
    const summary: BatchSummary = {
        products: { created: [], updated: [], deleted: [] },
        variants: { created: [], updated: [], deleted: [] },
        facets: [],
        createdWithVariants: new Set(),
        stock: [],
        channels: [],
        collections: { created: [], updated: [], deleted: [] },
        collectionsToFill: [],
        focalPoints: [],
        concernsCollections: false,
    };
    for (const { entities } of changeSets) {
        const written = entities.filter(change => change.action !== 'UNCHANGED' && change.entityId !== null);
        const hasNewVariants = written.some(change => isVariant(change) && change.action === 'CREATE');
        for (const change of written) {
            if (change.entityType === 'Product') {
                summary.products[typeOf(change)].push(change);
                summary.concernsCollections = true;
                if (change.action === 'CREATE' && hasNewVariants) summary.createdWithVariants.add(change.entityId!);
                if (change.action === 'UPDATE') addChannelMoves(summary, change);
            } else if (change.entityType === 'Facet' || change.entityType === 'FacetValue') {
                summary.facets.push({ change, type: typeOf(change) });
            } else if (change.entityType === 'Collection') {
                summary.collections[typeOf(change)].push(change);
                if (change.action !== 'DELETE' && change.fields.some(concernsVariants))
                    summary.collectionsToFill.push(change.entityId!);
            } else if (change.entityType === 'Asset') {
                if (change.action === 'UPDATE' && change.fields.some(({ path }) => path === 'focalPoint'))
                    summary.focalPoints.push(change.entityId!);
            } else if (isVariant(change)) {
                addStock(summary, change);
                // What only moves stock is told as a stock movement, as Vendure does for sales and adjustments.
                if (change.action === 'UPDATE' && change.fields.every(isStockOrContext)) continue;
                summary.variants[typeOf(change)].push(change);
                summary.concernsCollections = true;
            }
        }
    }
    return summary;
}

function typeOf({ action }: EntityChange): 'created' | 'updated' | 'deleted' {
    return action === 'CREATE' ? 'created' : action === 'DELETE' ? 'deleted' : 'updated';
}

function isVariant(change: EntityChange): boolean {
    return change.entityType === 'ProductVariant';
}

/** What decides which variants a collection has, and what the search index says of it with each of them. */
function concernsVariants({ path }: FieldChange): boolean {
    const [first, , property] = splitPath(path);
    return first === 'translations' ? property === 'slug' || property === 'name' : FILLING.has(first!);
}

const FILLING = new Set(['filters', 'inheritFilters', 'parent', 'isPrivate', 'channels']);

function isStockOrContext(field: FieldChange): boolean {
    const isStock = field.path.startsWith('stock.') || field.path.startsWith('adjustments.');
    return isStock || (field.path === 'product' && field.before === field.after);
}

function addStock(summary: BatchSummary, change: EntityChange): void {
    for (const field of change.fields) {
        if (!field.path.startsWith('stock.')) continue;
        const location = splitPath(field.path)[1]!;
        const quantity = Number(field.after ?? 0) - Number(field.before ?? 0);
        if (quantity === 0) continue;
        summary.stock.push({ variantId: change.entityId!, location, quantity, isNew: change.action === 'CREATE' });
    }
}

function addChannelMoves(summary: BatchSummary, change: EntityChange): void {
    const field = change.fields.find(({ path }) => path === 'channels');
    if (!field) return;
    const [before, after] = [field.before, field.after].map(list => (Array.isArray(list) ? list.map(String) : []));
    const move = (type: 'assigned' | 'removed') => (channel: string) =>
        summary.channels.push({ productId: change.entityId!, channel, type });
    after!.filter(code => !before!.includes(code)).forEach(move('assigned'));
    before!.filter(code => !after!.includes(code)).forEach(move('removed'));
}
