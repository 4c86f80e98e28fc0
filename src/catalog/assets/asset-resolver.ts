import { Asset, Tag } from '@vendure/core';
import { DataHubReference } from '../../entities/data-hub-reference.entity';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { idFromText } from '../apply/batch';
import { descriptionFor } from '../apply/descriptions';
import { AssetDirectory } from '../product/asset-directory';
import { BatchState, Match } from '../product/batch-state';
import type { CatalogRun } from '../product/catalog-run';
import type { CustomFieldRules } from '../product/custom-field-rules';
import type { RecordCheck } from '../product/record-check';
import { parseId, readRelated, validateCustomFields } from '../product/resolve-shared';
import { SlugBook } from '../product/slug-book';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { type LiveEntity, readLiveEntities } from '../undo/live-entities';
import { ASSET_ENTITY_TYPE, ASSET_SOURCE, assetReferenceId } from './asset-reference';
import type { AssetRecord } from './asset-record';
import type { AssetSource } from './asset-source';

export type AssetMatchBy = 'source' | 'id' | 'customField';

export interface AssetMatching {
    by: AssetMatchBy;
    /** `customFields.<name>`, when matched by a custom field. */
    column?: string;
    rules: CustomFieldRules;
}

/** One file that a record stands for. */
export interface AssetTarget {
    /** Path or URL; of an asset that is matched otherwise, its id where the record gives none. */
    key: string;
    live?: LiveEntity;
}

export class AssetState extends BatchState<AssetRecord> {
    readonly targets = new Map<PipelineRecord, AssetTarget[]>();
    readonly tagIds = new Map<string, EntityId>();
    readonly tagValues = new Map<EntityId, string>();
}

const DESCRIPTION = descriptionFor('Asset')!;

/** Finds the assets of a batch: folders and archives are looked into, files are not read. */
export class AssetResolver {
    constructor(
        private readonly run: CatalogRun,
        private readonly source: AssetSource,
        private readonly matching: AssetMatching,
        private readonly check: RecordCheck,
    ) {}

    async resolve(records: readonly PipelineRecord[], sql: SqlSession): Promise<AssetState> {
        const { run, matching } = this;
        const state = new AssetState(
            run,
            await AssetDirectory.read(new Set(), new Set(), sql),
            new SlugBook(run.memory),
        );
        const found = new Map<PipelineRecord, { key: string; ids: EntityId[] }[]>();
        for (const record of records) {
            const match: Match<AssetRecord> = { record: record.data, problem: this.check.problemOf(record.data) };
            state.matches.set(record, match);
            if (!match.problem) found.set(record, await this.filesOf(match));
        }
        await this.find(found, state, sql);
        const ids = [...found.values()].flatMap(files => files.flatMap(file => file.ids)).sort(compareIds);
        const live = await readLiveEntities(DESCRIPTION, [...new Set(ids)], {
            sql,
            facts: run.facts,
            rules: matching.rules,
        });
        for (const [record, files] of found) {
            const match = state.matches.get(record)!;
            const targets = files.map(({ key, ids: candidates }): AssetTarget => {
                const assets = candidates.flatMap(id => live.get(String(id)) ?? []).filter(asset => this.sees(asset));
                if (assets.length > 1) match.problem ??= ambiguous(match.record, candidates);
                return { key, live: assets[0] };
            });
            state.targets.set(record, targets);
        }
        await this.readTags(state, [...live.values()], sql);
        const customFields = ({ customFields: own, translations }: AssetRecord) => [
            [matching.rules, own] as const,
            ...(translations ?? []).map(translation => [matching.rules, translation.customFields] as const),
        ];
        const open = [...state.matches.values()].filter(match => !match.problem);
        await readRelated(
            open.flatMap(({ record }) => customFields(record)),
            state,
            sql,
        );
        await validateCustomFields(state.matches, customFields, run);
        return state;
    }

    private async filesOf(match: Match<AssetRecord>): Promise<{ key: string; ids: EntityId[] }[]> {
        const { record } = match;
        const { by } = this.matching;
        const { id, source } = record;
        if (by === 'source' && source === undefined) match.problem = noMatchValue('source');
        if (by === 'id' && id === undefined) match.problem = noMatchValue('id');
        if (match.problem) return [];
        if (source === undefined) return [{ key: '', ids: [] }];
        try {
            const files = await this.source.filesOf(source);
            if (files.length !== 1 && by !== 'source') match.problem = severalFiles(source);
            if (files.length === 0) match.problem = noFiles(source);
            return files.map(key => ({ key, ids: [] }));
        } catch (error) {
            if (!(error instanceof UserError)) throw error;
            const place = { ...error.place, field: 'source', got: source };
            match.problem = new UserError(error.code, `source: ${error.message}`, error.hint, place);
            return [];
        }
    }

