import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { isJsonObject, isTooDeep, JsonValue } from '../../../shared/json';
import { didYouMean } from '../../sdk/did-you-mean';
import { instantOf } from '../../sdk/instant';
import { isInstant } from '../apply/rows';
import { refused } from './value-refusal';
import { bigInteger, decimal, float, integer } from './number-kinds';

/** What values of a column are, whatever the database calls its type. */
export interface ValueKind {
    /** In its one form; throws a sentence for what the column cannot hold. */
    accept(value: unknown, field: string): JsonValue;
    /** What the driver gives, in the same form. */
    stored(value: unknown): JsonValue;
    /** As the entity holds it, where that is not JSON. */
    held?(value: JsonValue): unknown;
    /** Rows can be found by it. */
    isKey?: true;
}

/** Undefined for types that cannot be loaded, such as binary data and geometry. */
export function valueKindOf(column: ColumnMetadata, dataSource: DataSource): ValueKind | undefined {
    const database = databaseOf(dataSource);
    const declared = column.type as unknown;
    const type = dataSource.driver.normalizeType(column);
    if (declared === 'simple-json' || type === 'json' || type === 'jsonb') return json(limitOf(column, type, database));
    if (declared === 'simple-array') return simpleArray(limitOf(column, type, database));
    if (column.enum && type === 'set') return listOf(choice(column.enum));
    if (column.enum) return choice(column.enum);
    if (declared === Boolean || type === 'boolean' || declared === 'bool') return yesOrNo;
    if (isInstant(column)) return instant(column, database);
    if (type === 'date') return day;
    if (/^time( without time zone)?$/.test(type)) return time;
    if (type === 'uuid') return uuid;
    if (/char|text|clob/.test(type)) return text(limitOf(column, type, database));
    return (
        integer(column, type) ??
        bigInteger(column, type, database) ??
        decimal(column, type, database) ??
        float(type, database)
    );
}

export type Database = 'postgres' | 'mysql' | 'sqlite';

function databaseOf({ options }: DataSource): Database {
    if (options.type === 'postgres') return 'postgres';
    return options.type === 'mysql' || options.type === 'mariadb' ? 'mysql' : 'sqlite';
}

interface Limit {
    characters?: number;
    bytes?: number;
    /** PostgreSQL fills up to the length with blanks. */
    padded: boolean;
}

const MYSQL_BYTES: Record<string, number> = { tinytext: 255, text: 65_535, mediumtext: 16_777_215 };

function limitOf(column: ColumnMetadata, type: string, database: Database): Limit {
    const { driver } = column.entityMetadata.connection;
    const characters = Number(driver.getColumnLength(column) || lengthsOf(driver)[type]?.length || 0);
    const bytes = database === 'mysql' ? MYSQL_BYTES[type] : undefined;
    return {
        ...(characters > 0 && /char/.test(type) ? { characters } : {}),
        ...(bytes === undefined ? {} : { bytes }),
        padded: type === 'char' || type === 'character',
    };
}

/** Not every driver has such defaults, whatever its type says. */
function lengthsOf({ dataTypeDefaults }: Partial<Pick<DataSource['driver'], 'dataTypeDefaults'>>) {
    return dataTypeDefaults ?? {};
}

function assertFits(value: string, field: string, got: unknown, { characters, bytes }: Limit): void {
    // The length in code units is never below that in characters.
    if (characters !== undefined && value.length > characters && [...value].length > characters) {
        const hint = 'Shorten it, or widen the column with a migration.';
        throw refused(field, got, `must have at most ${characters} characters`, hint);
    }
    if (bytes !== undefined && value.length * 3 > bytes && Buffer.byteLength(value) > bytes) {
        const hint = 'Shorten it, or widen the column with a migration.';
        throw refused(field, got, `must have at most ${bytes} bytes`, hint);
    }
}

function text(limit: Limit): ValueKind {
    const form = (value: string) => (limit.padded ? value.trimEnd() : value);
    return {
        isKey: true,
        accept(value, field) {
            if (typeof value !== 'string') {
                throw refused(field, value, 'must be text', 'Turn it into text with toText.');
            }
            assertStorable(value, field, value);
            assertFits(form(value), field, value, limit);
            return form(value);
        },
        stored: value => form(String(value)),
    };
}

