import { DEFAULT_CHANNEL_CODE } from '@vendure/common/lib/shared-constants';
import type { ID, RequestContext } from '@vendure/core';

/**
 * Which runs a user sees and may act on: in the default channel all of them, as with the catalog, in another channel
 * those that were started there. Their changes and refused records hold the prices and stock of that channel.
 */
export function startedIn(ctx: RequestContext): { channelId?: ID } {
    return ctx.channel.code === DEFAULT_CHANNEL_CODE ? {} : { channelId: ctx.channelId };
}
