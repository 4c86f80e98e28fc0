import { FacetValueTranslation } from '@vendure/core';
import type { Match } from '../product/batch-state';
import { codeFor } from '../product/codes';
import { valueScope } from '../product/facet-directory';
import { codesFor, isMadeOf, isSameName } from '../product/names';
import { Needs } from '../product/needs';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { mainNameOf } from './facet-code';
import type { FacetRecord } from './facet-record';
import type { FacetMatching, FacetState, LiveFacet } from './facet-state';
import { readFacets } from './read-facets';

interface Nameless {
    match: Match<FacetRecord>;
    facetId: EntityId;
    scope: string;
    name: string;
}

/**
 * Values that records give no code go by their names: that which is called so has its code already, another name gets the first
 * that is free. Asks the database only about those whose code, as the name gives it, is not that of a value of the name.
 * What it finds joins `found`, with what `needs` names.
 */
export async function codeByName(
    matches: readonly Match<FacetRecord>[],
    found: Map<EntityId, LiveFacet>,
    { kind }: FacetMatching,
    needs: Needs,
    state: FacetState,
    sql: SqlSession,
): Promise<void> {
    const { run } = state;
    const open: Nameless[] = [];
    for (const match of matches) {
        const parent = state.parents.get(match);
        const name = mainNameOf(match.record, run.languageCode);
        if (!parent || match.problem || name === undefined) continue;
        const scope = valueScope(parent.code);
        const { code } = match.record;
        if (code !== undefined) run.memory.noteCode(scope, code, name);
        else open.push({ match, facetId: parent.id, scope, name });
    }
    const ownerOf = (code: string, { facetId }: Nameless) => state.codes.get(state.codeIdentity(code, facetId));
    const isCalled = (live: LiveFacet | undefined, name: string) => namesOf(live).some(each => isSameName(each, name));
    const unclear = open.filter(each => !isCalled(ownerOf(codeFor(each.name), each), each.name));
    if (unclear.length === 0) return;

    const texts = unclear.map(({ name }) => name);
    const named = await sql.selectIn(sql.table(FacetValueTranslation), ['base'], 'name', texts);
    const seen = new Set<string>();
    const taken = unclear.filter(({ scope, name, ...each }) => {
        const code = codeFor(name);
        const key = `${scope}:${code}`;
        const isTaken = seen.has(key) || run.memory.isCodeOfOther(scope, code, name);
        seen.add(key);
        return isTaken || ownerOf(code, { scope, name, ...each }) !== undefined;
    });
    const facetIds = new Set(unclear.map(({ facetId }) => facetId));
    const rules = run.rulesOf(kind.entityType);
    const ids = named.map(([id]) => id as EntityId);
    const numbered = taken.flatMap(({ name }) => [...codesFor(name)].slice(1));
    const further = [
        ...(await readFacets(kind, 'id', ids, needs, rules, sql, facetIds)),
        ...(await readFacets(kind, 'code', numbered, needs, rules, sql, facetIds)),
    ];
    for (const [id, live] of further) {
        found.set(id, live);
        const identity = state.codeIdentity(live.code, live.facetId);
        if (!state.codes.has(identity)) state.codes.set(identity, live);
    }
    for (const each of unclear) {
        const { match, facetId, scope, name } = each;
        const called = further.find(([, live]) => live.facetId === facetId && isCalled(live, name))?.[1];
        const code = codeFor(name);
        const owner = ownerOf(code, each);
        const isMeant = owner && !isMadeOf(code, namesOf(owner)) && !run.memory.isCodeOfOther(scope, code, name);
        const isTaken = (wanted: string) => ownerOf(wanted, each) !== undefined;
        const own = called?.code ?? (isMeant ? owner.code : run.memory.giveCode(scope, name, isTaken));
        state.wantedCodes.set(match, own);
    }
}

function namesOf(live: LiveFacet | undefined): string[] {
    return [...(live?.translations.values() ?? [])].flatMap(({ values: { name } }) =>
        typeof name === 'string' ? name : [],
    );
}
