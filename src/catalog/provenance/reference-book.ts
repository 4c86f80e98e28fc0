import { createHash } from 'node:crypto';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { JsonObject, JsonValue } from '../../../shared/json';
import { DataHubReference } from '../../entities/data-hub-reference.entity';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { idFromText } from '../apply/batch';
import { retryWhenTaken } from '../apply/claim-shared';
import { referenceId, shownReferenceId } from '../reference-id';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { CLAIM_SOURCE } from './key-claims';
import { isGone, type Seen } from './missing/missing-references';

/** What is stored of one record of a source. */
export interface StoredReference {
    id: EntityId;
    entityId: string;
    contentHash: string | null;
    record: JsonObject | null;
    lastSeenRun: string | null;
}

/** A record of the batch with what is known of it. */
export interface BookEntry {
    externalId: string;
    contentHash: string;
    stored?: StoredReference;
}

interface BookOptions {
    source: string;
    entityType: string;
    /** Absent for what change sets cannot write. */
    entity?: EntityTarget<ObjectLiteral>;
    externalIdField?: string;
    /** Natural keys, for sources without ids of their own. */
    keysOf: (record: JsonObject) => readonly string[];
    /** Whether records are kept, see FieldPolicy.needsPast. */
    keepsRecords: boolean;
    /** Whether a run must leave its mark on every record that came. */
    marksSeen: boolean;
    runId: string;
    /** Settings of the loader: what they change is no change of the source. */
    settings: object;
}

/** Settings that have no part in what a record makes of an entity: pipelines of one source may differ in them. */
const BESIDE_VALUES = new Set(['onMissing', 'maxMissingPercent', 'events', 'searchIndex']);

/** Remembers which record of a source became which entity: one read for each batch, and writes only for what is new. */
export class ReferenceBook {
    private readonly settingsHash: string;

    constructor(private readonly options: BookOptions) {
        const { source } = options;
        if (source === 'asset' || source === CLAIM_SOURCE || source.length > 100) {
            throw new UserError(
                'source-name',
                `source: "${source.slice(0, 100)}" cannot be the name of a source.`,
                'Choose a name of at most 100 characters other than "asset" and "claim", such as "erp".',
                { field: 'source' },
            );
        }
        const meaning = Object.entries(options.settings).filter(([name]) => !BESIDE_VALUES.has(name));
        this.settingsHash = hashOf(Object.fromEntries(meaning)).slice(0, 16);
    }

    /** Records without any id are left out; `refuse` says why, where the settings ask for one. */
    async read(
        records: readonly PipelineRecord[],
        sql: SqlSession,
        refuse: (record: PipelineRecord, why: UserError) => void,
    ): Promise<Map<PipelineRecord, BookEntry>> {
        const entries = new Map<PipelineRecord, BookEntry>();
        for (const record of records) {
            const externalId = this.idOf(record.data);
            if (externalId !== undefined) {
                const contentHash = `${hashOf(record.data).slice(0, 40)}:${this.settingsHash}`;
                entries.set(record, { externalId, contentHash });
            } else if (this.options.externalIdField !== undefined) refuse(record, this.withoutId());
        }
        const { source, entityType } = this.options;
        const rows = await sql.selectIn(
            sql.table(DataHubReference),
            this.columns,
            'externalId',
            [...entries.values()].map(({ externalId }) => referenceId(externalId)),
            { equals: { source, entityType } },
        );
        const stored = new Map(rows.map(row => [String(row[0]), storedFrom(row)]));
        for (const entry of entries.values()) entry.stored = stored.get(referenceId(entry.externalId));
        return entries;
    }

    /** Under which name a record claims its external id within a run. */
    claimOf(data: JsonObject): string[] {
        const id = this.options.externalIdField === undefined ? undefined : this.idOf(data);
        return id === undefined ? [] : [`external:${this.options.source}:${this.options.entityType}:${id}`];
    }

    get matches(): boolean {
        return this.options.externalIdField !== undefined;
    }

    get source(): string {
        return this.options.source;
    }

    entityIdOf({ entityId }: StoredReference, sql: SqlSession): EntityId | undefined {
        const { entity } = this.options;
        return entity ? idFromText(entityId, sql.table(entity)) : entityId;
    }

    /** Other external ids of the source under which the entities of these records are known already. */
    async othersOf(
        adopted: ReadonlyMap<PipelineRecord, EntityId>,
        sql: SqlSession,
    ): Promise<Map<PipelineRecord, string>> {
        const { source, entityType, keysOf } = this.options;
        const table = sql.table(DataHubReference);
        const ids = [...adopted.values()].map(String);
        const rows = await sql.selectIn(table, ['entityId', 'externalId'], 'entityId', ids, {
            equals: { source, entityType },
        });
        const known = new Map<string, string[]>();
        for (const [entityId, id] of rows)
            known.set(String(entityId), [...(known.get(String(entityId)) ?? []), String(id)]);
        const others = new Map<PipelineRecord, string>();
        for (const [record, entityId] of adopted) {
            // A load without externalIdField knows the same record by its natural key.
            const own = new Set(keysOf(record.data).map(referenceId));
            const other = known.get(String(entityId))?.find(id => !own.has(id));
            if (other !== undefined) others.set(record, shownReferenceId(other));
        }
        return others;
    }

