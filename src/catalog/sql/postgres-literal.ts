/** Text form of a PostgreSQL array of one column's values: cheaper than letting the driver convert value by value. */
export function arrayLiteral(values: Iterable<unknown>): string {
    const elements: string[] = [];
    for (const value of values) elements.push(elementLiteral(value));
    return `{${elements.join(',')}}`;
}

function elementLiteral(value: unknown): string {
    switch (typeof value) {
        case 'string':
            return quoted(value);
        case 'number':
        case 'bigint':
            return String(value);
        case 'boolean':
            return value ? 't' : 'f';
        case 'undefined':
            return 'NULL';
        default:
            if (value === null) return 'NULL';
            if (value instanceof Date) return `"${localTimestamp(value)}"`;
            if (ArrayBuffer.isView(value)) return `"\\\\x${hexOf(value)}"`;
            return quoted(JSON.stringify(value));
    }
}

/** JSON escapes quotes and backslashes as arrays do, several times as fast as we could; it only writes other characters otherwise. */
function quoted(text: string): string {
    if (PLAIN.test(text)) return text;
    return ALIKE_IN_JSON.test(text) ? JSON.stringify(text) : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const ALIKE_IN_JSON = /^[ -\ud7ff\ue000-\uffff]*$/;

/** Needs no quotes: most keys and numbers in text. What could be read as NULL is quoted. */
const PLAIN = /^[\w:.-]*[0-9:.-][\w:.-]*$/;

function hexOf(view: ArrayBufferView): string {
    return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex');
}

/**
 * Wall-clock time with offset, as the `pg` driver writes Date parameters: a column without time zone takes the wall-clock
 * part, one with time zone takes both.
 */
function localTimestamp(date: Date): string {
    const offsetMinutes = -date.getTimezoneOffset();
    const offset = Math.abs(offsetMinutes);
    const year = date.getFullYear();
    const isBeforeChrist = year < 1;
    return (
        `${padded(isBeforeChrist ? 1 - year : year, 4)}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}` +
        `T${padded(date.getHours())}:${padded(date.getMinutes())}:${padded(date.getSeconds())}` +
        `.${padded(date.getMilliseconds(), 3)}` +
        `${offsetMinutes < 0 ? '-' : '+'}${padded(Math.floor(offset / 60))}:${padded(offset % 60)}` +
        (isBeforeChrist ? ' BC' : '')
    );
}

function padded(number: number, width = 2): string {
    return String(number).padStart(width, '0');
}
