import { Collection, CollectionTranslation } from '@vendure/core';
import type { PipelineRecord } from '../../sdk/record';
import { descriptionFor } from '../apply/descriptions';
import { closureOf } from '../apply/write-tree';
import type { CatalogRun } from '../product/catalog-run';
import { codeFor } from '../product/codes';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { mainName, textsOf, wantedSlug } from '../product/product-texts';
import type { RecordCheck } from '../product/record-check';
import { mentionedBy, parseId, readAssets, readRelated, validateCustomFields } from '../product/resolve-shared';
import { numbered, SlugBook } from '../product/slug-book';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { readLiveEntities } from '../undo/live-entities';
import { ambiguousCollection, CollectionMatchBy, described, noMatchValue } from './collection-problems';
import type { CollectionRecord } from './collection-record';
import { CollectionMatch, CollectionState, LiveCollection, liveCollection } from './collection-state';
import type { FilterRules } from './filter-rules';
import { learnFilterTargets } from './filter-targets';
import { slugsOf } from './place';
import { withoutFields } from '../product/without-fields';

export interface CollectionMatching {
    by: CollectionMatchBy;
    /** `customFields.<name>`, when matched by a custom field. */
    column?: string;
    skip: ReadonlySet<string>;
    rules: CustomFieldRules;
    filterRules: FilterRules;
}

const DESCRIPTION = descriptionFor('Collection')!;

/** Finds the collections of a batch, and where they stand in the tree; in a fixed number of statements. */
export class CollectionResolver {
    constructor(
        private readonly run: CatalogRun,
        private readonly matching: CollectionMatching,
        private readonly check: RecordCheck,
    ) {}

    async resolve(records: readonly PipelineRecord[], sql: SqlSession): Promise<CollectionState> {
        const { run, matching } = this;
        const matches = new Map<PipelineRecord, CollectionMatch>();
        for (const record of records) {
            matches.set(record, {
                record: withoutFields(record.data, this.matching.skip),
                problem: this.check.problemOf(record.data),
            });
        }
        const open = [...matches.values()].filter(match => !match.problem);
        const slugs = await this.wantedSlugs(open);
        const slugRows = await this.readSlugs(open, slugs, sql);
        const candidates = await this.candidates(open, slugs, slugRows, sql);
        const ids = [...new Set([...candidates.values()].flat())].sort(compareIds);
        const collections = await this.readCollections(ids, sql);
        for (const match of open) this.match(match, candidates.get(match) ?? [], collections);

        const book = new SlugBook(run.memory);
        for (const [id, language, slug] of slugRows) book.add(String(language), String(slug), id as EntityId);
        const matched = open.flatMap(({ collection }) => collection ?? []);
        const mentioned = mentionedBy(open.map(({ record }) => record));
        const assets = await readAssets(mentioned, matched, sql);
        const state = new CollectionState(run, assets, book);
        for (const [record, match] of matches) {
            state.matches.set(record, match);
            if (match.problem) continue;
            if (match.slug !== undefined) state.recordsBySlug.set(match.slug, record);
            if (match.collection) state.recordsById.set(match.collection.id, record);
        }
        await this.readTree(slugRows, matched, state, sql);
        await this.readNumberedSlugs(open, slugs, book, sql);
        await learnFilterTargets(open, matching.filterRules, state, sql);
        await readRelated(
            open.flatMap(({ record }) => [...this.customFieldsOf(record)]),
            state,
            sql,
        );
        await validateCustomFields(matches, record => this.customFieldsOf(record), run);
        return state;
    }

    /** Slugs by language; the first is the one by which others know the collection. */
    private async wantedSlugs(open: readonly CollectionMatch[]): Promise<Map<CollectionMatch, [string, string][]>> {
        const { run } = this;
        const slugs = new Map<CollectionMatch, [string, string][]>();
        for (const match of open) {
            const { record } = match;
            const wanted: [string, string][] = [];
            const name = mainName(record, run.languageCode);
            if (record.slug !== undefined) wanted.push([run.languageCode, codeFor(record.slug)]);
            else if (name !== undefined) wanted.push([run.languageCode, await run.makeSlug(name)]);
            for (const [language, given] of textsOf(record, run.languageCode)) {
                if (given.name !== undefined && given.slug === undefined) await run.makeSlug(given.name);
                const slug = wantedSlug(given, undefined, text => run.makeSlugNow(text));
                if (slug !== undefined && language !== run.languageCode) wanted.push([language, slug]);
            }
            slugs.set(match, wanted);
            match.slug = wanted[0]?.[1];
            if (this.matching.by === 'slug' && wanted.length === 0) match.problem ??= noMatchValue('slug');
        }
        return slugs;
    }