    /** What a dry run has met, as it leaves no marks. */
    noteSeen(came: Iterable<readonly [BookEntry, EntityId | undefined]>, seen: Map<string, Seen>): void {
        const name = `${this.options.source} ${this.options.entityType}`;
        const { references, entities } = seen.get(name) ?? { references: new Set(), entities: new Set() };
        seen.set(name, { references, entities });
        for (const [{ stored }, entityId] of came) {
            if (stored && !isGone(stored.lastSeenRun)) references.add(String(stored.id));
            if (entityId !== undefined && stored?.entityId !== String(entityId)) entities.add(String(entityId));
        }
    }

    /** Whether the source gives the very record of the last run; undefined when the settings are others. */
    isSame({ contentHash, stored }: BookEntry): boolean | undefined {
        const before = stored?.contentHash;
        if (!before || before.slice(41) !== this.settingsHash) return undefined;
        return before === contentHash;
    }

    /** At most three statements. `entityId` undefined: the record was refused, yet the source has it. */
    async write(
        list: readonly { entry: BookEntry; entityId: EntityId | undefined; data: JsonObject }[],
        sql: SqlSession,
    ): Promise<void> {
        const { source, entityType, keepsRecords, marksSeen, runId } = this.options;
        const inserts: unknown[][] = [];
        const updates: unknown[][] = [];
        const seen: unknown[][] = [];
        for (const { entry, entityId, data } of list) {
            const { stored, externalId, contentHash } = entry;
            const record = keepsRecords ? data : null;
            if (entityId !== undefined && !stored) {
                const id = String(entityId);
                inserts.push([source, entityType, referenceId(externalId), id, contentHash, record, runId]);
            } else if (stored && entityId !== undefined && this.isOutdated(entry, String(entityId))) {
                updates.push([stored.id, String(entityId), contentHash, record, runId]);
            } else if (entityId === undefined && isGone(stored?.lastSeenRun ?? null)) {
                // Not back before a record of it is taken: until then what was disabled stays so.
                continue;
            } else if (stored && marksSeen && stored.lastSeenRun !== runId) {
                seen.push([stored.id, runId]);
            }
        }
        const table = sql.table(DataHubReference);
        const values = ['entityId', 'contentHash', 'record', 'lastSeenRun'];
        if (inserts.length > 0) {
            const columns = ['source', 'entityType', 'externalId', ...values];
            await retryWhenTaken(entityType, () => sql.insert(table, columns, inserts));
        }
        if (updates.length > 0) await sql.update(table, ['id'], values, updates);
        if (seen.length > 0) await sql.update(table, ['id'], ['lastSeenRun'], seen);
    }

    private isOutdated({ stored, contentHash }: BookEntry, entityId: string): boolean {
        const isKept = stored!.record !== null;
        return (
            stored!.entityId !== entityId ||
            stored!.contentHash !== contentHash ||
            (this.options.keepsRecords && !isKept)
        );
    }

    private get columns(): string[] {
        const columns = ['externalId', 'id', 'entityId', 'contentHash', 'lastSeenRun'];
        return this.options.keepsRecords ? [...columns, 'record'] : columns;
    }

    private idOf(data: JsonObject): string | undefined {
        const { externalIdField, keysOf } = this.options;
        if (externalIdField === undefined) return keysOf(data)[0];
        let value: JsonValue | undefined = data;
        for (const part of externalIdField.split('.')) value = (value as JsonObject | null | undefined)?.[part];
        if (typeof value === 'number') return String(value);
        return typeof value === 'string' && value !== '' ? value : undefined;
    }

    private withoutId(): UserError {
        const field = this.options.externalIdField!;
        return new UserError(
            'external-id-missing',
            `${field} is missing or neither text nor number, and it holds the id of the record in "${this.options.source}".`,
            `Give ${field}, or leave out externalIdField.`,
            { field },
        );
    }
}

function storedFrom([, id, entityId, contentHash, lastSeenRun, record]: unknown[]): StoredReference {
    return {
        id: id as EntityId,
        entityId: String(entityId),
        contentHash: contentHash as string | null,
        lastSeenRun: lastSeenRun as string | null,
        record: (record ?? null) as JsonObject | null,
    };
}

function hashOf(value: unknown): string {
    return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
