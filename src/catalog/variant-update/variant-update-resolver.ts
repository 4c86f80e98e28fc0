import { ProductVariant } from '@vendure/core';
import { textOf } from '../../../shared/json';
import { DataHubReference } from '../../entities/data-hub-reference.entity';
import type { PipelineRecord } from '../../sdk/record';
import { ADJUSTMENT_ENTITY_TYPE, ADJUSTMENT_SOURCE, adjustmentReferenceId } from '../apply/adjustment-reference';
import { readLockedLevels } from '../apply/write-stock';
import { AssetDirectory } from '../product/asset-directory';
import { BatchState, Match } from '../product/batch-state';
import type { CatalogRun } from '../product/catalog-run';
import { locationOf } from '../product/compare-stock';
import type { LiveVariant } from '../product/live-catalog';
import { Needs } from '../product/needs';
import { readVariants } from '../product/read-live';
import { inChannel, parseId } from '../product/resolve-shared';
import { SlugBook } from '../product/slug-book';
import { ambiguousVariant, noMatchValue, VariantMatchBy } from '../product/variant-problems';
import type { EntityId, SqlSession, Table } from '../sql/sql-session';
import type { UpdateReader } from './update-reader';
import type { VariantUpdate } from './variant-update';

export interface UpdateMatching {
    by: VariantMatchBy;
    /** `customFields.<name>`, when matched by a custom field. */
    column?: `customFields.${string}`;
}

type UpdateMatch = Match<VariantUpdate>;

export class VariantUpdateState extends BatchState<VariantUpdate> {
    /** Stock adjustments of the batch that have happened already, see `adjustmentReferenceId`. */
    readonly adjusted = new Set<string>();
}

/**
 * Finds existing variants and of them what the records are about, and nothing else. The variants come with one
 * statement for the whole batch: `sku` has no index in Vendure, so each look-up may read the whole table.
 */
export class VariantUpdateResolver {
    constructor(
        private readonly run: CatalogRun,
        private readonly matching: UpdateMatching,
        private readonly reader: UpdateReader,
        private readonly dryRun: boolean,
    ) {}

    async resolve(records: readonly PipelineRecord[], sql: SqlSession): Promise<VariantUpdateState> {
        const { run } = this;
        const none = new Set<never>();
        const state = new VariantUpdateState(run, await AssetDirectory.read(none, none, sql), new SlugBook(run.memory));
        const open = new Map<UpdateMatch, EntityId>();
        const table = sql.table(ProductVariant);
        for (const record of records) {
            const match = this.reader.take(record.data);
            state.matches.set(record, match);
            if (match.problem) continue;
            const key = this.keyOf(match.record, table);
            if (key === null) match.problem = noMatchValue(this.matching.column ?? this.matching.by);
            else if (key !== undefined) open.set(match, key);
        }
        await this.match(open, sql);
        await this.readAdjusted(state, sql);
        return state;
    }

    /** Null when the record does not say, undefined when nothing can be called that. */
    private keyOf({ id, sku, customFields }: VariantUpdate, table: Table): EntityId | null | undefined {
        const { by, column } = this.matching;
        if (by === 'id') return id === undefined ? null : parseId(id, table);
        if (by === 'sku') return sku ?? null;
        const name = column!.slice('customFields.'.length);
        const value = customFields?.[name];
        if (value === undefined || value === null || value === '') return null;
        if (this.run.variantRules.rules.get(name)!.config.type !== 'int') return textOf(value);
        return Number.isInteger(Number(value)) ? Number(value) : undefined;
    }

    private async match(open: ReadonlyMap<UpdateMatch, EntityId>, sql: SqlSession): Promise<void> {
        const { run, matching } = this;
        const variants = await this.read([...open.keys()], [...new Set(open.values())], sql);
        const visible = await inChannel(ProductVariant, [...variants.keys()], run, sql);
        const byKey = new Map<string, LiveVariant[]>();
        for (const variant of variants.values()) {
            if (!visible.has(variant.id)) continue;
            const key =
                matching.by === 'customField' ? textOf(variant.values[matching.column!]) : String(variant[matching.by]);
            const same = byKey.get(key);
            if (same) same.push(variant);
            else byKey.set(key, [variant]);
        }
        for (const [match, key] of open) {
            const found = byKey.get(String(key)) ?? [];
            if (found.length > 1) match.problem = ambiguousVariant(match.record, matching.by, found, 'match by id');
            else match.variant = found[0];
        }
    }

    private async read(matches: readonly UpdateMatch[], keys: readonly EntityId[], sql: SqlSession) {
        const { run, matching } = this;
        const needs = new Needs(run.options);
        const records = matches.map(match => match.record);
        if (matching.column) needs.customFields.add(matching.column.slice('customFields.'.length));
        if (records.some(record => record.outOfStockThreshold !== undefined)) {
            needs.columns.add('outOfStockThreshold').add('useGlobalOutOfStockThreshold');
        }
        const adjusts = records.some(record => record.adjustments);
        needs.prices = records.some(record => record.prices?.length);
        needs.channels = records.some(record => record.prices?.some(price => price.channel !== undefined));
        needs.stock = records.some(record => record.stock?.length) || (adjusts && this.dryRun);
        const column = matching.by === 'customField' ? matching.column! : matching.by;
        const variants = await readVariants(column, keys, needs, run.variantRules, sql);
        // A difference is added to what is there when it is written: nobody may change it in between.
        if (adjusts && !this.dryRun) {
            for (const [variant, location, onHand] of await readLockedLevels(sql, [...variants.keys()])) {
                variants.get(variant)?.setStock(location, onHand);
            }
        }
        return variants;
    }

    private async readAdjusted(state: VariantUpdateState, sql: SqlSession): Promise<void> {
        const wanted = new Set<string>();
        for (const { record, variant, problem } of state.matches.values()) {
            if (problem || !variant || record.externalId === undefined || !record.adjustments) continue;
            for (const given of record.adjustments) {
                const location = state.references.get('StockLocation', nameOf(given, state));
                if (location !== undefined) wanted.add(adjustmentReferenceId(record.externalId, variant.id, location));
            }
        }
        if (wanted.size === 0) return;
        const table = sql.table(DataHubReference);
        const happened = await sql.selectIn(table, ['externalId'], 'externalId', [...wanted], {
            equals: { source: ADJUSTMENT_SOURCE, entityType: ADJUSTMENT_ENTITY_TYPE },
        });
        for (const [externalId] of happened) state.adjusted.add(externalId as string);
    }
}

/** A location that does not exist is for compare to report. */
function nameOf(given: { location?: string; at: string }, state: VariantUpdateState): string {
    return given.location ?? locationOf(given, state);
}
