import type { Use } from './uses';

/**
 * What has been planned and is not written yet: that a facet value will be unused once the products that have it are
 * gone. Of a batch that writes it lasts to its end, then all is to be found in the database. A dry run writes
 * nothing, so its memory lasts for the run; if it goes on after a crash it has forgotten, and then names uses which an
 * undo would not find.
 */
export class UndoMemory {
    private readonly gone = new Set<string>();
    private readonly coming = new Set<string>();

    /** The entity will be deleted. */
    deletes(entityType: string, id: string): void {
        this.gone.add(`${entityType} ${id}`);
    }

    /** The entity will not refer to the other one any more. */
    releases(ownerType: string, ownerId: string, targetType: string, targetId: string): void {
        this.gone.add(`${ownerType} ${ownerId}>${targetType} ${targetId}`);
    }

    /** The entity will be made anew. */
    creates(kind: string, key: string): void {
        this.coming.add(`${kind} ${key}`);
    }

    willExist(kind: string, key: string): boolean {
        return this.coming.has(`${kind} ${key}`);
    }

    isLeft({ ownerType, ownerId }: Use, targetType: string, targetId: string): boolean {
        const owner = `${ownerType} ${ownerId}`;
        return !this.gone.has(owner) && !this.gone.has(`${owner}>${targetType} ${targetId}`);
    }
}
