import { ReferenceKind, References } from '../references';
import type { EntityId } from '../sql/sql-session';

/**
 * References in which one key may stand for another that is only filled in later: an option group that the first record of
 * a batch creates is the same group for the second one, under that record's own key.
 */
export class LinkedReferences extends References {
    private readonly targets = new Map<string, string>();

    link(kind: ReferenceKind, key: string, target: string): void {
        if (key !== target) this.targets.set(`${kind} ${key}`, target);
    }

    override get(kind: ReferenceKind, key: string): EntityId | undefined {
        const id = super.get(kind, key);
        if (id !== undefined || this.targets.size === 0) return id;
        const target = this.targets.get(`${kind} ${key}`);
        return target === undefined ? undefined : super.get(kind, target);
    }

    override has(kind: ReferenceKind, key: string): boolean {
        return this.get(kind, key) !== undefined;
    }
}
