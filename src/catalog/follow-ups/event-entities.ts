import {
    Collection,
    Facet,
    FacetTranslation,
    FacetValue,
    FacetValueTranslation,
    Product,
    ProductTranslation,
    ProductVariant,
    ProductVariantTranslation,
    StockAdjustment,
    StockLocation,
    Translation,
    VendureEntity,
} from '@vendure/core';
import type { EntityChange } from '../../sdk/change-set';
import { splitPath } from '../product/vocabulary';

/** Entities for events, made of what a change set wrote. */
export function productOf(change: EntityChange): Product {
    const { columns, translations } = writtenBy(change, PRODUCT_COLUMNS);
    return new Product({
        ...columns,
        id: idOf(change),
        translations: translations.map(t => new ProductTranslation(t as Partial<Translation<Product>>)),
    });
}

export function variantOf(change: EntityChange): ProductVariant {
    const { columns, translations } = writtenBy(change, VARIANT_COLUMNS);
    // A price list has thousands; given to the constructor, each property would be described first.
    const variant = Object.assign(new ProductVariant(), columns);
    variant.id = idOf(change);
    variant.translations = translations.map(t => Object.assign(new ProductVariantTranslation(), t));
    return variant;
}

export function collectionOf(change: EntityChange): Collection {
    return new Collection({ id: idOf(change) });
}

export function facetOf(change: EntityChange): Facet | FacetValue {
    const { columns, translations } = writtenBy(change, FACET_COLUMNS);
    return change.entityType === 'Facet'
        ? new Facet({
              ...columns,
              id: idOf(change),
              translations: translations.map(t => new FacetTranslation(t as Partial<Translation<Facet>>)),
          })
        : new FacetValue({
              ...columns,
              id: idOf(change),
              translations: translations.map(t => new FacetValueTranslation(t as Partial<Translation<FacetValue>>)),
          });
}

export function stockAdjustment(
    variantId: string,
    location: StockLocation | undefined,
    quantity: number,
): StockAdjustment {
    return new StockAdjustment({
        quantity,
        productVariant: new ProductVariant({ id: toId(variantId) }),
        ...(location ? { stockLocation: location, stockLocationId: location.id } : {}),
    });
}

/** Change sets hold ids as text; services and subscribers compare them with those of the database. */
export function toId(text: string): VendureEntity['id'] {
    return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

const PRODUCT_COLUMNS = new Set(['enabled']);
const FACET_COLUMNS = new Set(['code', 'isPrivate']);
const VARIANT_COLUMNS = new Set([
    'sku',
    'enabled',
    'trackInventory',
    'outOfStockThreshold',
    'useGlobalOutOfStockThreshold',
]);

export function idOf(change: EntityChange): VendureEntity['id'] {
    return toId(change.entityId!);
}

function writtenBy(change: EntityChange, known: ReadonlySet<string>) {
    const columns: Record<string, unknown> = {};
    const translations: Record<string, unknown>[] = [];
    for (const { path, after } of change.fields) {
        if (known.has(path)) columns[path] = after;
        else if (path === 'deletedAt' && typeof after === 'string') columns.deletedAt = new Date(after);
        else if (path.startsWith('translations.')) {
            const [, languageCode, property, further] = splitPath(path);
            if (!languageCode || !property || further !== undefined) continue;
            let translation = translations.find(each => each.languageCode === languageCode);
            if (!translation) translations.push((translation = { languageCode }));
            translation[property] = after;
        }
    }
    return { columns, translations };
}
