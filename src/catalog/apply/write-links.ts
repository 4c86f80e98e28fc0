import type { EntityId } from '../sql/sql-session';
import type { Batch } from './batch';
import { EntityDescription } from './entity-description';
import { PendingReference } from './pending-entity';
import { byFirstIds } from './rows';

type Pair = [owner: EntityId, target: EntityId];

/** Many-to-many relations by difference: what others linked meanwhile stays. */
export async function writeLinks(batch: Batch, description: EntityDescription): Promise<void> {
    const { sql, references } = batch;
    const idOf = (target: PendingReference | EntityId) =>
        target instanceof PendingReference ? target.in(references) : target;
    const relations = new Map<string, { add: Pair[]; remove: Pair[]; onlyNewOwners: boolean }>();
    for (const entity of batch.of(description)) {
        for (const change of entity.links) {
            let links = relations.get(change.relation);
            if (!links) relations.set(change.relation, (links = { add: [], remove: [], onlyNewOwners: true }));
            const owner = entity.knownId();
            for (const target of change.add) links.add.push([owner, idOf(target)]);
            for (const target of change.remove) links.remove.push([owner, idOf(target)]);
            links.onlyNewOwners &&= entity.creates;
        }
    }
    for (const [relation, { add, remove, onlyNewOwners }] of relations) {
        const join = sql.joinTable(description.entity, relation);
        if (remove.length > 0) await sql.unlink(join, remove.sort(byFirstIds));
        if (add.length > 0) await sql.link(join, uniquePairs(add), { ignoreExisting: !onlyNewOwners });
    }
}

/** In the order in which rows are locked. */
export function uniquePairs(pairs: readonly Pair[]): Pair[] {
    const sorted = [...pairs].sort(byFirstIds);
    return sorted.filter((pair, i) => i === 0 || byFirstIds(sorted[i - 1]!, pair) !== 0);
}
