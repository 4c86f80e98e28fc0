/** How a list of a record meets the list that is there. */
export const LIST_MODES = {
    MERGE: 'Adds what the record names; the rest stays.',
    REPLACE_ALL: 'The record names all; what it does not name is taken away. An empty list means none.',
    REMOVE: 'Takes away what the record names; the rest stays.',
    SKIP: 'Leaves the list alone, whatever the record says.',
} as const;
export type ListMode = keyof typeof LIST_MODES;

/** The list after, or the very same array when nothing changes. */
export function afterList<T>(live: readonly T[], given: readonly T[], mode: ListMode, ordered: boolean): readonly T[] {
    if (mode === 'SKIP') return live;
    if (mode === 'REMOVE') {
        const kept = live.filter(item => !given.includes(item));
        return kept.length === live.length ? live : kept;
    }
    const wanted = [...new Set(given)];
    if (mode === 'MERGE') {
        const added = wanted.filter(item => !live.includes(item));
        return added.length === 0 ? live : [...live, ...added];
    }
    const same =
        wanted.length === live.length && wanted.every((item, i) => (ordered ? live[i] === item : live.includes(item)));
    return same ? live : wanted;
}