/** PostgreSQL refuses this character, and half of a surrogate pair becomes another character everywhere. */
function assertStorable(value: string, field: string, got: unknown): void {
    if (!value.includes('\0') && !/[\uD800-\uDFFF]/u.test(value)) return;
    throw refused(field, got, 'holds a character that databases do not store', 'Remove it, with replace.');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const uuid: ValueKind = {
    isKey: true,
    accept(value, field) {
        const id = typeof value === 'string' ? value.toLowerCase() : '';
        if (UUID.test(id)) return id;
        throw refused(field, value, 'must be a UUID', 'Give one such as 0b2e5f7c-6a41-4c0e-9a49-3c5d7e1f2a3b.');
    },
    stored: value => String(value).toLowerCase(),
};

const yesOrNo: ValueKind = {
    accept(value, field) {
        if (typeof value === 'boolean') return value;
        throw refused(field, value, 'must be true or false', 'Turn it into one with toBoolean.');
    },
    stored: value => Boolean(value),
};

function choice(options: readonly (string | number)[]): ValueKind {
    return {
        isKey: true,
        accept(value, field) {
            // The driver gives numbers of an enum back as numbers, and stores them as text.
            const found = options.find(option => String(option) === String(value));
            if (found !== undefined && typeof value !== 'object') return found;
            const hint = didYouMean(String(value), options.map(String));
            throw refused(field, value, `must be one of ${options.join(', ')}`, hint);
        },
        stored: value => options.find(option => String(option) === String(value)) ?? String(value),
    };
}

function listOf(kind: ValueKind): ValueKind {
    return {
        accept(value, field) {
            if (!Array.isArray(value)) throw refused(field, value, 'must be a list', 'Make one with split.');
            return [...new Set(value.map((item, i) => kind.accept(item, `${field}[${i}]`)))].sort();
        },
        stored: value => (Array.isArray(value) ? value.map(item => kind.stored(item)).sort() : []),
    };
}

function simpleArray(limit: Limit): ValueKind {
    return {
        accept(value, field) {
            if (!Array.isArray(value)) throw refused(field, value, 'must be a list', 'Make one with split.');
            const items = value.map((item: unknown, i) => {
                const itself = `${field}[${i}]`;
                if (typeof item !== 'string') {
                    throw refused(itself, item, 'must be text', 'Turn it into text with toText.');
                }
                assertStorable(item, itself, item);
                if (item !== '' && !item.includes(',')) return item;
                const complaint = 'must be neither empty nor hold a comma, as the column keeps the list with commas';
                throw refused(itself, item, complaint, 'Correct the value.');
            });
            assertFits(items.join(','), field, value, limit);
            return items;
        },
        stored: value => (Array.isArray(value) ? value.map(String) : []),
    };
}

function json(limit: Limit): ValueKind {
    return {
        accept(value, field) {
            if (isTooDeep(value as JsonValue)) {
                throw refused(field, null, 'is nested too deep', 'Flatten it.');
            }
            const written = JSON.stringify(value);
            if (written.includes('\\u0000')) assertStorable('\0', field, value);
            assertFits(written, field, isJsonObject(value) || Array.isArray(value) ? null : value, limit);
            return value as JsonValue;
        },
        stored: value => value as JsonValue,
    };
}

/** Databases write a blank before the zone. */
const BEFORE_ZONE = /\s+(?=Z$|[+-]\d\d:?\d\d$)/;

function instant({ precision, type }: ColumnMetadata, database: Database): ValueKind {
    const digits = Math.min(3, precision ?? (database === 'mysql' ? 0 : 3));
    const step = 10 ** (3 - digits);
    // What is finer than the column would be rounded by some databases and cut by others.
    const form = (value: Date) => new Date(Math.floor(value.getTime() / step) * step).toISOString();
    const [from, to] = database === 'mysql' && type === 'timestamp' ? [1971, 2037] : [1000, 9999];
    return {
        accept(value, field) {
            const ms = typeof value === 'string' ? instantOf(value.toUpperCase().replace(BEFORE_ZONE, '')) : undefined;
            if (ms === undefined) {
                const complaint = 'must be a date in ISO 8601, such as "2026-01-31T12:00:00Z"';
                throw refused(field, value, complaint, 'Turn it into one with toDate.');
            }
            const date = new Date(ms);
            const year = date.getUTCFullYear();
            if (year >= from && year <= to) return form(date);
            throw refused(field, value, `must be between the years ${from} and ${to}`, 'Correct the date.');
        },
        stored: value => (value instanceof Date ? form(value) : (value as JsonValue)),
        held: value => new Date(value as string),
    };
}

const day: ValueKind = {
    accept(value, field) {
        const given =
            typeof value === 'string' ? /^([1-9]\d{3}-\d\d-\d\d)(T00:00:00(\.0+)?Z?)?$/.exec(value)?.[1] : undefined;
        const date = given === undefined ? undefined : new Date(`${given}T00:00:00Z`);
        if (date && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(given!)) return given!;
        throw refused(field, value, 'must be a day such as "2026-01-31"', 'Turn it into one with toDate.');
    },
    stored: value => (value instanceof Date ? value.toISOString().slice(0, 10) : String(value)),
};

const time: ValueKind = {
    accept(value, field) {
        const [, hoursAndMinutes, seconds] =
            (typeof value === 'string' ? /^((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?$/.exec(value) : null) ?? [];
        if (hoursAndMinutes !== undefined) return `${hoursAndMinutes}${seconds ?? ':00'}`;
        throw refused(field, value, 'must be a time such as "18:30" or "18:30:00"', 'Correct the value.');
    },
    stored: value => String(value).slice(0, 8),
};
