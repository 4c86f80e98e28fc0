/** The value of a column, which is the name of a field or a dotted path in JSON and XML. */
export function valueAt(record: unknown, path: string): unknown {
    if (!isObject(record)) return undefined;
    if (path in record) return record[path];
    for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
        const found = valueAt(record[path.slice(0, dot)], path.slice(dot + 1));
        if (found !== undefined) return found;
    }
    return undefined;
}

export function shownValue(value: unknown): string {
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
