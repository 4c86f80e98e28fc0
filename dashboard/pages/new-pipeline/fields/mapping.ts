import type { Conversion, Fields, Mapping, Suggestions, Target } from '../draft';

/** Prefix of targets that name an option of a variant, such as `variants.options.Size`; the name is free. */
export const optionPrefix = 'variants.options.';

/** Several columns may give facet values; every other field takes one. */
const sharedConversion: Conversion = 'FACETS';

/**
 * Accepts what the server suggests for columns that were not there before; what somebody has decided stays, as far as the
 * file still has the column.
 */
export function takeSuggestions(fields: Fields, columns: readonly string[], suggested: Suggestions): Fields {
    const isNew = (column: string) => columns.includes(column) && !fields.knownColumns.includes(column);
    const kept = fields.mappings.filter(({ column }) => columns.includes(column));
    const taken = new Set(kept.filter(({ conversion }) => conversion !== sharedConversion).map(({ target }) => target));
    const added = suggested.mappings
        .filter(({ column, target }) => isNew(column) && !taken.has(target))
        .map(({ column, target, conversion, options, reasons }): Mapping => ({
            column,
            target,
            conversion,
            options: options as Record<string, unknown>,
            reasons,
        }));
    const isFirst = fields.knownColumns.length === 0;
    const groupBy = isFirst ? (suggested.groupBy ?? null) : fields.groupBy;
    const { loaderConfig } = fields;
    return {
        mappings: inOrder([...kept, ...added], columns),
        knownColumns: [...columns],
        groupBy: groupBy !== null && columns.includes(groupBy) ? groupBy : null,
        loaderConfig:
            suggested.matchBy && loaderConfig.matchBy === undefined
                ? { ...loaderConfig, matchBy: suggested.matchBy }
                : loaderConfig,
    };
}

/** Whether the columns of the file are those that suggestions were taken for. */
export function isUpToDate({ knownColumns }: Fields, columns: readonly string[]): boolean {
    return knownColumns.length === columns.length && columns.every(column => knownColumns.includes(column));
}

/** Maps a column to a target, or to none. A target that another column had is taken from it. */
export function mapColumn(fields: Fields, column: string, target: string, targets: readonly Target[]): Fields {
    const others = fields.mappings.filter(
        each => each.column !== column && (each.target !== target || each.conversion === sharedConversion),
    );
    if (target === '') return { ...fields, mappings: others };
    const conversion = target.startsWith(optionPrefix)
        ? 'TEXT'
        : (targets.find(({ path }) => path === target)?.conversion ?? 'NONE');
    const options = conversion === 'FACETS' ? { facet: column } : {};
    const mappings = [...others, { column, target, conversion, options }];
    return { ...fields, mappings: inOrder(mappings, fields.knownColumns) };
}

export function changeMapping(fields: Fields, column: string, change: Partial<Mapping>): Fields {
    const mappings = fields.mappings.map(each => (each.column === column ? { ...each, ...change } : each));
    return { ...fields, mappings };
}

function inOrder(mappings: Mapping[], columns: readonly string[]): Mapping[] {
    return mappings.toSorted((a, b) => columns.indexOf(a.column) - columns.indexOf(b.column));
}

export interface TargetGroup {
    /** First part of the path, such as `variants`; empty for the fields of the record itself. */
    key: string;
    targets: Target[];
}

/** The fields of the record first, then each list or language, then custom fields. */
export function targetGroups(targets: readonly Target[]): TargetGroup[] {
    const groups = new Map<string, Target[]>();
    for (const target of targets) {
        const [first = '', second] = target.path.split('.');
        const key = first === 'translations' ? `${first}.${second}` : second === undefined ? '' : first;
        groups.set(key, [...(groups.get(key) ?? []), target]);
    }
    return [...groups].map(([key, members]) => ({ key, targets: members }));
}
