import type { ChangeSet } from '../../sdk/change-set';
import type { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { BatchState, Match } from '../product/batch-state';
import { textOwner } from '../product/live-texts';
import type { TextOwner } from '../product/product-texts';
import type { EntityId } from '../sql/sql-session';
import type { LiveEntity } from '../undo/live-entities';
import type { CollectionRecord } from './collection-record';
import type { Pointer, StoredFilter } from './filter-values';

/** A collection as it is now. */
export interface LiveCollection extends TextOwner {
    channelIds: EntityId[];
    assetIds: EntityId[];
    featuredAssetId: EntityId | null;
    filters: StoredFilter[];
}

/** A collection of the tree, as far as its place is concerned. */
export interface TreeNode {
    id: EntityId;
    parentId: EntityId | null;
    isRoot: boolean;
    position: number;
    /** By language. */
    slugs: Map<string, string>;
}

export interface CollectionMatch extends Match<CollectionRecord> {
    collection?: LiveCollection;
    /** The slug by which records of the batch refer to it. */
    slug?: string;
}

/** What was learnt for a batch of collections. */
export class CollectionState extends BatchState<CollectionRecord> {
    /** Collections that the batch mentions, with all that stand above them. */
    readonly nodes = new Map<EntityId, TreeNode>();
    /** Collections that a slug may mean, the one in the language of the run first. */
    readonly bySlug = new Map<string, EntityId[]>();
    /** Records of the batch by the slug that they give. */
    readonly recordsBySlug = new Map<string, PipelineRecord>();
    readonly recordsById = new Map<EntityId, PipelineRecord>();
    /** Highest position below each parent; what the batch creates counts it up. */
    readonly lastPositions = new Map<string, number>();
    /** Natural keys of what stored filters point to, and what records point to, by `<pointer> <id or text>`. */
    readonly filterKeys = new Map<string, string>();
    readonly filterTargets = new Map<string, { key: string; id: EntityId }[]>();
    /** What became of records that were compared, as the place of one depends on others. */
    readonly outcomes = new Map<PipelineRecord, ChangeSet | UserError>();
    /** Records that are being compared: whoever meets one of them again goes round in a circle. */
    readonly underway = new Set<PipelineRecord>();

    override readonly matches = new Map<PipelineRecord, CollectionMatch>();

    keyOfFilterId(pointer: Pointer, id: string): string | undefined {
        return this.filterKeys.get(`${pointer} ${id}`);
    }

    /** What change sets call a collection that exists. */
    keyOfNode(id: EntityId): string {
        const slugs = this.nodes.get(id)?.slugs;
        const slug = slugs?.get(this.run.languageCode) ?? slugs?.values().next().value;
        const known = slug === undefined ? undefined : this.references.get('Collection', slug);
        const key = slug === undefined || (known !== undefined && known !== id) ? `id:${id}` : slug;
        this.references.set('Collection', key, id);
        return key;
    }
}

export function liveCollection(entity: LiveEntity): LiveCollection {
    return {
        ...textOwner(entity),
        channelIds: entity.links.get('channels') ?? [],
        assetIds: entity.assets,
        featuredAssetId: entity.references.get('featuredAsset') ?? null,
        filters: (entity.values.get('filters') ?? []) as unknown as StoredFilter[],
    };
}
