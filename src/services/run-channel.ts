import { DEFAULT_CHANNEL_CODE } from '@vendure/common/lib/shared-constants';
import type { ID, RequestContext } from '@vendure/core';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/**
 * Which runs a user sees and may act on: in the default channel all of them, as with the catalog, in another channel
 * those that were started there. Their changes and refused records hold the prices and stock of that channel.
 */
export function startedIn(ctx: RequestContext): { channelId?: ID } {
    return ctx.channel.code === DEFAULT_CHANNEL_CODE ? {} : { channelId: ctx.channelId };
}

/** The same for a query: `run` is the alias that it knows the run by, or a relation to it that is joined where it is needed. */
export function withinChannel<E extends ObjectLiteral>(
    query: SelectQueryBuilder<E>,
    ctx: RequestContext,
    run: string,
): SelectQueryBuilder<E> {
    const { channelId } = startedIn(ctx);
    if (channelId === undefined) return query;
    const alias = run.split('.').at(-1)!;
    if (alias !== run) query.innerJoin(run, alias);
    return query.andWhere(`${alias}.channelId = :channelId`, { channelId });
}
