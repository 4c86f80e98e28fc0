import type { DataSource, EntityMetadata } from 'typeorm';
import type { JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';

/** A column with its value conversion, worked out once per table and column. */
export interface Column {
    readonly path: string;
    /** Quoted database name. */
    readonly name: string;
    readonly metadata: ColumnMetadata;
    /** The driver's own name of the type, such as `character varying`. */
    readonly type: string;
    readonly kind: ColumnKind;
    /** Entity value to driver value; never gives undefined. */
    readonly encode: Convert;
    /** Absent where the driver already gives what the entity holds. */
    readonly decode?: Convert;
}

export type ColumnKind = 'integer' | 'text' | 'boolean' | 'date' | 'other';
export type ColumnMetadata = EntityMetadata['columns'][number];
type Convert = (value: unknown) => unknown;

export function compileColumn(dataSource: DataSource, metadata: ColumnMetadata, path: string): Column {
    const { driver } = dataSource;
    const type = driver.normalizeType(metadata);
    const kind = kindOf(metadata, type);
    const decode = decoderFor(dataSource, metadata, kind);
    return {
        path,
        name: driver.escape(metadata.databaseName),
        metadata,
        type,
        kind,
        encode: encoderFor(dataSource, metadata, kind, path),
        ...(decode ? { decode } : {}),
    };
}

/** Decodes rows in place, column by column; plain columns cost nothing. */
export function decodeRows(columns: readonly Column[], rows: unknown[][]): unknown[][] {
    columns.forEach((column, index) => {
        const { decode } = column;
        if (!decode) return;
        for (const row of rows) row[index] = decode(row[index]);
    });
    return rows;
}

/** Driver values of all rows in one list, row after row. */
export function encodeFlat(columns: readonly Column[], rows: readonly (readonly unknown[])[]): unknown[] {
    const encoders = columns.map(column => column.encode);
    const parameters: unknown[] = new Array(rows.length * encoders.length);
    let position = 0;
    for (const row of rows) {
        for (let index = 0; index < encoders.length; index++) {
            parameters[position++] = (encoders[index] as Convert)(row[index]);
        }
    }
    return parameters;
}

const integerTypes = new Set(['integer', 'int', 'smallint', 'mediumint', 'tinyint', 'int2', 'int4']);
const textTypes = new Set(
    'varchar,character varying,char,character,text,tinytext,mediumtext,longtext,citext,uuid,nvarchar,nchar'.split(','),
);
const dateTypes = new Set<unknown>([
    Date,
    'datetime',
    'timestamp',
    'timestamptz',
    'timestamp with time zone',
    'timestamp without time zone',
]);
/** Declared types that TypeORM converts although the database sees plain text. */
const convertedTypes = new Set<unknown>(['simple-json', 'simple-array', 'simple-enum', 'json', 'jsonb', 'enum', 'set']);

function kindOf(metadata: ColumnMetadata, type: string): ColumnKind {
    const declared = metadata.type as unknown;
    if (metadata.transformer || metadata.isArray || convertedTypes.has(declared)) return 'other';
    if (declared === Boolean || declared === 'boolean' || declared === 'bool') return 'boolean';
    if (dateTypes.has(declared)) return 'date';
    if (integerTypes.has(type)) return 'integer';
    if (textTypes.has(type)) return 'text';
    return 'other';
}

function encoderFor(dataSource: DataSource, metadata: ColumnMetadata, kind: ColumnKind, path: string): Convert {
    const { driver } = dataSource;
    const place = `${metadata.entityMetadata.name}.${path}`;
    const generic: Convert = value => driver.preparePersistentValue(value, metadata) ?? null;
    const isPostgres = dataSource.options.type === 'postgres';
    switch (kind) {
        case 'integer': {
            // Vendure keeps its boolean custom fields in these on MySQL.
            const holdsFlags = metadata.type === 'tinyint';
            return value => {
                if (typeof value === 'number' && Number.isInteger(value)) return value;
                return holdsFlags && typeof value === 'boolean' ? Number(value) : integerOf(value, place);
            };
        }
        case 'text':
            return value => (typeof value === 'string' ? value : textOf(value, place));
        case 'boolean': {
            const [yes, no] = isPostgres ? [true, false] : [1, 0];
            return value => (value === true || value === 1 ? yes : value === null || value === undefined ? null : no);
        }
        case 'date': {
            // SQLite keeps dates as text; the other drivers format Date objects themselves, in their own time zone.
            if (dataSource.options.type !== 'better-sqlite3') {
                return value => (value instanceof Date ? value : value === null ? null : generic(value));
            }
            return value => {
                if (value === null || value === undefined) return null;
                return value instanceof Date && hasFourDigitYear(value) ? sqliteInstant(value) : generic(value);
            };
        }
        case 'other':
            return generic;
    }
}

/**
 * As TypeORM writes an instant, if its year has four digits; TypeORM puts it together digit by digit. Neighbouring columns
 * and rows often have the same one, so the last is remembered.
 */
export function sqliteInstant(date: Date): string {
    const time = date.getTime();
    if (time !== lastInstant.time) {
        lastInstant = { time, text: date.toISOString().replace('T', ' ').replace('Z', '') };
    }
    return lastInstant.text;
}

let lastInstant = { time: NaN, text: '' };

/** False also for an invalid date. */
function hasFourDigitYear(date: Date): boolean {
    return date.getTime() >= YEAR_0 && date.getTime() < YEAR_10000;
}

const YEAR_0 = Date.parse('0000-01-01T00:00:00Z');
const YEAR_10000 = Date.parse('+010000-01-01T00:00:00Z');

function decoderFor(dataSource: DataSource, metadata: ColumnMetadata, kind: ColumnKind): Convert | undefined {
    const { driver, options } = dataSource;
    const hydrated: Convert = value => driver.prepareHydratedValue(value, metadata) as unknown;
    const generic: Convert = metadata.transformer ? hydrated : value => (value === null ? null : hydrated(value));
    switch (kind) {
        case 'integer':
        case 'text':
            return undefined;
        case 'boolean':
            return options.type === 'postgres' ? undefined : value => (value === null ? null : Boolean(value));
        case 'date': {
            const driverGivesDates = options.type === 'postgres' || ('dateStrings' in options && !options.dateStrings);
            return driverGivesDates ? undefined : generic;
        }
        case 'other':
            return generic;
    }
}

/**
 * The databases disagree on what `12.5` or `'x'` means in an integer column: one rounds, one refuses, one stores the text.
 * So it is refused here.
 */
function integerOf(value: unknown, place: string): unknown {
    if (value === null || value === undefined) return null;
    if (typeof value === 'bigint') return value;
    if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
    throw new UserError(
        'value-not-an-integer',
        `${place} holds whole numbers, but got ${shown(value)}.`,
        'Round the value or convert it before it is loaded.',
        { field: place, got: shown(value) },
    );
}

function textOf(value: unknown, place: string): unknown {
    if (value === null || value === undefined) return null;
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
    throw new UserError(
        'value-not-text',
        `${place} holds text, but got ${shown(value)}.`,
        'Map a single value to this field, or turn the value into text first.',
        { field: place, got: shown(value) },
    );
}

function shown(value: unknown): JsonValue & string {
    const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
