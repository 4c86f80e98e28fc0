import {
    Channel,
    Facet,
    FacetValue,
    Product,
    ProductOption,
    ProductOptionGroup,
    ProductVariant,
    StockLevel,
} from '@vendure/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { compareIds } from '../sql/key-order';
import type { EntityId } from '../sql/sql-session';
import type { Batch } from './batch';
import type { PendingEntity } from './pending-entity';
import { PendingReference } from './pending-entity';
import { uniquePairs } from './write-links';

/** A thing and a channel, or an owner and what it owns. */
export type Pairs = [EntityId, EntityId][];

interface Followers {
    assets: Pairs;
    facetValues: Pairs;
}

/** Products and variants that came into further channels take along what they already have. */
export async function followNewChannels(batch: Batch): Promise<Followers> {
    const { sql } = batch;
    const followers: Followers = { assets: [], facetValues: [] };
    for (const entity of [Product, ProductVariant]) {
        const added = channelsOfUpdates(batch, entity, addedChannels);
        if (added.size === 0) continue;
        const owners = [...added.keys()].sort(compareIds);
        const relation = sql.table(entity).metadata.findRelationWithPropertyPath('assets')!;
        const assetRows = sql.table(relation.inverseEntityMetadata.target);
        const owner = relation.inverseSidePropertyPath;
        const shown = await sql.selectIn(assetRows, [owner, 'asset'], owner, owners);
        followers.assets.push(...spread(swapped(shown as Pairs), added));
        const named = await sql.linksOf(sql.joinTable(entity, 'facetValues'), owners);
        followers.facetValues.push(...spread(swapped(named), added));
        if (entity === Product) await bringOptions(batch, owners, added);
        else await seedStockLevels(batch, added);
    }
    return followers;
}

/** Whoever sees a facet value sees its facet. */
export async function linkFacetValues(batch: Batch, pairs: Pairs): Promise<void> {
    if (pairs.length === 0) return;
    const { sql } = batch;
    const channelsOf = grouped(pairs);
    const values = [...channelsOf.keys()].sort(compareIds);
    const facets = (await sql.selectIn(sql.table(FacetValue), ['facetId', 'id'], 'id', values)) as Pairs;
    await linkChannels(batch, FacetValue, pairs);
    await linkChannels(batch, Facet, spread(facets, channelsOf));
}

export async function linkChannels(batch: Batch, entity: EntityTarget<ObjectLiteral>, pairs: Pairs): Promise<void> {
    if (pairs.length === 0) return;
    const { sql } = batch;
    await sql.link(sql.joinTable(entity, 'channels'), uniquePairs(pairs), { ignoreExisting: true });
}

/** Option groups leave a channel together with the last of their products, as in Vendure. Runs after the products have left. */
export async function leaveChannels(batch: Batch): Promise<void> {
    const left = channelsOfUpdates(batch, Product, removedChannels);
    if (left.size === 0) return;
    const { sql } = batch;
    const products = [...left.keys()].sort(compareIds);
    const ofProducts = await sql.linksOf(sql.joinTable(Product, 'optionGroups'), products);
    if (ofProducts.length === 0) return;
    const groupChannels = grouped(spread(swapped(ofProducts), left));
    const groups = [...groupChannels.keys()].sort(compareIds);
    const users = await sql.linksOf(sql.joinTable(ProductOptionGroup, 'products'), groups);
    const userIds = [...new Set(users.map(([, product]) => product))].sort(compareIds);
    const living = await sql.selectIn(sql.table(Product), ['id'], 'id', userIds, { isNull: ['deletedAt'] });
    const alive = new Set(living.map(([id]) => id));
    const channelsOfUser = grouped(await sql.linksOf(sql.joinTable(Product, 'channels'), userIds));
    for (const [group, product] of users) {
        if (!alive.has(product)) continue;
        for (const channel of channelsOfUser.get(product) ?? []) groupChannels.get(group)!.delete(channel);
    }
    const gone: Pairs = [...groupChannels].flatMap(([group, channels]) =>
        [...channels].map(c => [group, c] as Pairs[number]),
    );
    if (gone.length === 0) return;
    await sql.unlink(sql.joinTable(ProductOptionGroup, 'channels'), uniquePairs(gone));
    const options = await optionsOf(batch, [...new Set(gone.map(([group]) => group))]);
    const optionPairs = uniquePairs(spread(options, groupChannels));
    if (optionPairs.length > 0) await sql.unlink(sql.joinTable(ProductOption, 'channels'), optionPairs);
}

