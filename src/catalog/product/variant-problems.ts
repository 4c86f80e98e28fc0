import { UserError } from '../../sdk/errors';
import { awaited } from '../awaited';
import type { CatalogRun } from './catalog-run';
import type { LiveVariant } from './live-catalog';
import type { SingleVariantRecord } from './product-record';

export type VariantMatchBy = 'sku' | 'id' | 'customField';

export function noMatchValue(field: string): UserError {
    return new UserError(
        'match-value-missing',
        `${field} is missing, and variants are matched by it.`,
        `Give ${field}, or choose another field in matchBy.`,
        { field },
    );
}

export function ambiguousVariant(
    record: Pick<SingleVariantRecord, 'sku' | 'id'>,
    by: string,
    found: readonly LiveVariant[],
    remedy = 'give the slug of the product, or match by id',
): UserError {
    return new UserError(
        'ambiguous-variant',
        `${found.length} variants fit ${described(record)} by ${by}: ids ${found.map(variant => variant.id).join(', ')}.`,
        `Make them distinct in the shop, ${remedy}.`,
    );
}

export function variantExists(record: SingleVariantRecord, live: LiveVariant): UserError {
    return new UserError(
        'variant-exists',
        `The variant ${described(record)} exists already (id ${live.id}), and the strategy CREATE only creates.`,
        'Choose the strategy UPSERT to update it as well.',
    );
}

export function missingVariant(record: SingleVariantRecord, run: CatalogRun): UserError {
    return new UserError(
        'variant-not-found',
        `There is no variant ${described(record)} in the channel "${run.channel.code}", and the strategy UPDATE does not create one.`,
        'Choose the strategy UPSERT to create it, or correct the field that the variant is matched by.',
    );
}

export function missingProductOf(record: SingleVariantRecord, run: CatalogRun): UserError {
    const { product } = record;
    return new UserError(
        product === undefined ? 'product-missing' : 'product-not-found',
        product === undefined
            ? `There is no variant ${described(record)}, and the record does not say to which product a new one belongs.`
            : `product: there is no product with the slug "${product}" in the channel "${run.channel.code}".`,
        product === undefined
            ? 'Give the slug of the product in product, or correct the field that the variant is matched by.'
            : 'Load the product first, or correct the slug.',
        { field: 'product', ...(product === undefined ? {} : { got: product, waitsFor: awaited('Product', product) }) },
    );
}

export function productFixed(record: SingleVariantRecord, live: LiveVariant): UserError {
    return new UserError(
        'product-fixed',
        `product: the variant ${described(record)} belongs to another product (id ${live.productId}), and Vendure cannot move it to "${record.product}".`,
        'Correct the product, or the field that the variant is matched by.',
        { field: 'product', got: record.product ?? null },
    );
}

function described({ sku, id }: Pick<SingleVariantRecord, 'sku' | 'id'>): string {
    const name = sku || id;
    return name === undefined ? 'for this record' : `"${name}"`;
}
