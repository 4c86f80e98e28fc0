import { Facet, FacetTranslation, FacetValue, FacetValueTranslation } from '@vendure/core';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { codeFor } from './codes';
import { codesFor, isSameName, looksLikeCode, meantByCode } from './names';
import type { RunMemory } from './run-memory';

export interface KnownFacet {
    id: EntityId;
    code: string;
}

export interface KnownFacetValue {
    id: EntityId;
    facetId: EntityId;
    /** `facet:value` */
    code: string;
    /** In all languages; only read where a code may be that of several names. */
    names?: readonly string[];
}

const MAX_REMEMBERED = 100_000;

/**
 * Facets and facet values by code or name. What was found is remembered, so that a run with a few hundred values costs no
 * statement after its first batches. Batches in flight share it, so nothing is ever taken out of it; see
 * {@link CatalogRun.facets}.
 */
export class FacetDirectory {
    private readonly facets = new Map<string, KnownFacet>();
    private readonly facetsById = new Map<EntityId, KnownFacet>();
    private readonly values = new Map<string, KnownFacetValue>();
    private readonly valuesById = new Map<EntityId, KnownFacetValue>();
    private readonly byCode = new Map<string, KnownFacetValue>();

    /** Names are looked for in `languageCode` first. */
    constructor(
        private readonly memory: RunMemory,
        private readonly languageCode: string,
    ) {}

    get isFull(): boolean {
        return this.valuesById.size > MAX_REMEMBERED;
    }

    facet(text: string): KnownFacet | undefined {
        return this.facets.get(text);
    }

    value(facetText: string, valueText: string): KnownFacetValue | undefined {
        const facet = this.facets.get(facetText);
        return facet && this.values.get(`${facet.code}:${valueText}`);
    }

    /** For a value that is to be created; another name has another one. */
    codeForNew(facetCode: string, name: string): string {
        return this.memory.giveCode(valueScope(facetCode), name, code => {
            const owner = this.byCode.get(`${facetCode}:${code}`);
            return owner !== undefined && !owner.names?.some(each => isSameName(each, name));
        });
    }

    facetOf(value: KnownFacetValue): KnownFacet | undefined {
        return this.facetsById.get(value.facetId);
    }

    /** Of a value that {@link learnIds} was asked about. */
    codeOf(id: EntityId): string {
        return this.valuesById.get(id)?.code ?? `id:${id}`;
    }

    /** Looks up what is not known yet; afterwards what is still unknown does not exist. */
    async learn(wanted: readonly (readonly [facet: string, value: string])[], sql: SqlSession): Promise<void> {
        await this.learnFacets(
            wanted.map(([facet]) => facet),
            sql,
        );
        const valueTexts = new Map<EntityId, Set<string>>();
        for (const [facetText, value] of wanted) {
            const facet = this.facets.get(facetText);
            if (!facet || this.values.has(`${facet.code}:${value}`)) continue;
            const texts = valueTexts.get(facet.id);
            if (texts) texts.add(value);
            else valueTexts.set(facet.id, new Set([value]));
        }
        if (valueTexts.size > 0) await this.learnValues(valueTexts, sql);
    }

    /** Looks up the codes of facet values that products have. */
    async learnIds(ids: Iterable<EntityId>, sql: SqlSession): Promise<void> {
        const unknown = new Set<EntityId>();
        for (const id of ids) if (!this.valuesById.has(id)) unknown.add(id);
        if (unknown.size === 0) return;
        const rows = await sql.selectIn(sql.table(FacetValue), ['id', 'code', 'facetId'], 'id', [...unknown]);
        const facetIds = new Set<EntityId>();
        for (const row of rows) if (!this.facetsById.has(row[2] as EntityId)) facetIds.add(row[2] as EntityId);
        for (const row of await sql.selectIn(sql.table(Facet), ['id', 'code'], 'id', [...facetIds]))
            this.rememberFacet(row);
        for (const row of rows) this.rememberValue(row);
    }

