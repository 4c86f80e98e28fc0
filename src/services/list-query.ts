import type {
    ExtendedListQueryOptions,
    ListQueryBuilder,
    ListQueryOptions,
    RequestContext,
    Type,
    VendureEntity,
} from '@vendure/core';
import type { SelectQueryBuilder } from 'typeorm';

type Order<T extends VendureEntity> = NonNullable<ExtendedListQueryOptions<T>['orderBy']>;

interface Extended<T extends VendureEntity> extends ExtendedListQueryOptions<T> {
    ctx: RequestContext;
}

/**
 * A list of Vendure's kind in the order that its options ask for, then in its usual one, at last by id: rows that are alike
 * would come on two pages or on none. To Vendure its usual order counts more than the options. Clients send null for
 * options that they leave out.
 */
export function listQuery<T extends VendureEntity>(
    builder: ListQueryBuilder,
    entity: Type<T>,
    options: ListQueryOptions<T> | null | undefined,
    extended: Extended<T>,
): SelectQueryBuilder<T> {
    const asked: Record<string, unknown> = options?.sort ?? {};
    const usual = Object.entries<unknown>({ id: 'ASC', ...extended.orderBy });
    // The id decides last, wherever the usual order names it.
    usual.sort(([a], [b]) => Number(a === 'id') - Number(b === 'id'));
    // Who asks for the oldest first means it of those of one second too.
    const isTurned = usual.some(([name, way]) => asked[name] && asked[name] !== way);
    const rest = usual
        .filter(([name]) => !asked[name])
        .map(([name, way]) => [name, isTurned ? (way === 'ASC' ? 'DESC' : 'ASC') : way]);
    return builder.build(entity, options ?? undefined, { ...extended, orderBy: Object.fromEntries(rest) as Order<T> });
}
