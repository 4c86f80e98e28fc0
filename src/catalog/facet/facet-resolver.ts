import { Facet, FacetValue } from '@vendure/core';
import { type JsonObject, textOf } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { AssetDirectory } from '../product/asset-directory';
import type { Match } from '../product/batch-state';
import type { CatalogRun } from '../product/catalog-run';
import { Needs } from '../product/needs';
import type { RecordCheck } from '../product/record-check';
import { inChannel, parseId, readRelated, validateCustomFields } from '../product/resolve-shared';
import { SlugBook } from '../product/slug-book';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { channelsOf, usedValues } from './facet-channels';
import { codeOf } from './facet-code';
import { ambiguous, facetMissing, inOtherChannel, noMatchValue } from './facet-problems';
import type { FacetRecord } from './facet-record';
import { FacetMatching, FacetState, LiveFacet } from './facet-state';
import { fillChannels, readFacets } from './read-facets';
import { codeByName } from './value-codes';

type FacetMatch = Match<FacetRecord>;

/** Finds the facets or facet values of a batch, each kind of question with one statement. */
export class FacetResolver {
    constructor(
        private readonly run: CatalogRun,
        private readonly matching: FacetMatching,
        private readonly check: RecordCheck,
    ) {}

    async resolve(records: readonly PipelineRecord[], sql: SqlSession): Promise<FacetState> {
        const { run, matching } = this;
        const none = new Set<never>();
        const state = new FacetState(run, await AssetDirectory.read(none, none, sql), new SlugBook(run.memory));
        state.foldsCase = sql.dialect === 'mysql';
        for (const record of records) {
            const problem = this.check.problemOf(record.data);
            state.matches.set(record, { record: this.withoutSkipped(record.data), problem });
        }
        const open = [...state.matches.values()].filter(match => !match.problem);
        if (matching.kind.entityType === 'FacetValue') await this.findFacets(open, state, sql);
        const found = await this.find(open, state, sql);
        await this.nameParents(open, state, sql);
        await this.readChannels(open, [...found.values()], state, sql);
        await readRelated(
            open.flatMap(({ record }) => [...this.customFieldsOf(record)]),
            state,
            sql,
        );
        await validateCustomFields(state.matches, record => this.customFieldsOf(record), run);
        return state;
    }

    private withoutSkipped(data: JsonObject): FacetRecord {
        if (this.matching.channelsMode !== 'SKIP') return data;
        const { channels: _, ...rest } = data;
        return rest;
    }

    /** The facets that records of values name. */
    private async findFacets(open: readonly FacetMatch[], state: FacetState, sql: SqlSession): Promise<void> {
        const { run } = this;
        await state.facets.learnFacets(
            open.flatMap(({ record }) => record.facet ?? []),
            sql,
        );
        const ids = open.flatMap(({ record }) => state.facets.facet(record.facet ?? '')?.id ?? []);
        const visible = await inChannel(Facet, [...new Set(ids)], run, sql);
        for (const match of open) {
            const facet = match.record.facet === undefined ? undefined : state.facets.facet(match.record.facet);
            if (facet && visible.has(facet.id)) state.parents.set(match, { ...facet, channelIds: [] });
            // Without its facet a value can neither be found by its codes nor be created.
            else if (this.matching.by === 'code' || match.record.facet !== undefined) {
                match.problem ??= facetMissing(match.record, run);
            }
        }
    }

    private async find(
        matches: readonly FacetMatch[],
        state: FacetState,
        sql: SqlSession,
    ): Promise<Map<EntityId, LiveFacet>> {
        const { run, matching } = this;
        const { kind, by, column } = matching;
        const keys = new Map<FacetMatch, EntityId>();
        for (const match of matches) {
            if (match.problem) continue;
            const code = codeOf(match.record, run.languageCode);
            if (code !== undefined) state.wantedCodes.set(match, code);
            const key = by === 'code' ? (code ?? null) : this.keyOf(match.record, sql);
            if (key === null) match.problem = noMatchValue(column ?? by, matching);
            else if (key !== undefined) keys.set(match, key);
        }
        const needs = new Needs(run.options);
        for (const { record } of matches) needs.add(record as unknown as JsonObject);
        if (column) needs.customFields.add(column.slice('customFields.'.length));
        const rules = run.rulesOf(kind.entityType);
        const facetIds =
            by === 'code' && kind.entityType === 'FacetValue'
                ? new Set([...state.parents.values()].map(({ id }) => id))
                : undefined;
        const wanted = by === 'customField' ? column! : by;
        const found = await readFacets(kind, wanted, [...keys.values()], needs, rules, sql, facetIds);
        const goByName = kind.entityType === 'FacetValue' && matches.some(({ record }) => record.code === undefined);
        const named = goByName ? needs : new Needs(run.options);
        const owners =
            by === 'code' ? found : await readFacets(kind, 'code', [...state.wantedCodes.values()], named, rules, sql);
        for (const owner of owners.values()) {
            const identity = state.codeIdentity(owner.code, owner.facetId);
            if (!state.codes.has(identity)) state.codes.set(identity, owner);
        }
        if (goByName) await codeByName(matches, owners, matching, needs, state, sql);
        const visible = await inChannel(kind.entity, [...found.keys()], run, sql);
        const byKey = by === 'code' ? undefined : grouped(found.values(), live => keyOfLive(live, by, column));
        for (const [match, key] of keys) {
            const name = `"${key}"`;
            const fitting = byKey
                ? (byKey.get(String(key)) ?? [])
                : [
                      state.codes.get(state.codeIdentity(state.wantedCodes.get(match)!, state.parents.get(match)?.id)),
                  ].filter(live => !!live);
            if (fitting.length > 1) match.problem = ambiguous(name, fitting, matching);
            const [live] = fitting;
            if (!live || match.problem) continue;
            if (visible.has(live.id)) state.live.set(match, live);
            else if (by === 'code') match.problem = inOtherChannel(name, matching, run);
        }
        return found;
    }

