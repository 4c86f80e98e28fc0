import { isJsonObject, JsonValue } from '../../shared/json';
import { numberOf } from '../operators/conditions/comparison';
import { instantOf } from '../sdk/instant';

/**
 * Keys as texts of bytes (every sign below 256) that compare sign by sign. So JavaScript, which compares them as texts, and
 * DuckDB, which gets them as blobs, always agree.
 */
export type ByteText = string;

/**
 * What values compare by when they are sorted: numbers and texts that read as one, ISO dates by their instant, other text
 * by UTF-16 units, false before true, lists and objects by their JSON. What is absent or null comes last in both directions.
 */
export function sortKey(value: JsonValue | undefined, direction: 'ASC' | 'DESC'): ByteText {
    if (value === undefined || value === null) return MISSING;
    const key = ascendingKey(value);
    return direction === 'ASC' ? key : inverted(key);
}

/**
 * Two values have one key when they are the same value for a join, a group or a search for duplicates. Text is the same
 * only letter by letter ("007" is not "7"); a number is its shortest text and true is "true", since CSV knows text only.
 * Absent, null and empty stay three things.
 */
export function identityKey(values: readonly (JsonValue | undefined)[]): ByteText {
    return values.map(value => terminated(identityText(value))).join('');
}

const MISSING = '\xff';
const [NUMBER, DATE, TEXT, BOOLEAN, OTHER] = ['\x01', '\x02', '\x03', '\x04', '\x05'];

function ascendingKey(value: NonNullable<JsonValue>): ByteText {
    const number = numberOf(value);
    if (number !== undefined) return NUMBER + numberBytes(number);
    if (typeof value === 'boolean') return BOOLEAN + (value ? '1' : '0');
    if (typeof value !== 'string') return OTHER + terminated(canonicalJson(value));
    const instant = instantOf(value);
    return instant === undefined ? TEXT + terminated(value) : DATE + numberBytes(instant);
}

function identityText(value: JsonValue | undefined): string {
    if (value === undefined) return 'a';
    if (value === null) return 'n';
    return typeof value === 'object' ? `j${canonicalJson(value)}` : `s${String(value)}`;
}

/** The order of an object's members does not matter, and neither does whether a scalar came as text. */
function canonicalJson(value: JsonValue): string {
    if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
    if (!isJsonObject(value)) return value === null ? 'null' : JSON.stringify(String(value));
    const members = Object.keys(value)
        .sort()
        .map(key => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`);
    return `{${members.join(',')}}`;
}

const view = new DataView(new ArrayBuffer(8));

/** Eight bytes in the order of the numbers: the bits of a double are, once those of negative ones are turned over. */
function numberBytes(number: number): ByteText {
    // Minus zero is zero.
    view.setFloat64(0, number + 0);
    const isNegative = view.getUint8(0) >= 128;
    let bytes = '';
    for (let i = 0; i < 8; i++) {
        const byte = view.getUint8(i);
        bytes += String.fromCharCode(isNegative ? 255 - byte : i === 0 ? byte + 128 : byte);
    }
    return bytes;
}

/** With an end that sorts before every sign, so that whatever follows in the key does not matter to this part. */
function terminated(text: string): ByteText {
    const bytes = bytesOf(text);

    return `${bytes.includes('\0') ? bytes.replace(/\0/g, '\0\xff') : bytes}\0\0`;
}

/** Each UTF-16 unit becomes UTF-8 by itself, a half surrogate too: bytes then sort as JavaScript sorts text. */
function bytesOf(text: string): ByteText {
    // eslint-disable-next-line no-control-regex -- ASCII, whole
    if (/^[\x00-\x7f]*$/.test(text)) return text;
    let bytes = '';
    for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (unit < 0x80) bytes += text[i];
        else if (unit < 0x800) bytes += String.fromCharCode(0xc0 | (unit >> 6), 0x80 | (unit & 63));
        else bytes += String.fromCharCode(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
    }
    return bytes;
}

function inverted(bytes: ByteText): ByteText {
    let result = '';
    for (let i = 0; i < bytes.length; i++) result += String.fromCharCode(255 - bytes.charCodeAt(i));
    return result;
}
