import type { EntityId } from './sql/sql-session';

/** What change sets call a stock location: its name, or `id:<id>` where several have one name. */
export function locationKey(
    { id, name }: { id: EntityId; name: string },
    all: readonly { id: EntityId; name: string }[],
): string {
    return all.every(other => other.id === id || other.name !== name) ? name : `id:${id}`;
}
