import { UserError } from '../../sdk/errors';
import type { EntityId } from '../sql/sql-session';
import type { CatalogFacts, ChannelFacts } from './catalog-facts';
import type { CatalogRun } from './catalog-run';
import { EntityDraft } from './entity-draft';
import { afterList, ListMode } from './list-mode';

export interface Channels {
    after: readonly ChannelFacts[];
    added: readonly ChannelFacts[];
    removed: readonly ChannelFacts[];
}

/** Undefined when the channels of an existing entity were not read, as nothing of the batch asks for them. */
export function compareChannels(
    draft: EntityDraft,
    codes: readonly string[] | undefined,
    live: { channelIds: readonly EntityId[] } | undefined,
    mode: ListMode,
    run: CatalogRun,
    what: string,
): Channels | undefined {
    const { facts, channel } = run;
    const given = (codes ?? []).map((code, i) => facts.channel(code, `channels[${i}]`));
    if (!live) {
        const after = [...new Set([facts.defaultChannel, channel, ...(mode === 'REMOVE' ? [] : given)])];
        draft.change(
            'channels',
            undefined,
            after.map(c => c.code),
        );
        return { after, added: after, removed: [] };
    }
    if (live.channelIds.length === 0) return undefined;
    const before = live.channelIds.map(id => facts.channelOf(id)).filter(c => c !== undefined);
    if (codes === undefined) return { after: before, added: [], removed: [] };
    if (mode === 'REMOVE' && given.includes(facts.defaultChannel)) {
        throw new UserError(
            'default-channel-stays',
            `channels: a ${what} cannot be removed from the default channel.`,
            `Delete or disable the ${what} instead.`,
            { field: 'channels' },
        );
    }
    const after = channelsAfter(before, given, mode, facts);
    if (after !== before)
        draft.change(
            'channels',
            before.map(c => c.code),
            after.map(c => c.code),
        );
    return {
        after,
        added: after.filter(c => !before.includes(c)),
        removed: before.filter(c => !after.includes(c)),
    };
}

/** Channels of something that exists, as a record that gives some leaves them; the very same list when nothing changes. */
export function channelsAfter(
    before: readonly ChannelFacts[],
    given: readonly ChannelFacts[],
    mode: ListMode,
    facts: CatalogFacts,
): readonly ChannelFacts[] {
    const wanted = mode === 'REPLACE_ALL' ? [facts.defaultChannel, ...given] : given;
    const after = afterList(before, wanted, mode, false);
    facts.assertMayLeave(before, after);
    return after;
}
