import { BatchState, Match } from '../product/batch-state';
import type { LiveTranslation } from '../product/live-catalog';
import type { ListMode } from '../product/list-mode';
import type { EntityId } from '../sql/sql-session';
import type { FacetKind } from './facet-kind';
import type { FacetRecord } from './facet-record';

export type FacetMatchBy = 'code' | 'id' | 'customField';

export interface FacetMatching {
    kind: FacetKind;
    by: FacetMatchBy;
    /** `customFields.<name>`, when matched by a custom field. */
    column?: string;
    channelsMode: ListMode;
}

/** A facet or facet value as it is. */
export interface LiveFacet {
    id: EntityId;
    code: string;
    /** Of a value. */
    facetId?: EntityId;
    values: Record<string, unknown>;
    translations: Map<string, LiveTranslation>;
    /** Empty when nothing of the batch asks for them. */
    channelIds: EntityId[];
    relations: Map<string, EntityId[]>;
    /** For what products have in common with it. */
    assetIds: EntityId[];
}

export interface ParentFacet {
    id: EntityId;
    code: string;
    channelIds: EntityId[];
}

export class FacetState extends BatchState<FacetRecord> {
    readonly live = new Map<Match<FacetRecord>, LiveFacet>();
    /** The facet of a value, of those records whose facet exists in the channel of the run. */
    readonly parents = new Map<Match<FacetRecord>, ParentFacet>();
    /** The code that a record goes by: its own, else made from its name. */
    readonly wantedCodes = new Map<Match<FacetRecord>, string>();
    /** Who has a code that a record wants, by `codeIdentity`. */
    readonly codes = new Map<string, LiveFacet>();
    /** The values of facets whose channels may change. */
    readonly valuesOf = new Map<EntityId, LiveFacet[]>();
    /** `<value id> <channel id>` of values that products or variants of that channel have. */
    readonly used = new Set<string>();
    /** MySQL takes codes that differ in case only for the same. */
    foldsCase = false;

    codeIdentity(code: string, facetId: EntityId | undefined): string {
        return `${facetId ?? ''} ${this.foldsCase ? code.toLowerCase() : code}`;
    }
}