    /** Those of the batch and of the parents it names, as far as the run sees the collections. */
    private async readSlugs(
        open: readonly CollectionMatch[],
        slugs: ReadonlyMap<unknown, readonly [string, string][]>,
        sql: SqlSession,
    ): Promise<unknown[][]> {
        const wanted = new Set<string>();
        for (const list of slugs.values()) for (const [, slug] of list) wanted.add(slug);
        for (const { record } of open) {
            if (typeof record.parent === 'string') wanted.add(slugsOf(record.parent).at(-1)!);
        }
        const columns = ['base', 'languageCode', 'slug'];
        const rows = await sql.selectIn(sql.table(CollectionTranslation), columns, 'slug', [...wanted]);
        const { run } = this;
        if (run.inDefaultChannel || rows.length === 0) return rows;
        const owners = [...new Set(rows.map(([id]) => id as EntityId))];
        const links = await sql.linksOf(sql.joinTable(Collection, 'channels'), owners);
        const visible = new Set(links.filter(([, channel]) => channel === run.channel.id).map(([id]) => id));
        return rows.filter(([id]) => visible.has(id as EntityId));
    }

    /** Ids of the collections that each record may mean. */
    private async candidates(
        open: readonly CollectionMatch[],
        slugs: ReadonlyMap<CollectionMatch, readonly [string, string][]>,
        slugRows: readonly unknown[][],
        sql: SqlSession,
    ): Promise<Map<CollectionMatch, EntityId[]>> {
        const { by, column } = this.matching;
        const table = sql.table(Collection);
        const found = new Map<CollectionMatch, EntityId[]>();
        if (by === 'slug') {
            for (const match of open) {
                const slug = slugs.get(match)?.[0]?.[1];
                found.set(match, meantBy(slug, slugRows, this.run.languageCode));
            }
        } else if (by === 'id') {
            for (const match of open) {
                const { id } = match.record;
                if (id === undefined) match.problem ??= noMatchValue('id');
                found.set(match, id === undefined ? [] : [parseId(id, table) ?? []].flat());
            }
        } else {
            const name = column!.slice('customFields.'.length);
            const valueOf = ({ record }: CollectionMatch) => record.customFields?.[name];
            const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';
            for (const match of open) if (!isGiven(valueOf(match))) match.problem ??= noMatchValue(column!);
            const wanted = open.map(valueOf).filter(isGiven);
            const rows = await sql.selectIn(table, ['id', column!], column!, wanted);
            for (const match of open) {
                const value = String(valueOf(match));
                found.set(
                    match,
                    rows.filter(row => String(row[1]) === value).map(([id]) => id as EntityId),
                );
            }
        }
        return found;
    }

    private async readCollections(ids: readonly EntityId[], sql: SqlSession): Promise<Map<EntityId, LiveCollection>> {
        const { run } = this;
        const live = await readLiveEntities(DESCRIPTION, ids, { sql, facts: run.facts, rules: this.matching.rules });
        const collections = new Map<EntityId, LiveCollection>();
        for (const entity of live.values()) {
            const collection = liveCollection(entity);
            if (!run.inDefaultChannel && !collection.channelIds.includes(run.channel.id)) continue;
            collections.set(entity.id, collection);
        }
        return collections;
    }

    private match(
        match: CollectionMatch,
        ids: readonly EntityId[],
        collections: ReadonlyMap<EntityId, LiveCollection>,
    ): void {
        const found = ids.filter(id => collections.has(id));
        if (found.length > 1) match.problem ??= ambiguousCollection(described(match.record), found);
        else if (found.length === 1) match.collection = collections.get(found[0]!);
    }

