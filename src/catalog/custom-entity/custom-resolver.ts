import { type JsonObject, type JsonValue, textOf } from '../../../shared/json';
import { DataHubError, UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { idFromText } from '../apply/batch';
import { AssetDirectory } from '../product/asset-directory';
import type { CatalogRun } from '../product/catalog-run';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { Needs } from '../product/needs';
import { customColumns, fillLinks, fillRelations, fillTranslations, localisedColumns } from '../product/read-live';
import { inChannel, readRelated, validateCustomFields } from '../product/resolve-shared';
import { SlugBook } from '../product/slug-book';
import { externalIdElsewhere, type KnownEntities } from '../provenance/known-entities';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { ambiguous, hiddenFrom, noMatchValue } from './custom-problems';
import { type CustomMatch, type CustomMatching, CustomState, type LiveCustom } from './custom-state';
import { idsByKeys } from './ids-by-keys';
import { RelatedEntities } from './related-entities';

/** Finds the rows that the records of a batch mean, each kind of question with one statement. */
export class CustomResolver {
    constructor(
        private readonly run: CatalogRun,
        private readonly matching: CustomMatching,
        private readonly rules: CustomFieldRules,
    ) {}

    async resolve(records: readonly PipelineRecord[], sql: SqlSession, known: KnownEntities): Promise<CustomState> {
        const { run, matching } = this;
        const none = new Set<never>();
        const state = new CustomState(run, await AssetDirectory.read(none, none, sql), new SlugBook(run.memory));
        for (const record of records) {
            state.matches.set(record, { ...matching.mapper.read(record.data), known: known.get(record) });
        }
        const open = [...state.matches.values()].filter(match => !match.problem);
        state.targets = await RelatedEntities.read(open, matching, run, sql);
        for (const match of open) this.takeKey(match, state, sql);
        const needs = new Needs(run.options);
        for (const { record } of open) needs.add(record);
        await this.find(open, needs, state, sql);
        await readRelated(
            open.flatMap(({ record }) => [...this.customFieldsOf(record)]),
            state,
            sql,
        );
        await validateCustomFields(state.matches, record => this.customFieldsOf(record), run);
        return state;
    }

    private takeKey(match: CustomMatch, state: CustomState, sql: SqlSession): void {
        const { shape, matchBy } = this.matching;
        try {
            const values = matchBy.map(name => {
                const value = match.record[name];
                if (value === undefined || value === null || value === '') throw noMatchValue(name, shape);
                const relation = shape.relations.get(name);
                if (relation) return state.targets.idOf(relation, value, name);
                const column = shape.columns.get(name);
                if (column) return column.accept(value, name);
                return shape.id.accept(idFromText(textOf(value), sql.table(shape.metadata.target)), name);
            });
            state.keys.set(match, values);
        } catch (refusal) {
            if (!(refusal instanceof DataHubError)) throw refusal;
            const isMissing = matchBy.some(name => match.record[name] === undefined);
            // What the record became is known from its external id.
            if (!match.known || !isMissing) match.problem = refusal as UserError;
        }
    }

    private async find(open: readonly CustomMatch[], needs: Needs, state: CustomState, sql: SqlSession): Promise<void> {
        const { run, matching } = this;
        const { shape } = matching;
        const keys = [...state.keys.values()];
        const found = await idsByKeys(matching, keys, sql);
        for (const { known } of open) if (known) found.push(known.id);
        const rows = await this.readRows([...new Set(found)], open, needs, sql);
        const ids = [...rows.keys()];
        const visible = shape.isChannelAware ? await inChannel(shape.metadata.target, ids, run, sql) : new Set(ids);
        const fold = sql.dialect === 'mysql';
        const byKey = new Map<string, { live: LiveCustom; isDeleted: boolean }[]>();
        for (const { live, key, isDeleted } of rows.values()) {
            const text = textOfKey(key, fold);
            byKey.set(text, [...(byKey.get(text) ?? []), { live, isDeleted }]);
        }
        for (const match of open) {
            if (match.problem) continue;
            const key = state.keys.get(match);
            const fitting = key ? (byKey.get(textOfKey(key, fold)) ?? []) : [];
            const usable = fitting.filter(({ live, isDeleted }) => !isDeleted && visible.has(live.id));
            this.take(
                match,
                usable.map(({ live }) => live),
                fitting[0],
                rows,
                visible,
                state,
            );
        }
        await this.fill([...state.live.values()], open, needs, sql);
    }

    private take(
        match: CustomMatch,
        usable: readonly LiveCustom[],
        hidden: { live: LiveCustom; isDeleted: boolean } | undefined,
        rows: ReadonlyMap<EntityId, Row>,
        visible: ReadonlySet<EntityId>,
        state: CustomState,
    ): void {
        const { shape, matchBy } = this.matching;
        const { known } = match;
        const row = known && rows.get(known.id);
        const remembered = row && !row.isDeleted && visible.has(row.live.id) ? row.live : undefined;
        const others = usable.filter(live => live !== remembered);
        if (known && remembered && others.length > 0) {
            const otherIds = others.map(({ id }) => id);
            match.problem = externalIdElsewhere(shape.name, known, matchBy.join(', '), otherIds);
        } else if (usable.length > 1) match.problem = ambiguous(usable, matchBy, shape);
        const live = remembered ?? usable[0];
        if (live) state.live.set(match, live);
        // A second row with the same key is only possible where the database allows one.
        else if (hidden && shape.isUnique(matchBy)) match.problem ??= hiddenFrom(hidden, matchBy, shape, this.run);
    }

    private async readRows(ids: readonly EntityId[], open: readonly CustomMatch[], needs: Needs, sql: SqlSession) {
        const { shape, matchBy } = this.matching;
        const table = sql.table(shape.metadata.target);
        const isMentioned = (name: string) => matchBy.includes(name) || open.some(({ record }) => name in record);
        const columns = [...shape.columns.keys()].filter(isMentioned);
        const singles = [...shape.relations.values()].filter(({ name, list }) => !list && isMentioned(name));
        const custom = customColumns(needs, this.rules);
        const { softDelete } = shape;
        const selected = [
            table.idPath,
            softDelete?.path ?? table.idPath,
            ...columns,
            ...singles.map(({ name }) => name),
            ...custom,
        ];
        const rows = new Map<EntityId, Row>();
        const read = await sql.selectIn(table, selected, table.idPath, ids);
        read.sort((a, b) => compareIds(a[0] as EntityId, b[0] as EntityId));
        for (const [id, deletedAt, ...cells] of read as [EntityId, unknown, ...unknown[]][]) {
            const values: Record<string, JsonValue> = {};
            for (const name of columns) values[name] = shape.columns.get(name)!.stored(cells.shift());
            for (const { name } of singles) {
                const target = cells.shift() as EntityId | null | undefined;
                values[name] = target === null || target === undefined ? null : String(target);
            }
            for (const name of custom) values[name] = cells.shift() as JsonValue;
            const live: LiveCustom = {
                id,
                values,
                links: new Map(),
                channelIds: [],
                translations: new Map(),
                relations: new Map(),
                assetIds: [],
            };
            const key = matchBy.map(name => (name in values ? values[name]! : shape.id.stored(id)));
            rows.set(id, { live, key, isDeleted: softDelete !== undefined && deletedAt !== null });
        }
        return rows;
    }

    /** What stands in other tables, of the rows that the records mean. */
    private async fill(found: readonly LiveCustom[], open: readonly CustomMatch[], needs: Needs, sql: SqlSession) {
        const { shape, relationsMode, channelsMode } = this.matching;
        if (found.length === 0) return;
        const entity = shape.metadata.target;
        const byId = new Map(found.map(live => [live.id, live]));
        const isMentioned = (name: string) => open.some(({ record }) => name in record);
        for (const { name, list } of shape.relations.values()) {
            if (!list || relationsMode === 'SKIP' || !isMentioned(name)) continue;
            for (const live of found) live.links.set(name, []);
            for (const [owner, target] of await sql.linksOf(sql.joinTable(entity, name), [...byId.keys()])) {
                byId.get(owner)?.links.get(name)!.push(String(target));
            }
        }
        if (channelsMode !== 'SKIP' && isMentioned('channels')) {
            await fillLinks(entity, 'channels', byId, live => live.channelIds, sql);
        }
        const { translation, texts } = shape;
        const names = [...texts.keys(), ...localisedColumns(needs, this.rules)];
        if (translation && ['translations', ...names].some(isMentioned)) {
            const table = sql.table(translation.target);
            const rows = await sql.selectIn(table, ['base', 'languageCode', ...names], 'base', [...byId.keys()]);
            fillTranslations(byId, names, rows);
        }
        await fillRelations(entity, byId, needs, this.rules, sql);
    }

    private *customFieldsOf({ customFields, translations }: JsonObject) {
        yield [this.rules, customFields as JsonObject | undefined] as const;
        for (const each of (translations ?? []) as JsonObject[]) {
            yield [this.rules, each['customFields'] as JsonObject | undefined] as const;
        }
    }
}

interface Row {
    live: LiveCustom;
    key: JsonValue[];
    isDeleted: boolean;
}

/** MySQL does not tell cases apart. */
function textOfKey(key: readonly JsonValue[], foldsCase: boolean): string {
    const text = JSON.stringify(key);
    return foldsCase ? text.toLowerCase() : text;
}
