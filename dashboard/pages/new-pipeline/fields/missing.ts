import type { Target } from '../draft';
import { requiredPaths } from '../record-shape';

export type Missing =
    | { is: 'required'; label: string }
    /** Nothing tells which of the existing ones a record is. */
    | { is: 'key'; label: string }
    /** What exists is found, but what does not can hardly be made. */
    | { is: 'name'; label: string };

interface MissingInput {
    recordSchema: unknown;
    targets: readonly Target[];
    mapped: readonly string[];
    matchBy: string | undefined;
    strategy: string | undefined;
}

/** What no column goes to although the loader needs it, or most likely will. */
export function missingTargets({ recordSchema, targets, mapped, matchBy, strategy }: MissingInput): Missing[] {
    const labelOf = (path: string) => targets.find(target => target.path === path)?.label ?? path;
    const required = requiredPaths(recordSchema, mapped)
        .filter(path => !isMapped(path, mapped))
        .map((path): Missing => ({ is: 'required', label: labelOf(path) }));
    const keys = targets.filter(({ path }) => path === matchBy || path.endsWith(`.${matchBy}`)).map(({ path }) => path);
    const key = keys.find(path => path === matchBy) ?? keys[0];
    const hasName = isMapped('name', mapped);
    // Slugs and codes are made from the name where a record has none.
    const isMadeFromName = hasName && (matchBy === 'slug' || matchBy === 'code');
    const lacksKey = key !== undefined && !keys.some(path => isMapped(path, mapped)) && !isMadeFromName;
    const canHaveName = targets.some(({ path }) => path === 'name') && matchBy !== 'name';
    return [
        ...required,
        ...(lacksKey ? [{ is: 'key', label: labelOf(key) } as const] : []),
        ...(canHaveName && !hasName && strategy !== 'UPDATE' ? [{ is: 'name', label: labelOf('name') } as const] : []),
    ];
}

const isMapped = (path: string, mapped: readonly string[]): boolean =>
    mapped.some(target => target === path || target.startsWith(`${path}.`));
