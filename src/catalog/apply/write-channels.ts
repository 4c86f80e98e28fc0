import { Asset, Product, ProductOption, ProductOptionGroup, ProductVariant } from '@vendure/core';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { EntityId } from '../sql/sql-session';
import type { Batch, BatchRecord } from './batch';
import { EntityDescription } from './entity-description';
import { PendingEntity, PendingReference } from './pending-entity';
import { compareIds } from './rows';
import { uniquePairs } from './write-links';

type Pairs = [EntityId, EntityId][];

/**
 * Puts what hangs on a record into the record's channels, as Vendure does when a product is assigned to one:
 * new option groups, options, facets and values, and every asset that the record shows. Otherwise they would be
 * invisible there. Runs after the products' own channels are written.
 *
 * `always` are the channels that everything belongs to: the default one and that of the run.
 */
export async function writeInheritedChannels(
    batch: Batch,
    descriptions: readonly EntityDescription[],
    always: readonly EntityId[],
): Promise<void> {
    const records = batch.records.filter(record => record.entities.some(needsChannels));
    if (records.length === 0) return;
    const channelsOf = await readChannels(batch, records, always);
    const assetPairs: Pairs = [];
    for (const record of records) {
        const channels = channelsOf(record);
        for (const entity of record.entities) {
            if (inherits(entity)) {
                for (const channel of channels) entity.inheritChannel(channel);
            }
            for (const asset of assetsOf(entity, batch)) {
                for (const channel of channels) assetPairs.push([asset, channel]);
            }
        }
    }
    for (const description of descriptions) {
        const pairs: Pairs = batch
            .of(description)
            .flatMap(entity =>
                [...entity.inheritedChannels].map((channel): Pairs[number] => [entity.knownId(), channel]),
            );
        if (description.entity === Asset) assetPairs.push(...pairs);
        else await linkChannels(batch, description.entity, pairs);
    }
    assetPairs.push(...(await followNewChannels(batch)));
    await linkChannels(batch, Asset, assetPairs);
}

/** Products and variants that came into further channels take along what they already have. Returns their assets. */
async function followNewChannels(batch: Batch): Promise<Pairs> {
    const { sql } = batch;
    const assetPairs: Pairs = [];
    for (const entity of [Product, ProductVariant]) {
        const added = newChannels(batch, entity);
        if (added.size === 0) continue;
        const owners = [...added.keys()].sort(compareIds);
        const relation = sql.table(entity).metadata.findRelationWithPropertyPath('assets')!;
        const assetRows = sql.table(relation.inverseEntityMetadata.target);
        const owner = relation.inverseSidePropertyPath;
        for (const [ownerId, asset] of await sql.selectIn(assetRows, [owner, 'asset'], owner, owners)) {
            for (const channel of added.get(ownerId as EntityId) ?? []) assetPairs.push([asset as EntityId, channel]);
        }
        if (entity !== Product) continue;
        const ofGroup = new Map<EntityId, Set<EntityId>>();
        for (const [product, group] of await sql.linksOf(sql.joinTable(Product, 'optionGroups'), owners)) {
            const channels = ofGroup.get(group) ?? new Set();
            for (const channel of added.get(product) ?? []) channels.add(channel);
            ofGroup.set(group, channels);
        }
        if (ofGroup.size === 0) continue;
        const options = await sql.selectIn(
            sql.table(ProductOption),
            ['id', 'groupId'],
            'groupId',
            [...ofGroup.keys()].sort(compareIds),
            { isNull: ['deletedAt'] },
        );
        await linkChannels(
            batch,
            ProductOptionGroup,
            spread(
                [...ofGroup.keys()].map(group => [group, group]),
                ofGroup,
            ),
        );
        await linkChannels(batch, ProductOption, spread(options as Pairs, ofGroup));
    }
    return assetPairs;
}

/** The channels that existing products or variants are newly in, by their id. */
function newChannels(batch: Batch, entity: EntityTarget<ObjectLiteral>): Map<EntityId, EntityId[]> {
    const added = new Map<EntityId, EntityId[]>();
    for (const record of batch.records) {
        for (const pending of record.entities) {
            if (pending.description.entity !== entity || pending.creates) continue;
            const channels = addedChannels(pending).map(channel => channel.in(batch.references));
            if (channels.length > 0) added.set(pending.knownId(), channels);
        }
    }
    return added;
}

function needsChannels(entity: PendingEntity): boolean {
    return (
        inherits(entity) ||
        entity.assets.length > 0 ||
        assetReferences(entity).length > 0 ||
        (!entity.creates && addedChannels(entity).length > 0)
    );
}

function inherits(entity: PendingEntity): boolean {
    const hasOwn = entity.links.some(link => link.relation === 'channels');
    return entity.description.inheritsChannels === true && entity.action === 'CREATE' && !hasOwn;
}

function addedChannels(entity: PendingEntity): PendingReference[] {
    if (entity.links.length === 0) return [];
    return entity.links
        .filter(link => link.relation === 'channels')
        .flatMap(link => link.add)
        .filter(target => target instanceof PendingReference);
}

function assetReferences(entity: PendingEntity): PendingReference[] {
    if (entity.columns.size === 0) return [];
    return [...entity.columns.values()].filter(
        (cell): cell is PendingReference => cell instanceof PendingReference && cell.kind === 'Asset',
    );
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
): Promise<(record: BatchRecord) => Set<EntityId>> {
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
        return new Set([...always, ...products, ...variants]);
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

function spread(pairs: Pairs, channelsOfGroup: Map<EntityId, Set<EntityId>>): Pairs {
    return pairs.flatMap(([id, group]) =>
        [...(channelsOfGroup.get(group) ?? [])].map((channel): Pairs[number] => [id, channel]),
    );
}

async function linkChannels({ sql }: Batch, entity: EntityTarget<ObjectLiteral>, pairs: Pairs): Promise<void> {
    if (pairs.length === 0) return;
    await sql.link(sql.joinTable(entity, 'channels'), uniquePairs(pairs), { ignoreExisting: true });
}
