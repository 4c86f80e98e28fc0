import type { ChangeSet } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { codeFor } from '../product/codes';
import type { EntityId } from '../sql/sql-session';
import { ambiguousCollection, loopOfParents, parentElsewhere, parentMissing } from './collection-problems';
import type { CollectionMatch, CollectionState } from './collection-state';

/** A place in the tree: a collection that exists, one that a record of the batch creates, or the root. */
type Spot = { id: EntityId } | { record: PipelineRecord } | { planned: string } | 'root';

type OutcomeOf = (record: PipelineRecord) => ChangeSet | UserError;

export interface Place {
    /** Undefined: stays where it is. Keys of the parents, null for the top. */
    parent: { before: string | null | undefined; after: string | null } | undefined;
    position: number | undefined;
}

/** Where a record puts its collection. Throws when the parent is missing or stands below it. */
export function placeOf(
    pipelineRecord: PipelineRecord,
    { record, collection: live }: CollectionMatch,
    state: CollectionState,
    outcomeOf: OutcomeOf,
): Place {
    const node = live && state.nodes.get(live.id);
    if (live && record.parent === undefined) return { parent: undefined, position: record.position };
    const spot = parentOf(record.parent ?? null, state);
    assertNoLoop(pipelineRecord, spot, state);
    if (typeof spot === 'object' && 'record' in spot && outcomeOf(spot.record) instanceof UserError) {
        const path = record.parent!;
        throw parentMissing(path, slugsOf(path).at(-1)!);
    }
    assertNoLoopAsDecided(pipelineRecord, live?.id, spot, state, outcomeOf);
    const after = keyOf(spot, state, outcomeOf);
    const isTop = !node || node.parentId === null || state.nodes.get(node.parentId)?.isRoot !== false;
    const before = !node ? undefined : isTop ? null : state.keyOfNode(node.parentId!);
    const moves = before !== after;
    const position = record.position ?? (moves ? nextPosition(spot, after, state) : undefined);
    return { parent: { before, after }, position };
}

/** The collection that a parent's slug or path means. */
function parentOf(parent: string | null, state: CollectionState): Spot {
    if (parent === null) return 'root';
    const slugs = slugsOf(parent);
    const slug = slugs.at(-1)!;
    const all = [...(state.bySlug.get(slug) ?? [])];
    const fitting = all.filter(id => standsBelow(id, slugs.slice(0, -1), state));
    if (fitting.length > 1) throw ambiguousCollection(`the parent "${parent}"`, fitting, 'parent');
    if (fitting.length === 1) return { id: fitting[0]! };
    const record = state.recordsBySlug.get(slug);
    if (record) {
        const id = state.matches.get(record)?.collection?.id;
        return id === undefined ? { record } : { id };
    }
    if (state.run.memory.isPlanned(`Collection ${slug}`, '')) return { planned: slug };
    throw all.length > 0 ? parentElsewhere(parent) : parentMissing(parent, slug);
}

export function slugsOf(path: string): string[] {
    const parts = path.split('/').filter(part => part.trim() !== '');
    return (parts.length > 0 ? parts : [path]).map(part => codeFor(part.trim()));
}

/** Each slug names the next collection above, from the last to the first. */
function standsBelow(id: EntityId, slugs: readonly string[], state: CollectionState): boolean {
    let at = state.nodes.get(id);
    for (const slug of [...slugs].reverse()) {
        at = at?.parentId === null || !at ? undefined : state.nodes.get(at.parentId);
        if (!at || at.isRoot || ![...at.slugs.values()].includes(slug)) return false;
    }
    return true;
}

/** Loops that the records of the batch would make if all were accepted: every record of one is refused. */
function assertNoLoop(start: PipelineRecord, spot: Spot, state: CollectionState): void {
    const own = state.matches.get(start)?.collection?.id;
    const seen = new Set<unknown>();
    for (let at: Spot | undefined = spot; at && at !== 'root' && !('planned' in at);) {
        const record: PipelineRecord | undefined = 'record' in at ? at.record : state.recordsById.get(at.id);
        if (record === start || ('id' in at && at.id === own)) throw loopOfParents(state.matches.get(start)!.record);
        const identity = record ?? ('id' in at ? at.id : undefined);
        if (seen.has(identity)) return;
        seen.add(identity);
        at = nextWanted(at, record, state);
    }
}

function nextWanted(at: Spot, record: PipelineRecord | undefined, state: CollectionState): Spot | undefined {
    const match = record && state.matches.get(record);
    if (match && !match.problem && (match.record.parent !== undefined || !match.collection)) {
        try {
            return parentOf(match.record.parent ?? null, state);
        } catch (refusal) {
            // Refused for its own parent; it stays where it is.
            if (!(refusal instanceof UserError)) throw refusal;
        }
    }
    return liveParent(at, state);
}

/** The same with what was decided: a collection whose record is refused stays where it is. */
function assertNoLoopAsDecided(
    start: PipelineRecord,
    own: EntityId | undefined,
    spot: Spot,
    state: CollectionState,
    outcomeOf: OutcomeOf,
): void {
    const seen = new Set<unknown>();
    for (let at: Spot | undefined = spot; at && at !== 'root' && !('planned' in at);) {
        const record: PipelineRecord | undefined = 'record' in at ? at.record : state.recordsById.get(at.id);
        if (('id' in at && at.id === own) || (record && state.underway.has(record)))
            throw loopOfParents(state.matches.get(start)!.record);
        const identity = record ?? ('id' in at ? at.id : undefined);
        if (seen.has(identity)) return;
        seen.add(identity);
        const match: CollectionMatch | undefined = record && state.matches.get(record);
        const isPlaced: boolean = match !== undefined && (match.record.parent !== undefined || !match.collection);
        const moves: boolean = isPlaced && !(outcomeOf(record!) instanceof UserError);
        at = moves ? parentOf(match!.record.parent ?? null, state) : liveParent(at, state);
    }
}

function liveParent(at: Spot, state: CollectionState): Spot | undefined {
    const parentId = typeof at === 'object' && 'id' in at ? state.nodes.get(at.id)?.parentId : undefined;
    return parentId === undefined || parentId === null ? undefined : { id: parentId };
}

function keyOf(spot: Spot, state: CollectionState, outcomeOf: OutcomeOf): string | null {
    if (spot === 'root') return null;
    if ('planned' in spot) return spot.planned;
    if ('id' in spot) return state.nodes.get(spot.id)?.isRoot ? null : state.keyOfNode(spot.id);
    return (outcomeOf(spot.record) as ChangeSet).key;
}

function nextPosition(spot: Spot, key: string | null, state: CollectionState): number {
    const parent = typeof spot === 'object' && 'id' in spot ? String(spot.id) : `new ${key ?? 'root'}`;
    const next = (state.lastPositions.get(parent) ?? 0) + 1;
    state.lastPositions.set(parent, next);
    return next;
}