export function addedChannels(entity: PendingEntity): PendingReference[] {
    return linkedReferences(entity, 'channels', 'add');
}

export function linkedReferences(entity: PendingEntity, relation: string, way: 'add' | 'remove'): PendingReference[] {
    if (entity.links.length === 0) return [];
    return entity.links
        .filter(link => link.relation === relation)
        .flatMap(link => link[way])
        .filter(target => target instanceof PendingReference);
}

async function bringOptions(
    batch: Batch,
    products: readonly EntityId[],
    added: ReadonlyMap<EntityId, ReadonlySet<EntityId>>,
): Promise<void> {
    const { sql } = batch;
    const ofProducts = await sql.linksOf(sql.joinTable(Product, 'optionGroups'), products);
    if (ofProducts.length === 0) return;
    await bringGroups(batch, spread(swapped(ofProducts), added));
}

/** Option groups come into channels with their options. */
export async function bringGroups(batch: Batch, groups: Pairs): Promise<void> {
    if (groups.length === 0) return;
    const options = await optionsOf(batch, [...new Set(groups.map(([group]) => group))]);
    await linkChannels(batch, ProductOptionGroup, groups);
    await linkChannels(batch, ProductOption, spread(options, grouped(groups)));
}

/** Variants get a level at every location of a channel that they come into, as in Vendure; none that is there is touched. */
async function seedStockLevels(
    { sql }: Batch,
    channelsOf: ReadonlyMap<EntityId, ReadonlySet<EntityId>>,
): Promise<void> {
    const channels = [...new Set([...channelsOf.values()].flatMap(ids => [...ids]))].sort(compareIds);
    const locations = grouped(await sql.linksOf(sql.joinTable(Channel, 'stockLocations'), channels));
    const levels: Pairs = [];
    for (const [variant, joined] of channelsOf) {
        for (const channel of joined)
            for (const location of locations.get(channel) ?? []) levels.push([variant, location]);
    }
    if (levels.length === 0) return;
    const columns = ['productVariantId', 'stockLocationId', 'stockOnHand', 'stockAllocated'];
    const rows = uniquePairs(levels).map(level => [...level, 0, 0]);
    await sql.insertMissing(sql.table(StockLevel), columns, rows);
}

/** Options with their groups. */
async function optionsOf({ sql }: Batch, groups: EntityId[]): Promise<Pairs> {
    const columns = ['id', 'groupId'];
    const sorted = groups.sort(compareIds);
    const rows = await sql.selectIn(sql.table(ProductOption), columns, 'groupId', sorted, { isNull: ['deletedAt'] });
    return rows as Pairs;
}

/** The channels that existing products or variants come into or leave, by their id. */
function channelsOfUpdates(
    batch: Batch,
    entity: EntityTarget<ObjectLiteral>,
    channelsOf: (pending: PendingEntity) => PendingReference[],
): Map<EntityId, Set<EntityId>> {
    const pairs: Pairs = [];
    for (const { entities } of batch.records) {
        for (const pending of entities) {
            if (pending.description.entity !== entity || pending.creates) continue;
            for (const channel of channelsOf(pending)) pairs.push([pending.knownId(), channel.in(batch.references)]);
        }
    }
    return grouped(pairs);
}

function removedChannels(entity: PendingEntity): PendingReference[] {
    return linkedReferences(entity, 'channels', 'remove');
}

/** Everything with each channel of its owner. */
function spread(owned: Pairs, channelsOf: ReadonlyMap<EntityId, ReadonlySet<EntityId>>): Pairs {
    return owned.flatMap(([id, owner]) =>
        [...(channelsOf.get(owner) ?? [])].map((channel): Pairs[number] => [id, channel]),
    );
}

function swapped(pairs: Pairs): Pairs {
    return pairs.map(([a, b]) => [b, a]);
}

function grouped(pairs: Pairs): Map<EntityId, Set<EntityId>> {
    const groups = new Map<EntityId, Set<EntityId>>();
    for (const [id, value] of pairs) {
        const values = groups.get(id);
        if (values) values.add(value);
        else groups.set(id, new Set([value]));
    }
    return groups;
}
