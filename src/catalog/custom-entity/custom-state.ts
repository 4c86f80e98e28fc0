import type { JsonValue } from '../../../shared/json';
import { BatchState, Match } from '../product/batch-state';
import type { LiveTranslation } from '../product/live-catalog';
import type { ListMode } from '../product/list-mode';
import type { EntityId } from '../sql/sql-session';
import type { CustomShape } from './custom-shape';
import type { CustomRecord, RecordMapper } from './record-mapper';
import type { RelatedEntities } from './related-entities';

/** What the settings say of the entity. */
export interface CustomMatching {
    shape: CustomShape;
    mapper: RecordMapper;
    /** Columns and relations by which what exists is found. */
    matchBy: readonly string[];
    /** By relation: the field of the other entity by which it is given. */
    relationKeys: Readonly<Record<string, string>>;
    relationsMode: ListMode;
    channelsMode: ListMode;
}

export type CustomMatch = Match<CustomRecord>;

/** One row as it is, as far as the batch mentions it. */
export interface LiveCustom {
    id: EntityId;
    /** By path: columns and single relations as change sets write them, custom fields as the database holds them. */
    values: Record<string, JsonValue>;
    /** Ids over join tables, by relation. */
    links: Map<string, string[]>;
    channelIds: EntityId[];
    translations: Map<string, LiveTranslation>;
    /** Custom fields that are lists of relations, by name. */
    relations: Map<string, EntityId[]>;
    /** For what products have in common with it. */
    assetIds: EntityId[];
}

export class CustomState extends BatchState<CustomRecord> {
    readonly live = new Map<CustomMatch, LiveCustom>();
    /** What the records are matched by, accepted. */
    readonly keys = new Map<CustomMatch, readonly JsonValue[]>();
    targets!: RelatedEntities;
}
