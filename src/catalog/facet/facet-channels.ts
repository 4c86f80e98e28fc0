import { Product, ProductVariant } from '@vendure/core';
import type { EntityChange } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import type { ChannelFacts } from '../product/catalog-facts';
import type { CatalogRun } from '../product/catalog-run';
import { EntityDraft } from '../product/entity-draft';
import { channelsAfter } from '../product/compare-channels';
import type { ListMode } from '../product/list-mode';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { FacetRecord } from './facet-record';
import type { FacetState, LiveFacet, ParentFacet } from './facet-state';

interface Channels {
    before: readonly ChannelFacts[];
    /** The very same list when nothing changes. */
    after: readonly ChannelFacts[];
}

/** Channels of an existing facet or value, before and after the record. */
export function channelsOf(record: FacetRecord, live: LiveFacet, mode: ListMode, run: CatalogRun): Channels {
    const { facts } = run;
    const before = known(live.channelIds, run);
    if (record.channels === undefined || live.channelIds.length === 0) return { before, after: before };
    const given = record.channels.map((code, i) => facts.channel(code, `channels[${i}]`));
    if (mode === 'REMOVE' && given.includes(facts.defaultChannel)) {
        throw new UserError(
            'default-channel-stays',
            'channels: nothing can be removed from the default channel.',
            'Take the default channel out of the list.',
            { field: 'channels' },
        );
    }
    return { before, after: channelsAfter(before, given, mode, facts) };
}

/** Those of a new facet or value, as Vendure gives them, and those that the record names besides. */
export function channelsOfNew({ channels = [] }: FacetRecord, mode: ListMode, run: CatalogRun): ChannelFacts[] {
    const given = channels.map((code, i) => run.facts.channel(code, `channels[${i}]`));
    return [...new Set([run.facts.defaultChannel, run.channel, ...(mode === 'REMOVE' ? [] : given)])];
}

/** A value is only of use where its facet is. */
export function assertWithFacet(after: readonly ChannelFacts[], facet: ParentFacet, run: CatalogRun): void {
    const own = known(facet.channelIds, run);
    const missing = after.find(channel => !own.includes(channel));
    if (!missing) return;
    throw new UserError(
        'facet-not-in-channel',
        `channels: the facet "${facet.code}" is not in the channel "${missing.code}", so its values cannot be.`,
        'Load the facet with that channel first.',
        { field: 'channels', got: missing.code },
    );
}

/** As in Vendure, what products of a channel have is not taken out of it, and the values of a facet go where it goes. */
export function compareFacetChannels(
    draft: EntityDraft,
    live: LiveFacet,
    { before, after }: Channels,
    state: FacetState,
): EntityChange[] {
    if (after === before) return [];
    const values = state.valuesOf.get(live.id) ?? [];
    const removed = before.filter(channel => !after.includes(channel));
    for (const channel of removed) {
        const used = [live, ...values].find(value => state.used.has(`${value.id} ${channel.id}`));
        if (!used) continue;
        throw new UserError(
            'facet-in-use',
            `channels: "${live.code}" cannot be taken out of the channel "${channel.code}", where products or variants have ` +
                (used === live ? 'it.' : `its value "${used.code}".`),
            'Take it from those products first.',
            { field: 'channels', got: channel.code },
        );
    }
    const codes = (channels: readonly ChannelFacts[]) => channels.map(channel => channel.code);
    draft.change('channels', codes(before), codes(after));
    const added = after.filter(channel => !before.includes(channel));
    return values.flatMap(value => {
        const own = known(value.channelIds, state.run);
        const kept = own.filter(channel => !removed.includes(channel));
        const all = [...kept, ...added.filter(channel => !own.includes(channel))];
        const change = new EntityDraft('FacetValue', value.id, `${live.code}:${value.code}`);
        if (kept.length < own.length || all.length > kept.length) change.change('channels', codes(own), codes(all));
        return change.changed ? [change.toChange()] : [];
    });
}

/** Which of the values living products or variants of the channels have; two statements, however many. */
export async function usedValues(
    valueIds: readonly EntityId[],
    channelIds: readonly EntityId[],
    sql: SqlSession,
): Promise<string[]> {
    if (valueIds.length === 0 || channelIds.length === 0) return [];
    const used: string[] = [];
    for (const entity of [Product, ProductVariant]) {
        const owners = sql.table(entity);
        const [values, channels] = [sql.joinTable(entity, 'facetValues'), sql.joinTable(entity, 'channels')];
        const [value, channel] = [`v.${values.targetColumn}`, `c.${channels.targetColumn}`];
        const [ofValue, ofChannel] = [sql.inList(value, valueIds), sql.inList(channel, channelIds)];
        const rows = await sql.query(
            `SELECT DISTINCT ${value}, ${channel} FROM ${values.path} v ` +
                `JOIN ${owners.path} o ON o.${owners.column('id')} = v.${values.ownerColumn} AND o.${owners.column('deletedAt')} IS NULL ` +
                `JOIN ${channels.path} c ON c.${channels.ownerColumn} = v.${values.ownerColumn} ` +
                `WHERE ${ofValue.sql} AND ${ofChannel.sql}`,
            [...ofValue.parameters, ...ofChannel.parameters],
        );
        used.push(...rows.map(([valueId, channelId]) => `${String(valueId)} ${String(channelId)}`));
    }
    return used;
}

function known(ids: readonly EntityId[], { facts }: CatalogRun): ChannelFacts[] {
    return ids.flatMap(id => facts.channelOf(id) ?? []);
}
