import { textOf } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { EntityId } from '../sql/sql-session';
import type { CatalogRun } from './catalog-run';
import type { LiveProduct } from './live-catalog';
import type { ProductRecord } from './product-record';

export type ProductMatchBy = 'slug' | 'sku' | 'id' | 'customField';

export function productExists(record: ProductRecord, live: LiveProduct, run: CatalogRun): UserError {
    const slug = live.translations.get(run.languageCode)?.values.slug ?? record.slug;
    return new UserError(
        'product-exists',
        `The product "${textOf(slug ?? live.id)}" exists already (id ${live.id}), and the strategy CREATE only creates.`,
        'Choose the strategy UPSERT to update it as well.',
    );
}

export function missingProduct(record: ProductRecord, run: CatalogRun): UserError {
    return new UserError(
        'product-not-found',
        `There is no product ${described(record)} in the channel "${run.channel.code}", and the strategy UPDATE does not create one.`,
        'Choose the strategy UPSERT to create it, or correct the field that the product is matched by.',
    );
}

export function ambiguousProduct(record: ProductRecord, by: string, ids: readonly EntityId[]): UserError {
    return new UserError(
        'ambiguous-product',
        `${ids.length} products fit ${described(record)} by ${by}: ids ${ids.join(', ')}.`,
        'Make them distinct in the shop, or match by id.',
    );
}

export function noMatchValue(field: string): UserError {
    return new UserError(
        'match-value-missing',
        `${field} is missing, and products are matched by it.`,
        `Give ${field}, or choose another field in matchBy.`,
        { field },
    );
}

function described(record: ProductRecord): string {
    const name = record.slug ?? record.name ?? record.variants?.find(variant => variant.sku)?.sku ?? record.id;
    return name === undefined ? '' : `"${name}"`;
}