    private async find(
        found: ReadonlyMap<PipelineRecord, { key: string; ids: EntityId[] }[]>,
        state: AssetState,
        sql: SqlSession,
    ): Promise<void> {
        const table = sql.table(Asset);
        const { by, column } = this.matching;
        if (by === 'source') {
            const files = [...found.values()].flat();
            const rows = await sql.selectIn(
                sql.table(DataHubReference),
                ['externalId', 'entityId'],
                'externalId',
                files.map(({ key }) => assetReferenceId(key)),
                { equals: { source: ASSET_SOURCE, entityType: ASSET_ENTITY_TYPE } },
            );
            const byKey = new Map(rows.map(([externalId, id]) => [String(externalId), String(id)]));
            for (const file of files) {
                const id = idFromText(byKey.get(assetReferenceId(file.key)), table);
                if (id !== undefined && id !== '') file.ids.push(id);
            }
            return;
        }
        const valueOf = (record: PipelineRecord) => {
            const { id, customFields } = state.matches.get(record)!.record;
            return by === 'id' ? id : customFields?.[column!.slice('customFields.'.length)];
        };
        const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';
        const values = [...found.keys()].map(valueOf).filter(isGiven);
        const wanted = by === 'id' ? values.flatMap(id => parseId(id, table) ?? []) : values;
        const rows = await sql.selectIn(table, ['id', column ?? 'id'], column ?? 'id', wanted);
        for (const [record, files] of found) {
            const match = state.matches.get(record)!;
            const value = valueOf(record);
            if (!isGiven(value)) match.problem ??= noMatchValue(column ?? 'id');
            const ids = rows.filter(row => String(row[1]) === String(value)).map(([id]) => id as EntityId);
            for (const file of files) {
                file.ids.push(...ids);
                if (file.key === '') file.key = `id:${ids[0] ?? ''}`;
            }
        }
    }

    /** Outside the default channel a run sees only what is assigned to its channel. */
    private sees(asset: LiveEntity): boolean {
        const { run } = this;
        return run.inDefaultChannel || asset.links.get('channels')!.includes(run.channel.id);
    }

    private async readTags(state: AssetState, live: readonly LiveEntity[], sql: SqlSession): Promise<void> {
        const values = new Set(
            [...state.matches.values()].flatMap(({ record, problem }) => (problem ? [] : (record.tags ?? []))),
        );
        const ids = new Set(live.flatMap(asset => asset.links.get('tags') ?? []));
        const table = sql.table(Tag);
        const rows = [
            ...(await sql.selectIn(table, ['id', 'value'], 'value', [...values])),
            ...(await sql.selectIn(table, ['id', 'value'], 'id', [...ids])),
        ].sort((a, b) => compareIds(b[0] as EntityId, a[0] as EntityId));
        // Values are not unique in the database; the oldest is meant.
        for (const [id, value] of rows) {
            state.tagIds.set(String(value), id as EntityId);
            state.tagValues.set(id as EntityId, String(value));
            state.references.set('Tag', String(value), id as EntityId);
        }
    }
}

function noMatchValue(field: string): UserError {
    return new UserError(
        'match-value-missing',
        `${field} is missing, and assets are matched by it.`,
        `Give ${field}, or choose another field in matchBy.`,
        { field },
    );
}

function ambiguous({ source, id }: AssetRecord, ids: readonly EntityId[]): UserError {
    return new UserError(
        'ambiguous-asset',
        `${ids.length} assets fit "${source ?? id ?? ''}": ids ${ids.join(', ')}.`,
        'Make them distinct in the shop, or match by id.',
    );
}

function noFiles(source: string): UserError {
    return new UserError('asset-not-found', `source: "${source}" holds no files.`, 'Correct the path.', {
        field: 'source',
        got: source,
    });
}

function severalFiles(source: string): UserError {
    return new UserError(
        'several-files',
        `source: "${source}" is a folder or an archive, which cannot be one asset.`,
        'Match by source, or give the path of one file.',
        { field: 'source', got: source },
    );
}
