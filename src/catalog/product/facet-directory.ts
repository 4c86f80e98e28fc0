import { Facet, FacetTranslation, FacetValue, FacetValueTranslation } from '@vendure/core';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { codeFor } from './codes';

export interface KnownFacet {
    id: EntityId;
    code: string;
}

export interface KnownFacetValue {
    id: EntityId;
    facetId: EntityId;
    /** `facet:value` */
    code: string;
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
        const valueTexts = new Map<string, Set<string>>();
        for (const [facetText, value] of wanted) {
            const facet = this.facets.get(facetText);
            if (!facet || this.values.has(`${facet.code}:${value}`)) continue;
            const texts = valueTexts.get(facet.code);
            if (texts) texts.add(value);
            else valueTexts.set(facet.code, new Set([value]));
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

    private async learnValues(textsByFacet: Map<string, Set<string>>, sql: SqlSession): Promise<void> {
        const table = sql.table(FacetValue);
        const columns = ['id', 'code', 'facetId'];
        const texts = new Set([...textsByFacet.values()].flatMap(set => [...set]));
        const codes = new Set([...texts].flatMap(text => [text, codeFor(text)]));
        const byCode = new Map<string, KnownFacetValue>();
        for (const row of (await sql.selectIn(table, columns, 'code', [...codes])).sort(byId)) {
            if (!this.facetsById.has(row[2] as EntityId)) continue;
            const value = this.rememberValue(row);
            if (!byCode.has(value.code)) byCode.set(value.code, value);
        }
        const uncoded = new Map<string, string[]>();
        for (const [facetCode, wanted] of textsByFacet) {
            for (const text of wanted) {
                const value = byCode.get(`${facetCode}:${text}`);
                if (value) this.values.set(`${facetCode}:${text}`, value);
                else uncoded.set(facetCode, [...(uncoded.get(facetCode) ?? []), text]);
            }
        }
        if (uncoded.size === 0) return;
        await this.learnNames(uncoded, sql);
        for (const [facetCode, texts] of uncoded) {
            for (const text of texts) {
                const value = byCode.get(`${facetCode}:${codeFor(text)}`);
                if (value && !this.values.has(`${facetCode}:${text}`)) this.values.set(`${facetCode}:${text}`, value);
            }
        }
    }

    /** Names before codes that are made of texts: signs are lost in those, and "C#" would be found as "C". */
    private async learnNames(uncoded: ReadonlyMap<string, string[]>, sql: SqlSession): Promise<void> {
        const names = [...new Set([...uncoded.values()].flat())];
        const named = await sql.selectIn(sql.table(FacetValueTranslation), ['base', 'name'], 'name', names);
        const rows = await sql.selectIn(
            sql.table(FacetValue),
            ['id', 'code', 'facetId'],
            'id',
            named.map(row => row[0]),
        );
        for (const row of rows.sort(byId)) {
            const facet = this.facetsById.get(row[2] as EntityId);
            if (!facet) continue;
            const value = this.rememberValue(row);
            for (const [id, name] of named) {
                const key = `${facet.code}:${name as string}`;
                if (id === row[0] && uncoded.get(facet.code)?.includes(name as string) && !this.values.has(key)) {
                    this.values.set(key, value);
                }
            }
        }
    }

    private rememberFacet(row: unknown[]): KnownFacet {
        const facet = { id: row[0] as EntityId, code: row[1] as string };
        this.facetsById.set(facet.id, facet);
        return facet;
    }

    private rememberValue(row: unknown[]): KnownFacetValue {
        const facetCode = this.facetsById.get(row[2] as EntityId)?.code ?? '';
        const value = { id: row[0] as EntityId, facetId: row[2] as EntityId, code: `${facetCode}:${row[1] as string}` };
        this.valuesById.set(value.id, value);
        return value;
    }
}

function byId(a: unknown[], b: unknown[]): number {
    return Number(a[0]) - Number(b[0]) || String(a[0]).localeCompare(String(b[0]));
}
