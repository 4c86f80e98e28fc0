import { TransactionalConnection } from '@vendure/core';
import type { DataSource } from 'typeorm';
import type { JsonObject } from '../../../shared/json';
import type { ChangeSet, FieldDrift } from '../../sdk/change-set';
import { DataHubError, UserError } from '../../sdk/errors';
import { Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import { type DescriptionBook, descriptionsIn } from '../apply/description-book';
import type { CatalogHost } from '../catalog-scope';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { DriftLog } from './drift-log';
import { FieldOwners } from './field-owners';
import { Drift, FieldPolicy, Past } from './field-policy';
import { KnownEntities, KnownEntity } from './known-entities';
import { isGone } from './missing/missing-references';
import { BookEntry, ReferenceBook } from './reference-book';
import type { RepeatSettings } from './settings';

/** The loader as it would be without a memory. */
export interface Deciding<S> {
    entityType: string;
    keysOf: (record: JsonObject) => string[];
    resolve(records: readonly PipelineRecord[], sql: SqlSession, known: KnownEntities): Promise<S>;
    decide(record: PipelineRecord, state: S): ChangeSet | Rejected;
    /** The same about what came in an earlier run; it leaves no trace for the records of this one. */
    decideFormer(record: PipelineRecord, state: S): ChangeSet | Rejected;
    /** Nothing of the change set will be kept back: later records of the batch may build on it. */
    settle(changeSet: ChangeSet, state: S): void;
    /** Of the entity that the record was matched with. */
    idOf(record: PipelineRecord, state: S): EntityId | undefined;
}

/** What was decided about the records of a batch. */
export interface Decided<S> {
    state: S;
    decisions: Map<PipelineRecord, ChangeSet | Rejected>;
    entries: ReadonlyMap<PipelineRecord, BookEntry>;
    /** Records that the loader was given in place of those that came. */
    instead: ReadonlyMap<PipelineRecord, PipelineRecord>;
}

/**
 * What makes repeated imports safe: finds what a record became before, tells edits in the shop from changes of the source,
 * and remembers what came. The loaders know nothing of it but the entities that they are told a record is known as.
 */
export class Provenance<S> {
    private readonly book: ReferenceBook | undefined;
    private readonly policy: FieldPolicy;
    private readonly drift: DriftLog;

    constructor(
        private readonly host: CatalogHost,
        private readonly settings: RepeatSettings,
        private readonly loader: Deciding<S>,
    ) {
        const { entityType, keysOf } = loader;
        const owners = new FieldOwners(settings, typesOf(entityType));
        const { rawConnection } = host.injector.get(TransactionalConnection);
        const descriptions = descriptionsIn(rawConnection);
        owners.assertKnown(type =>
            fieldsOf(type === undefined ? typesOf(entityType) : [type], descriptions, rawConnection),
        );
        this.policy = new FieldPolicy(settings, owners, entityType);
        this.drift = new DriftLog(host, settings.onDrift === 'REPORT');
        const { source, externalIdField } = settings;
        if (source === undefined) {
            this.assertNoSourceNeeded();
            return;
        }
        this.book = new ReferenceBook({
            source,
            entityType,
            entity: descriptions.find(entityType)?.entity,
            externalIdField,
            keysOf,
            keepsRecords: this.policy.needsPast,
            marksSeen: settings.onMissing !== 'IGNORE',
            runId: host.run?.id ?? '',
            // The channel and the language of the run stand in for those that no setting names.
            settings: { channel: host.ctx.channel.code, languageCode: host.ctx.languageCode, ...settings },
        });
    }

    /** Further keys that a record claims for itself. */
    claimsOf(data: JsonObject): readonly string[] {
        return this.book?.claimOf(data) ?? NO_CLAIMS;
    }

    /** Reads and decides. What needs no change is remembered at once; see {@link remember} for the rest. */
    async resolve(records: readonly PipelineRecord[], sql: SqlSession): Promise<Decided<S>> {
        if (!this.book && this.policy.leavesAll) return this.withoutMemory(records, sql);
        const refused = new Map<PipelineRecord, UserError>();
        const entries =
            (await this.book?.read(records, sql, (record, why) => refused.set(record, why))) ??
            new Map<PipelineRecord, BookEntry>();
        const instead = this.returning(entries);
        const given = records.map(record => instead.get(record) ?? record);
        const state = await this.loader.resolve(given, sql, this.knownBy(entries, sql, instead));
        const decisions = new Map<PipelineRecord, ChangeSet | Rejected>();
        records.forEach((record, i) => {
            const why = refused.get(record);
            decisions.set(record, why ? new Rejected(why) : this.decide(given[i]!, state));
        });
        const decided = { state, decisions, entries, instead };
        await this.refuseKnownElsewhere(decided, sql);
        await this.applyPolicy(decided, sql);
        await this.rememberOthers(decided, sql);
        return decided;
    }

    /** The same where nothing is remembered and the source has its way: there is nothing to weigh. */
    private async withoutMemory(records: readonly PipelineRecord[], sql: SqlSession): Promise<Decided<S>> {
        const state = await this.loader.resolve(records, sql, NOTHING_KNOWN);
        const decisions = new Map<PipelineRecord, ChangeSet | Rejected>();
        for (const record of records) {
            const decision = this.decide(record, state);
            const leaves = decision instanceof Rejected || this.policy.leaves(decision, undefined);
            decisions.set(record, leaves ? decision : this.policy.decide(decision, undefined, noDrift));
        }
        return { state, decisions, entries: NO_ENTRIES, instead: NO_ENTRIES };
    }

    private decide(record: PipelineRecord, state: S): ChangeSet | Rejected {
        const decision = this.loader.decide(record, state);
        if (this.policy.leavesAll && !(decision instanceof Rejected)) this.loader.settle(decision, state);
        return decision;
    }

    /** What was created or changed; once the ids of created entities are known. */
    async remember(changed: readonly (readonly [PipelineRecord, ChangeSet])[], decided: Decided<S>, sql: SqlSession) {
        const { book } = this;
        if (!book) return;
        const rows = changed.flatMap(([record, changeSet]) => {
            const entry = decided.entries.get(record);
            const entityId = this.idOf(record, decided) ?? this.createdBy(changeSet);
            if (!entry || entityId === undefined) return [];
            // What was left out must not look as if it had been loaded and somebody had taken it away since.
            const told = changeSet.refusedParts ? { ...entry, contentHash: '' } : entry;
            return [{ entry: told, entityId, data: record.data }];
        });
        await book.write(rows, sql);
    }

    runEnded(): void {
        this.drift.end();
    }

    private idOf(record: PipelineRecord, { state, instead }: Decided<S>): EntityId | undefined {
        return this.loader.idOf(instead.get(record) ?? record, state);
    }

    /** What was disabled because it came no more is enabled when it comes again, unless the record says otherwise. */
    private returning(entries: ReadonlyMap<PipelineRecord, BookEntry>): Map<PipelineRecord, PipelineRecord> {
        const instead = new Map<PipelineRecord, PipelineRecord>();
        if (this.settings.onMissing !== 'DISABLE') return instead;
        for (const [record, { stored }] of entries) {
            if (!stored || !isGone(stored.lastSeenRun) || record.data.enabled !== undefined) continue;
            instead.set(record, { ...record, data: { ...record.data, enabled: true } });
        }
        return instead;
    }

    private knownBy(
        entries: ReadonlyMap<PipelineRecord, BookEntry>,
        sql: SqlSession,
        instead?: ReadonlyMap<PipelineRecord, PipelineRecord>,
    ): KnownEntities {
        const { book } = this;
        const known = new Map<PipelineRecord, KnownEntity>();
        if (!book?.matches) return known;
        for (const [record, { stored, externalId }] of entries) {
            const id = stored && book.entityIdOf(stored, sql);
            if (id !== undefined) known.set(instead?.get(record) ?? record, { id, externalId, source: book.source });
        }
        return known;
    }

    /** A record that is new to the book must not take over what belongs to another id of the same source. */
    private async refuseKnownElsewhere(decided: Decided<S>, sql: SqlSession): Promise<void> {
        const { book } = this;
        if (!book?.matches) return;
        const { decisions, entries } = decided;
        const adopted = new Map<PipelineRecord, EntityId>();
        for (const [record, { stored }] of entries) {
            const entityId = this.idOf(record, decided);
            if (entityId === undefined || stored?.entityId === String(entityId)) continue;
            if (!(decisions.get(record) instanceof Rejected)) adopted.set(record, entityId);
        }
        if (adopted.size === 0) return;
        for (const [record, other] of await book.othersOf(adopted, sql)) {
            const { externalId } = entries.get(record)!;
            decisions.set(record, new Rejected(this.knownElsewhere(externalId, adopted.get(record)!, other)));
        }
    }

    private async applyPolicy(decided: Decided<S>, sql: SqlSession): Promise<void> {
        const { decisions, instead } = decided;
        const pasts = await this.pastsOf(decided, sql);
        for (const [record, decision] of decisions) {
            if (decision instanceof Rejected) continue;
            const drifts: Drift[] = [];
            const left = this.policy.decide(
                decision,
                pasts.get(record),
                drift => drifts.push(drift),
                instead.has(record),
            );
            decisions.set(record, drifts.length > 0 ? { ...left, drifts: drifts.map(asData) } : left);
            this.drift.note(record, drifts);
        }
    }

    /** The records of the last run are compared with the shop once more, but only those that have changed in the source. */
    private async pastsOf(decided: Decided<S>, sql: SqlSession): Promise<Map<PipelineRecord, Past>> {
        const { decisions, entries } = decided;
        const pasts = new Map<PipelineRecord, Past>();
        const former = new Map<PipelineRecord, PipelineRecord>();
        for (const [record, decision] of decisions) {
            const entry = entries.get(record);
            if (!entry?.stored || decision instanceof Rejected || decision.action !== 'UPDATE') continue;
            // What the record became then is another entity, and of this one nothing is known.
            if (entry.stored.entityId !== String(this.idOf(record, decided))) continue;
            const isSame = this.book!.isSame(entry);
            if (isSame) pasts.set(record, 'SAME');
            else if (isSame === false && entry.stored.record) {
                former.set(record, { data: entry.stored.record, origin: record.origin });
            }
        }
        if (former.size === 0) return pasts;
        const formerEntries = new Map([...former].map(([record, then]) => [then, entries.get(record)!]));
        const state = await this.loader.resolve([...former.values()], sql, this.knownBy(formerEntries, sql));
        for (const [record, then] of former) {
            const decision = this.loader.decideFormer(then, state);
            if (!(decision instanceof Rejected)) pasts.set(record, decision);
        }
        return pasts;
    }

    private async rememberOthers(decided: Decided<S>, sql: SqlSession): Promise<void> {
        const { book } = this;
        const { decisions, entries } = decided;
        if (!book) return;
        if (this.host.dryRun) {
            const { seen } = this.host.run ?? {};
            if (!seen || this.settings.onMissing === 'IGNORE') return;
            const came = [...entries].map(([record, entry]) => [entry, this.idOf(record, decided)] as const);
            return book.noteSeen(came, seen);
        }
        const rows = [...decisions].flatMap(([record, decision]) => {
            const entry = entries.get(record);
            const isRefused = decision instanceof Rejected;
            if (!entry || (!isRefused && decision.action !== 'UNCHANGED')) return [];
            const entityId = isRefused || decision.refusedParts ? undefined : this.idOf(record, decided);
            return [{ entry, entityId, data: record.data }];
        });
        await book.write(rows, sql);
    }

    private createdBy({ entities }: ChangeSet): string | undefined {
        const { entityType } = this.loader;
        return (
            entities.find(entity => entity.entityType === entityType && entity.action === 'CREATE')?.entityId ??
            undefined
        );
    }

    private knownElsewhere(externalId: string, entityId: EntityId, other: string): DataHubError {
        const { source } = this.settings;
        return new UserError(
            'ambiguous-external-id',
            `The record "${externalId}" fits the ${this.loader.entityType} with the id ${entityId} by its natural key, but "${source}" has that as "${other}".`,
            'Correct the record, or give the two different keys.',
            { got: externalId },
        );
    }

    private assertNoSourceNeeded(): void {
        const { externalIdField, conflictStrategy, onDrift, onMissing } = this.settings;
        const field =
            externalIdField !== undefined
                ? 'externalIdField'
                : conflictStrategy === 'MERGE'
                  ? 'conflictStrategy'
                  : onDrift !== 'OVERWRITE'
                    ? 'onDrift'
                    : onMissing !== 'IGNORE'
                      ? 'onMissing'
                      : undefined;
        if (field === undefined) return;
        throw new UserError(
            'source-missing',
            `${field} needs source, the name of the system that the records come from.`,
            'Give source, such as "erp"; pipelines that load the same records of one system share it.',
            { field: 'source' },
        );
    }
}

const NO_CLAIMS: readonly string[] = [];
const NOTHING_KNOWN: KnownEntities = new Map<PipelineRecord, never>();
const NO_ENTRIES: ReadonlyMap<PipelineRecord, never> = new Map<PipelineRecord, never>();
const noDrift = (): void => undefined;

function asData({ entity: { entityType, entityId, key }, path, shop, source, isKept: kept }: Drift): FieldDrift {
    return {
        ...{ entityType, entityId, key, path, kept },
        ...(shop === undefined ? {} : { shop }),
        ...(source === undefined ? {} : { source }),
    };
}

/** Entities that change sets of a loader hold besides those that are shared. */
function typesOf(entityType: string): string[] {
    return entityType === 'Product' ? ['Product', 'ProductVariant'] : [entityType];
}

function fieldsOf(
    entityTypes: readonly string[],
    descriptions: DescriptionBook,
    database: DataSource,
): ReadonlySet<string> {
    const names = new Set(['translations', 'customFields']);
    for (const entityType of entityTypes) {
        const description = descriptions.find(entityType);
        for (const name of Object.keys(description?.paths ?? {})) names.add(name);
        if (!description?.translations) continue;
        const { columns } = database.getMetadata(description.translations.entity);
        for (const { propertyName } of columns) names.add(propertyName);
    }
    for (const technical of ['id', 'createdAt', 'updatedAt', 'deletedAt', 'base', 'languageCode'])
        names.delete(technical);
    return names;
}
