import type { ID } from '@vendure/core';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { UserError } from '../sdk/errors';

export interface PageRequest {
    take?: number;
    /** `nextCursor` of the page before. */
    after?: ID;
}

export interface KeysetPage<T> {
    items: T[];
    /** For the next page; null when there is none. */
    nextCursor: ID | null;
}

const DEFAULT_TAKE = 50;
const MAX_TAKE = 500;

/** A page in the order of the ids: it costs the same wherever it stands, and nothing is counted. */
export async function keysetPage<T extends ObjectLiteral & { id: ID }>(
    query: SelectQueryBuilder<T>,
    { take = DEFAULT_TAKE, after }: PageRequest,
): Promise<KeysetPage<T>> {
    if (!Number.isInteger(take) || take < 1 || take > MAX_TAKE) {
        throw new UserError('take-invalid', `A page cannot have ${take} items.`, `Give take from 1 to ${MAX_TAKE}.`);
    }
    if (after !== undefined) query.andWhere(`${query.alias}.id > :after`, { after });
    const found = await query
        .orderBy(`${query.alias}.id`, 'ASC')
        .limit(take + 1)
        .getMany();
    const items = found.slice(0, take);
    return { items, nextCursor: found.length > take ? items.at(-1)!.id : null };
}