    /** Null when the record does not say, undefined when nothing can be called that. */
    private keyOf(record: FacetRecord, sql: SqlSession): EntityId | null | undefined {
        const { kind, by, column } = this.matching;
        if (by === 'id') return record.id === undefined ? null : parseId(record.id, sql.table(kind.entity));
        const name = column!.slice('customFields.'.length);
        const value = record.customFields?.[name];
        if (value === undefined || value === null || value === '') return null;
        const { type } = this.run.rulesOf(kind.entityType).rules.get(name)!.config;
        if (type !== 'int') return textOf(value);
        return Number.isInteger(value) ? (value as number) : undefined;
    }

    /** Values that were found without their facet, which change sets call them by. */
    private async nameParents(open: readonly FacetMatch[], state: FacetState, sql: SqlSession): Promise<void> {
        const unnamed = new Map<FacetMatch, EntityId>();
        for (const match of open) {
            const facetId = state.live.get(match)?.facetId;
            if (facetId !== undefined && !state.parents.has(match)) unnamed.set(match, facetId);
        }
        const rows = await sql.selectIn(sql.table(Facet), ['id', 'code'], 'id', [...unnamed.values()]);
        const codes = new Map(rows.map(([id, code]) => [id, code as string]));
        for (const [match, id] of unnamed) state.parents.set(match, { id, code: codes.get(id)!, channelIds: [] });
    }

    /** Only where a record names channels: those of it, of its facet or values, and who uses them there. */
    private async readChannels(
        open: readonly FacetMatch[],
        found: readonly LiveFacet[],
        state: FacetState,
        sql: SqlSession,
    ): Promise<void> {
        const named = open.filter(({ record, problem }) => !problem && record.channels !== undefined);
        if (named.length === 0) return;
        await fillChannels(this.matching.kind.entity, found, sql);
        await fillChannels(
            Facet,
            named.flatMap(match => state.parents.get(match) ?? []),
            sql,
        );
        const moving: { live: LiveFacet; removed: EntityId[] }[] = [];
        for (const match of named) {
            const live = state.live.get(match);
            if (!live) continue;
            try {
                const { before, after } = channelsOf(match.record, live, this.matching.channelsMode, this.run);
                const removed = before.filter(channel => !after.includes(channel)).map(({ id }) => id);
                if (after !== before) moving.push({ live, removed });
            } catch (refusal) {
                if (!(refusal instanceof UserError)) throw refusal;
                match.problem = refusal;
            }
        }
        const isValue = this.matching.kind.entityType === 'FacetValue';
        if (!isValue) await this.readValues(moving, state, sql);
        const losing = moving.filter(({ removed }) => removed.length > 0);
        const ids = losing.flatMap(({ live }) =>
            isValue ? live.id : (state.valuesOf.get(live.id) ?? []).map(({ id }) => id),
        );
        const channels = [...new Set(losing.flatMap(({ removed }) => removed))];
        for (const used of await usedValues(ids, channels, sql)) state.used.add(used);
    }

    private async readValues(moving: readonly { live: LiveFacet }[], state: FacetState, sql: SqlSession) {
        const facetIds = moving.map(({ live }) => live.id);
        const rows = await sql.selectIn(sql.table(FacetValue), ['id', 'code', 'facetId'], 'facetId', facetIds);
        const values = rows.map(([id, code, facetId]): LiveFacet => ({
            ...{ id: id as EntityId, code: code as string, facetId: facetId as EntityId },
            ...{ values: {}, translations: new Map(), channelIds: [], relations: new Map(), assetIds: [] },
        }));
        await fillChannels(FacetValue, values, sql);
        for (const value of values) {
            state.valuesOf.set(value.facetId!, [...(state.valuesOf.get(value.facetId!) ?? []), value]);
        }
    }

    private *customFieldsOf(record: FacetRecord) {
        const rules = this.run.rulesOf(this.matching.kind.entityType);
        yield [rules, record.customFields] as const;
        for (const { customFields } of record.translations ?? []) yield [rules, customFields] as const;
    }
}

function keyOfLive(live: LiveFacet, by: 'id' | 'customField', column: string | undefined): string {
    return by === 'id' ? String(live.id) : textOf(live.values[column!]);
}

function grouped<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const item of items) {
        const group = groups.get(keyOf(item));
        if (group) group.push(item);
        else groups.set(keyOf(item), [item]);
    }
    return groups;
}
