import type { UserError } from '../../sdk/errors';
import type { KnownEntity } from '../provenance/known-entities';
import type { ChangeSet, EntityChange } from '../../sdk/change-set';
import type { Origin, PipelineRecord } from '../../sdk/record';
import type { ReferenceKind } from '../references';
import type { EntityId } from '../sql/sql-session';
import type { AssetDirectory } from './asset-directory';
import type { CatalogRun } from './catalog-run';
import type { FacetDirectory } from './facet-directory';
import { LinkedReferences } from './linked-references';
import type { LiveOptionGroup, LiveProduct, LiveVariant } from './live-catalog';
import type { SlugBook } from './slug-book';

/** What `resolve` found for one record. */
export interface Match<R> {
    /** The record as the loader reads it: without the lists that its settings skip. */
    record: R;
    /** Why the record is refused before it is compared. */
    problem?: UserError;
    /** What the record became in an earlier run, if external ids are remembered. */
    known?: KnownEntity;
    product?: LiveProduct;
    variant?: LiveVariant;
}

export interface SkuOwner {
    variantId: EntityId;
    productId: EntityId;
    productSlug: string;
}

/** What `resolve` learnt for one batch; `compare` reads it and notes what the batch is about to create. */
export class BatchState<R> {
    readonly references = new LinkedReferences();
    readonly facets: FacetDirectory;
    readonly matches = new Map<PipelineRecord, Match<R>>();
    readonly skuOwners = new Map<string, SkuOwner[]>();
    /** Option groups by their own code, whatever product they belong to. */
    sharedGroups = new Map<string, LiveOptionGroup>();
    /** Ids of related entities that exist, by entity name. */
    readonly related = new Map<string, Set<string>>();
    /** Facets and values that the batch names and that are not in the channel of the run, with the channels they are in. */
    readonly facetsElsewhere = new Map<string, EntityId[]>();
    /** Option combinations of variants that records of the batch create, by product. */
    readonly combinations = new Map<EntityId, Map<string, string>>();
    /** Identities of what is added to option groups that other batches in flight may add the same to. */
    readonly contested = new Set<string>();
    /** Identity → key in References under which an earlier record of the batch creates it. */
    private readonly announced = new Map<string, string>();

    constructor(
        readonly run: CatalogRun,
        readonly assets: AssetDirectory,
        readonly slugs: SlugBook,
    ) {
        this.facets = run.facets;
        run.facts.fill(this.references);
    }

    announcedKey(identity: string): string | undefined {
        return this.announced.get(identity);
    }

    announce(identity: string, key: string): void {
        this.announced.set(identity, key);
    }
}

/**
 * Things that several records may need and that do not exist yet: the first record that needs one creates it, the others
 * rely on that. Kept apart until the record as a whole is accepted, so that a refused one leaves nothing behind.
 */
export class SharedCreations {
    /** Most records need nothing. */
    private created?: Map<string, { key: string; change: EntityChange; isContested: boolean }>;
    private readonly assetsLeftOut: string[] = [];
    private readonly owner: string;

    constructor(
        private readonly state: BatchState<unknown>,
        { step, index }: Origin,
    ) {
        this.owner = `${step}-${index}`;
    }

    /** Makes sure that something will exist and can be found under `key`. `make` is called only if nobody has yet. */
    need(kind: ReferenceKind, identity: string, key: string, make: () => EntityChange, isContested = false): void {
        const announced = this.state.announcedKey(identity) ?? this.created?.get(identity)?.key;
        if (announced !== undefined) this.state.references.link(kind, key, announced);
        else if (!this.state.run.memory.isPlanned(identity, this.owner))
            (this.created ??= new Map()).set(identity, { key, change: make(), isContested });
    }

    /** Their changes in the order in which they must be created; from now on other records rely on them. */
    accept(): EntityChange[] {
        const changes: EntityChange[] = [];
        for (const [identity, { key, change, isContested }] of this.created ?? []) {
            this.state.announce(identity, key);
            if (isContested) this.state.contested.add(identity);
            this.state.run.memory.plan(identity, this.owner);
            changes.push(change);
        }
        return changes.sort((a, b) => ORDER.indexOf(a.entityType) - ORDER.indexOf(b.entityType));
    }

    /** An asset that cannot be had, as an earlier attempt has shown: the record does without it. */
    doWithoutAsset(key: string): void {
        if (!this.assetsLeftOut.includes(key)) this.assetsLeftOut.push(key);
    }

    /** The change set of the record, with what was left out of it. */
    complete(changeSet: ChangeSet): ChangeSet {
        if (this.assetsLeftOut.length === 0) return changeSet;
        const leftOut = this.state.run.assetFailures.leftOut(this.assetsLeftOut);
        return { ...changeSet, refusedParts: [...(changeSet.refusedParts ?? []), leftOut] };
    }
}

const ORDER = ['Facet', 'FacetValue', 'Tag', 'Asset', 'ProductOptionGroup', 'ProductOption'];
