/**
 * Loads something for all parents of a list at once, although resolvers are asked for one parent after the other. A parent
 * that came alone is loaded alone.
 */
export class SharedLoad<Parent extends object, Value> {
    private readonly lists = new WeakMap<Parent, readonly Parent[]>();
    private readonly loads = new WeakMap<readonly Parent[], Promise<Map<Parent, Value>>>();

    /** To be called by whoever answers the list. */
    together(parents: readonly Parent[]): void {
        for (const parent of parents) this.lists.set(parent, parents);
    }

    async of(parent: Parent, load: (parents: readonly Parent[]) => Promise<Map<Parent, Value>>): Promise<Value> {
        const parents = this.lists.get(parent) ?? [parent];
        let loading = this.loads.get(parents);
        if (!loading) this.loads.set(parents, (loading = load(parents)));
        return (await loading).get(parent)!;
    }
}
