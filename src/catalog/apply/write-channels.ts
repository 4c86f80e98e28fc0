import { Asset, Product, ProductOptionGroup, ProductVariant } from '@vendure/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { compareIds } from '../sql/key-order';
import type { EntityId } from '../sql/sql-session';
import type { Batch, BatchRecord } from './batch';
import { EntityDescription } from './entity-description';
import {
    addedChannels,
    bringGroups,
    followNewChannels,
    leaveChannels,
    linkChannels,
    linkedReferences,
    linkFacetValues,
    type Pairs,
} from './follow-channels';
import { PendingEntity, PendingReference } from './pending-entity';

/**
 * Puts what hangs on a record into the record's channels, as Vendure does when a product is assigned to one:
 * new option groups, options, facets and values, and every asset and facet value that the record names. Otherwise they
 * would be invisible there. Runs after the products' own channels are written.
 *
 * `always` are the channels that everything belongs to: the default one and that of the run.
 */
export async function writeInheritedChannels(
    batch: Batch,
    descriptions: readonly EntityDescription[],
    always: readonly EntityId[],
): Promise<void> {
    await leaveChannels(batch);
    const records = batch.records.filter(record => record.entities.some(needsChannels));
    if (records.length === 0) return;
    const channelsOf = await readChannels(batch, records, always);
    const assetPairs: Pairs = [];
    const valuePairs: Pairs = [];
    const groupPairs: Pairs = [];
    for (const record of records) {
        const channels = channelsOf(record);
        // Named ones are in these already, see compareFacetValues.
        const further = channels.filter(channel => !always.includes(channel));
        for (const entity of record.entities) {
            if (inherits(entity)) entity.inheritChannels(channels);
            for (const asset of assetsOf(entity, batch)) {
                for (const channel of channels) assetPairs.push([asset, channel]);
            }
            for (const group of foundGroups(entity, record, batch)) {
                for (const channel of channels) groupPairs.push([group, channel]);
            }
            if (further.length === 0) continue;
            for (const value of namedFacetValues(entity)) {
                for (const channel of further) valuePairs.push([value.in(batch.references), channel]);
            }
        }
    }
    for (const description of descriptions) {
        const pairs: Pairs = [];
        for (const entity of batch.of(description)) {
            for (const channel of entity.inheritedChannels) pairs.push([entity.knownId(), channel]);
        }
        if (description.entity === Asset) assetPairs.push(...pairs);
        else await linkChannels(batch, description.entity, pairs);
    }
    await bringGroups(batch, groupPairs);
    const followers = await followNewChannels(batch);
    await linkChannels(batch, Asset, [...assetPairs, ...followers.assets]);
    await linkFacetValues(batch, [...valuePairs, ...followers.facetValues]);
}

function needsChannels(entity: PendingEntity): boolean {
    return (
        inherits(entity) ||
        entity.assets.length > 0 ||
        assetReferences(entity).length > 0 ||
        namedFacetValues(entity).length > 0 ||
        linkedReferences(entity, 'optionGroups', 'add').length > 0 ||
        (!entity.creates && addedChannels(entity).length > 0)
    );
}

function inherits(entity: PendingEntity): boolean {
    const hasOwn = entity.links.some(link => link.relation === 'channels');
    return entity.description.inheritsChannels === true && entity.action === 'CREATE' && !hasOwn;
}

/** Option groups that a product takes over from others; those that come with it are in its channels anyway. */
function foundGroups(entity: PendingEntity, { entities }: BatchRecord, { references }: Batch): EntityId[] {
    const taken = linkedReferences(entity, 'optionGroups', 'add');
    if (taken.length === 0) return [];
    const own = new Set(
        entities.filter(e => e.creates && e.description.entity === ProductOptionGroup).map(e => e.knownId()),
    );
    return taken.map(group => group.in(references)).filter(id => !own.has(id));
}

function namedFacetValues(entity: PendingEntity): PendingReference[] {
    return linkedReferences(entity, 'facetValues', 'add');
}

function assetReferences(entity: PendingEntity): PendingReference[] {
    const found: PendingReference[] = [];
    for (const cell of entity.columns.values()) {
        if (cell instanceof PendingReference && cell.kind === 'Asset') found.push(cell);
    }
    return found;
}

function assetsOf(entity: PendingEntity, { references }: Batch): EntityId[] {
    const listed = entity.assets.flatMap(({ keys, relation }) =>
        keys.map(key => entity.reference({ kind: 'Asset' }, key, relation)),
    );
    return [...listed, ...assetReferences(entity)].map(reference => reference.in(references));
}

/** Channels of the record's product, or of its variants where a record is about variants alone. */
async function readChannels(
    { sql, references }: Batch,
    records: readonly BatchRecord[],
    always: readonly EntityId[],
): Promise<(record: BatchRecord) => readonly EntityId[]> {
    const idsOf = (record: BatchRecord, entity: EntityTarget<ObjectLiteral>) =>
        record.entities.filter(pending => pending.description.entity === entity).map(pending => pending.knownId());
    const productsOf = (record: BatchRecord) => {
        const own = idsOf(record, Product);
        const known = references.get('Product', record.owner);
        return own.length > 0 || known === undefined ? own : [known];
    };
    const withoutProduct = records.filter(record => productsOf(record).length === 0);
    const ofProduct = await linkedChannels(Product, records.flatMap(productsOf));
    const ofVariant = await linkedChannels(
        ProductVariant,
        withoutProduct.flatMap(record => idsOf(record, ProductVariant)),
    );
    return record => {
        const products = productsOf(record).flatMap(id => ofProduct.get(id) ?? []);
        const variants =
            products.length > 0 ? [] : idsOf(record, ProductVariant).flatMap(id => ofVariant.get(id) ?? []);
        const further = [...products, ...variants].filter(channel => !always.includes(channel));
        return further.length === 0 ? always : [...new Set([...always, ...further])];
    };

    async function linkedChannels(entity: EntityTarget<ObjectLiteral>, ids: EntityId[]) {
        const channels = new Map<EntityId, EntityId[]>();
        if (ids.length === 0) return channels;
        const unique = [...new Set(ids)].sort(compareIds);
        for (const [owner, channel] of await sql.linksOf(sql.joinTable(entity, 'channels'), unique)) {
            channels.set(owner, [...(channels.get(owner) ?? []), channel]);
        }
        return channels;
    }
}