    /** The facets alone, by code or name. */
    async learnFacets(wanted: readonly string[], sql: SqlSession): Promise<void> {
        const texts = [...new Set(wanted)].filter(text => !this.facets.has(text));
        if (texts.length === 0) return;
        const codes = new Set([...texts, ...texts.map(codeFor)]);
        // Their codes are unique, and to MySQL those that differ in case only are the same.
        const folded = (code: string) => (sql.dialect === 'mysql' ? code.toLowerCase() : code);
        const byCode = new Map<string, KnownFacet>();
        for (const row of await sql.selectIn(sql.table(Facet), ['id', 'code'], 'code', [...codes])) {
            const facet = this.rememberFacet(row);
            byCode.set(folded(facet.code), facet);
        }
        const nameless = texts.filter(text => {
            const facet = byCode.get(folded(text)) ?? byCode.get(folded(codeFor(text)));
            if (facet) this.facets.set(text, facet);
            return !facet;
        });
        if (nameless.length === 0) return;
        const named = await sql.selectIn(sql.table(FacetTranslation), ['base', 'name'], 'name', nameless);
        const rows = await sql.selectIn(
            sql.table(Facet),
            ['id', 'code'],
            'id',
            named.map(row => row[0]),
        );
        for (const row of rows) this.rememberFacet(row);
        for (const [id, name] of named) {
            const facet = this.facetsById.get(id as EntityId);
            if (facet && !this.facets.has(name as string)) this.facets.set(name as string, facet);
        }
    }

    /** By name, else by code: signs are lost in codes, and "C#" would be found as "C". */
    private async learnValues(textsByFacet: ReadonlyMap<EntityId, Set<string>>, sql: SqlSession): Promise<void> {
        await this.learnNames(textsByFacet, sql);
        const open: Wanted[] = [];
        for (const [facetId, texts] of textsByFacet) {
            const facetCode = this.facetsById.get(facetId)!.code;
            for (const text of texts) if (!this.values.has(`${facetCode}:${text}`)) open.push([facetCode, text]);
        }
        if (open.length === 0) return;
        const codes = new Set(open.flatMap(([, text]) => [text, codeFor(text)]));
        const rows = await sql.selectIn(sql.table(FacetValue), VALUE_COLUMNS, 'code', [...codes]);
        this.rememberCodes(rows);
        await this.learnAlike(open, [...textsByFacet.keys()], sql);
        for (const [facetCode, text] of open) {
            const value = this.meantByCode(facetCode, text);
            if (value) this.values.set(`${facetCode}:${text}`, value);
        }
    }

    private async learnNames(textsByFacet: ReadonlyMap<EntityId, Set<string>>, sql: SqlSession): Promise<void> {
        const texts = [...new Set([...textsByFacet.values()].flatMap(set => [...set]))];
        const columns = ['base', 'languageCode', 'name'];
        const named = await sql.selectIn(sql.table(FacetValueTranslation), columns, 'name', texts);
        const ids = named.map(row => row[0]);
        const rows = await sql.selectIn(sql.table(FacetValue), VALUE_COLUMNS, 'id', ids);
        const owners = new Map(rows.map(row => [row[0], row]));
        const isForeign = ([, language]: unknown[]) => Number(language !== this.languageCode);
        named.sort((a, b) => isForeign(a) - isForeign(b) || compareIds(a[0] as EntityId, b[0] as EntityId));
        for (const [id, , name] of named) {
            const row = owners.get(id);
            const facet = row && this.facetsById.get(row[2] as EntityId);
            const key = `${facet?.code}:${name as string}`;
            if (!facet || !textsByFacet.get(facet.id)?.has(name as string) || this.values.has(key)) continue;
            this.values.set(key, this.rememberValue(row));
        }
    }

