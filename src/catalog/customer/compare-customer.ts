import type { ChangeSet, EntityChange } from '../../sdk/change-set';
import type { PipelineRecord } from '../../sdk/record';
import type { ChannelFacts } from '../product/catalog-facts';
import { channelsAfter } from '../product/compare-channels';
import { compareCustomFields } from '../product/compare-custom-fields';
import { EntityDraft } from '../product/entity-draft';
import { afterList } from '../product/list-mode';
import { compareAddresses } from './compare-addresses';
import {
    ambiguousGroup,
    customerExists,
    defaultChannelStays,
    emailTaken,
    missingCustomer,
    missingField,
    unknownGroup,
} from './customer-problems';
import { type CustomerMatch, type CustomerState, emailAfter } from './customer-state';
import { CUSTOMER_COLUMNS } from './read-customers';

/** Pure. What one record changes of a customer and of what belongs to it. */
export function compareCustomer(
    origin: PipelineRecord['origin'],
    match: CustomerMatch,
    addressColumn: string | undefined,
    state: CustomerState,
): ChangeSet {
    const { record, emailAddress, customer: live } = match;
    const { run, references } = state;
    const given = emailAddress ?? String(record.id ?? '');
    if (live && run.options.strategy === 'CREATE') throw customerExists(given, live.id);
    if (!live && run.options.strategy === 'UPDATE') throw missingCustomer(given, run.channel.code);
    if (!live) {
        if (emailAddress === undefined) throw missingField('emailAddress', 'a customer');
        for (const field of ['firstName', 'lastName'] as const) {
            if (record[field] === undefined) throw missingField(field, 'a customer');
        }
    }
    const key = keyOf(match, state);
    const customer = new EntityDraft('Customer', live?.id ?? null, key);
    for (const name of CUSTOMER_COLUMNS) {
        const after = record[name];
        if (after === undefined) continue;
        const before = live ? (live.values[name] as string | null) : undefined;
        if (live || after !== null) customer.change(name, before, after);
    }
    if (emailAddress !== undefined) {
        customer.change('emailAddress', live?.values.emailAddress as string | undefined, emailAddress);
    }
    const user = compareUser(customer, match, state);
    compareCustomFields(customer, record, live, run.customerRules, state);
    const groups = compareGroups(customer, match, state);
    compareChannels(customer, match, state);
    const addresses = compareAddresses(match, key, addressColumn, state);

    const drafts = [...(user ? [user] : []), customer, ...addresses].filter(draft => draft.changed);
    if (drafts.length === 0) return { action: 'UNCHANGED', key, entities: [] };
    if (live) references.set('Customer', key, live.id);
    const owner = `${origin.step}-${origin.index}`;
    const created = groups.flatMap(name => createGroup(name, owner, state));
    return {
        action: live ? 'UPDATE' : 'CREATE',
        key,
        entities: [...created, ...drafts.map(draft => draft.toChange())],
    };
}

/** The e-mail address; with the id where customers of the batch share one. */
function keyOf({ emailAddress, customer }: CustomerMatch, { references }: CustomerState): string {
    const key = (customer?.values.emailAddress as string | undefined) ?? emailAddress!;
    const other = references.get('Customer', key);
    return customer && other !== undefined && other !== customer.id ? `${key} (id ${customer.id})` : key;
}

/** An account that exists follows the e-mail address; a verified one stays verified. */
function compareUser(customer: EntityDraft, match: CustomerMatch, state: CustomerState): EntityDraft | undefined {
    const { record, customer: live } = match;
    const { run, references, accountOwners, customerRole } = state;
    const emailAddress = emailAfter(match)!;
    const moves = live?.user !== undefined && live.values.emailAddress !== emailAddress;
    if (!moves && record.user === undefined) return undefined;
    const account = accountOwners.get(emailAddress);
    if (account && account.userId !== live?.user?.id) {
        throw emailTaken(emailAddress, `the account of the customer with the id ${account.customerId}`);
    }
    if (!live?.user) {
        const user = new EntityDraft('User', null, emailAddress);
        user.change('identifier', undefined, emailAddress);
        user.change('verified', undefined, record.user?.verified ?? run.verifiedByDefault);
        user.change('roles', undefined, [customerRole]);
        customer.change('user', live ? null : undefined, emailAddress);
        return user;
    }
    const user = new EntityDraft('User', live.user.id, emailAddress);
    references.set('User', emailAddress, live.user.id);
    if (moves) user.change('identifier', live.user.identifier, emailAddress);
    if (record.user?.verified) user.change('verified', live.user.verified, true);
    return user;
}

/** Returns names of groups that do not exist yet. */
function compareGroups(draft: EntityDraft, { record, customer: live }: CustomerMatch, state: CustomerState): string[] {
    if (record.groups === undefined) return [];
    const { options } = state.run;
    const missing: string[] = [];
    const wanted = record.groups.flatMap((given, i) => {
        const name = given.trim();
        const ids = state.groupsByName.get(name) ?? [];
        if (ids.length > 1) throw ambiguousGroup(name, `groups[${i}]`, ids);
        if (ids.length === 1 || options.groupsMode === 'REMOVE') return name;
        if (!options.createGroups) throw unknownGroup(name, `groups[${i}]`);
        missing.push(name);
        return name;
    });
    const before = (live?.groupIds ?? []).flatMap(id => state.groupKeys.get(id) ?? []).sort();
    const after = afterList(before, wanted, options.groupsMode, false);
    if (after !== before) draft.change('groups', live ? before : undefined, [...after]);
    return missing;
}

function createGroup(name: string, owner: string, { announcedGroups, run }: CustomerState): EntityChange[] {
    const identity = `CustomerGroup\n${name}`;
    if (announcedGroups.has(name) || run.memory.isPlanned(identity, owner)) return [];
    announcedGroups.add(name);
    run.memory.plan(identity, owner);
    const draft = new EntityDraft('CustomerGroup', null, name);
    draft.change('name', undefined, name);
    return [draft.toChange()];
}

function compareChannels(draft: EntityDraft, { record, customer: live }: CustomerMatch, state: CustomerState): void {
    const { facts, channel, options, inDefaultChannel } = state.run;
    const mode = options.channelsMode;
    const given = (record.channels ?? []).map((code, i) => facts.channel(code, `channels[${i}]`));
    if (!live) {
        const after = [...new Set([facts.defaultChannel, channel, ...(mode === 'REMOVE' ? [] : given)])];
        draft.change('channels', undefined, codes(after));
        return;
    }
    const before = live.channelIds.flatMap(id => facts.channelOf(id) ?? []);
    const isElsewhere = !inDefaultChannel && !before.includes(channel);
    if (record.channels === undefined && !isElsewhere) return;
    if (mode === 'REMOVE' && given.includes(facts.defaultChannel)) throw defaultChannelStays();
    const named = record.channels === undefined ? before : channelsAfter(before, given, mode, facts);
    const after = isElsewhere && !named.includes(channel) ? [...named, channel] : named;
    if (after !== before) draft.change('channels', codes(before), codes(after));
}

function codes(channels: readonly ChannelFacts[]): string[] {
    return channels.map(({ code }) => code).sort();
}