    /** The collections of the batch, those that it names as parents, everything above them, and what stands beside. */
    private async readTree(
        slugRows: readonly unknown[][],
        matched: readonly LiveCollection[],
        state: CollectionState,
        sql: SqlSession,
    ): Promise<void> {
        const table = sql.table(Collection);
        const known = [...slugRows.map(([id]) => id as EntityId), ...matched.map(({ id }) => id)];
        const closure = await sql.selectIn(closureOf(table, sql), ['id_ancestor'], 'id_descendant', known);
        const columns = ['id', 'parentId', 'isRoot', 'position'];
        const ids = [...new Set([...known, ...closure.map(([id]) => id as EntityId)])];
        const rows = await sql.selectIn(table, columns, 'id', ids);
        const roots = await sql.query(
            `SELECT ${table.column('id')} FROM ${table.path} WHERE ${table.column('isRoot')} = ` +
                (sql.dialect === 'postgres' ? 'TRUE' : '1'),
        );
        for (const [id, parentId, isRoot, position] of rows) {
            state.nodes.set(id as EntityId, {
                id: id as EntityId,
                parentId: parentId as EntityId | null,
                isRoot: Boolean(isRoot),
                position: Number(position),
                slugs: new Map(),
            });
        }
        const texts = ['base', 'languageCode', 'slug'];
        for (const [id, language, slug] of await sql.selectIn(
            sql.table(CollectionTranslation),
            texts,
            'base',
            rows.map(([id]) => id),
        )) {
            state.nodes.get(id as EntityId)?.slugs.set(String(language), String(slug));
        }
        for (const slug of new Set(slugRows.map(row => String(row[2])))) {
            const meant = meantBy(slug, slugRows, this.run.languageCode);
            state.bySlug.set(
                slug,
                meant.filter(id => state.nodes.get(id)?.isRoot === false),
            );
        }
        const parents = [...state.nodes.keys(), ...roots.map(([id]) => id as EntityId)];
        const isRoot = new Set(roots.map(([id]) => String(id)));
        for (const [parentId, position] of await sql.selectIn(table, ['parentId', 'position'], 'parentId', parents)) {
            const key = isRoot.has(String(parentId)) ? 'new root' : String(parentId);
            state.lastPositions.set(key, Math.max(state.lastPositions.get(key) ?? 0, Number(position)));
        }
    }

    /** For slugs that are taken: which of their numbered forms are taken as well? */
    private async readNumberedSlugs(
        open: readonly CollectionMatch[],
        slugs: ReadonlyMap<CollectionMatch, readonly [string, string][]>,
        book: SlugBook,
        sql: SqlSession,
    ): Promise<void> {
        const taken = new Set<string>();
        const seen = new Set<string>();
        for (const match of open) {
            for (const [language, slug] of slugs.get(match) ?? []) {
                const key = `${language} ${slug}`;
                if (seen.has(key) || !book.isFree(language, slug, match.collection?.id, '')) taken.add(slug);
                seen.add(key);
            }
        }
        const columns = ['base', 'languageCode', 'slug'];
        const wanted = [...taken].flatMap(numbered);
        const rows = await sql.selectIn(sql.table(CollectionTranslation), columns, 'slug', wanted);
        for (const [id, language, slug] of rows) book.add(String(language), String(slug), id as EntityId);
    }

    private *customFieldsOf(
        record: CollectionRecord,
    ): Iterable<readonly [CustomFieldRules, Record<string, unknown> | undefined]> {
        yield [this.matching.rules, record.customFields];
        for (const translation of record.translations ?? []) yield [this.matching.rules, translation.customFields];
    }
}

/** Collections with that slug: in the language of the run, else in any. */
function meantBy(slug: string | undefined, rows: readonly unknown[][], languageCode: string): EntityId[] {
    if (slug === undefined) return [];
    const fitting = rows.filter(row => row[2] === slug);
    const inLanguage = fitting.filter(row => row[1] === languageCode);
    return [...new Set((inLanguage.length > 0 ? inLanguage : fitting).map(([id]) => id as EntityId))];
}
