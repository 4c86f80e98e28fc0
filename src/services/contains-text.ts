/** Condition for text anywhere in a column, capital or small; the parameter is made by {@link containing}. */
export function containsText(column: string, parameter: string): string {
    return `LOWER(${column}) LIKE :${parameter} ESCAPE '!'`;
}

/** What a user types means itself: % and _ are no wildcards. */
export function containing(text: string): string {
    return `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`;
}