    /** The names of what has a code that several names give, and of what has one of the numbered codes. */
    private async learnAlike(open: readonly Wanted[], facetIds: readonly EntityId[], sql: SqlSession): Promise<void> {
        const codes = new Set<string>();
        const seen = new Set<string>();
        for (const [facetCode, text] of open) {
            const key = `${facetCode}:${codeFor(text)}`;
            const isClear = this.isClear(facetCode, text) || !(this.byCode.has(key) || seen.has(key));
            const isGiven = [text, codeFor(text)].some(code => this.isCodeOfOther(facetCode, code, text));
            if (!isClear || isGiven) for (const code of [text, ...codesFor(text)]) codes.add(code);
            seen.add(key);
        }
        if (codes.size === 0) return;
        const [values, names] = [sql.table(FacetValue), sql.table(FacetValueTranslation)];
        const ofFacets = sql.inList(`v.${values.column('facetId')}`, facetIds);
        const withCodes = sql.inList(`v.${values.column('code')}`, [...codes]);
        const columns = VALUE_COLUMNS.map(column => `v.${values.column(column)}`).join(', ');
        const rows = await sql.query(
            `SELECT ${columns}, n.${names.column('name')} FROM ${values.path} v ` +
                `LEFT JOIN ${names.path} n ON n.${names.column('base')} = v.${values.column('id')} ` +
                `WHERE ${ofFacets.sql} AND ${withCodes.sql}`,
            [...ofFacets.parameters, ...withCodes.parameters],
        );
        this.rememberCodes(rows);
        const namesOf = new Map<unknown, string[]>(rows.map(([id]) => [id, []]));
        for (const [id, , , name] of rows) if (typeof name === 'string') namesOf.get(id)!.push(name);
        for (const [id, own] of namesOf) this.valuesById.get(id as EntityId)!.names = own;
    }

    private meantByCode(facetCode: string, text: string): KnownFacetValue | undefined {
        return meantByCode<KnownFacetValue>(text, {
            byCode: code => this.byCode.get(`${facetCode}:${code}`),
            namesOf: ({ names = [] }) => names,
            isCodeOfOther: code => this.isCodeOfOther(facetCode, code, text),
        });
    }

    /** The text is a code, not the name of something else. */
    private isClear(facetCode: string, text: string): boolean {
        return looksLikeCode(text) && this.byCode.has(`${facetCode}:${text}`);
    }

    /** The run has made the code of another name. */
    private isCodeOfOther(facetCode: string, code: string, name: string): boolean {
        return this.memory.isCodeOfOther(valueScope(facetCode), code, name);
    }

    /** Of two values with one code the older is meant. */
    private rememberCodes(rows: unknown[][]): void {
        rows.sort((a, b) => compareIds(a[0] as EntityId, b[0] as EntityId));
        for (const row of rows) {
            if (!this.facetsById.has(row[2] as EntityId)) continue;
            const value = this.rememberValue(row);
            if (!this.byCode.has(value.code)) this.byCode.set(value.code, value);
        }
    }

    private rememberFacet(row: unknown[]): KnownFacet {
        const facet = { id: row[0] as EntityId, code: row[1] as string };
        this.facetsById.set(facet.id, facet);
        return facet;
    }

    private rememberValue(row: unknown[]): KnownFacetValue {
        const id = row[0] as EntityId;
        const known = this.valuesById.get(id);
        if (known) return known;
        const facetCode = this.facetsById.get(row[2] as EntityId)?.code ?? '';
        const value = { id, facetId: row[2] as EntityId, code: `${facetCode}:${row[1] as string}` };
        this.valuesById.set(id, value);
        return value;
    }
}

/** Within which codes of facet values differ, to the memory of a run. */
export function valueScope(facetCode: string): string {
    return `FacetValue ${facetCode}`;
}

type Wanted = readonly [facet: string, value: string];

const VALUE_COLUMNS = ['id', 'code', 'facetId'];
