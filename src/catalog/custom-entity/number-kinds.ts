import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { refused } from './value-refusal';
import type { Database, ValueKind } from './value-kind';

const INTEGER_BITS: Record<string, number> = {
    ...{ tinyint: 8, int1: 8, smallint: 16, int2: 16, mediumint: 24 },
    ...{ integer: 32, int: 32, int4: 32 },
};

export function integer(column: ColumnMetadata, type: string): ValueKind | undefined {
    const bits = INTEGER_BITS[type];
    if (bits === undefined) return undefined;
    const [min, max] = column.unsigned ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
    return {
        isKey: true,
        accept(value, field) {
            if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value + 0;
            const complaint = `must be a whole number from ${min} to ${max}`;
            throw refused(field, value, complaint, 'Round it or turn it into a number with toNumber.');
        },
        stored: value => Number(value),
    };
}

/** Text, as JavaScript has no number that is exact in this range. */
export function bigInteger(column: ColumnMetadata, type: string, database: Database): ValueKind | undefined {
    if (!/^(bigint|int8|unsigned big int)$/.test(type)) return undefined;
    const isUnsigned = column.unsigned || type === 'unsigned big int';
    const [min, max] =
        // The driver of SQLite reads numbers, which are exact up to here.
        database === 'sqlite'
            ? [BigInt(isUnsigned ? 0 : Number.MIN_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)]
            : isUnsigned
              ? [0n, 2n ** 64n - 1n]
              : [-(2n ** 63n), 2n ** 63n - 1n];
    return {
        isKey: true,
        accept(value, field) {
            const isExact =
                typeof value === 'number' ? Number.isSafeInteger(value) : /^[+-]?\d{1,20}$/.test(textIn(value));
            const number = isExact ? BigInt(typeof value === 'number' ? value : textIn(value)) : undefined;
            if (number !== undefined && number >= min && number <= max) return String(number);
            const complaint = `must be a whole number from ${min} to ${max}`;
            throw refused(field, value, complaint, 'Give it as text if it has more than 15 digits.');
        },
        stored: value => String(value),
    };
}

/** Text, so that no digit passes through a binary fraction. */
export function decimal(column: ColumnMetadata, type: string, database: Database): ValueKind | undefined {
    if (!/^(decimal|numeric|dec|fixed)$/.test(type)) return undefined;
    const isBounded = database === 'mysql' || column.precision !== undefined || column.scale !== undefined;
    const precision = column.precision ?? (database === 'mysql' ? 10 : 1000);
    const scale = isBounded ? (column.scale ?? 0) : undefined;
    return {
        accept(value, field) {
            const parts = partsOf(value);
            if (!parts) {
                const complaint = 'must be a decimal number such as "12.50"';
                throw refused(field, value, complaint, 'Give it as text with a point, without signs for thousands.');
            }
            const [, whole, fraction] = parts;
            if (scale !== undefined && fraction.length > scale) {
                throw refused(field, value, `must have at most ${scale} decimals`, 'Round it before it is loaded.');
            }
            if (whole.length > precision - (scale ?? 0)) {
                const complaint = `must have at most ${precision - (scale ?? 0)} digits before the point`;
                throw refused(field, value, complaint, 'Check its unit, or widen the column with a migration.');
            }
            if (database === 'sqlite' && whole.length + fraction.length > 15) {
                const complaint = 'must have at most 15 digits, as SQLite keeps decimals as binary fractions';
                throw refused(field, value, complaint, 'Round it, or use a text column.');
            }
            return written(parts, scale);
        },
        stored(value) {
            const plain = typeof value === 'number' && scale !== undefined ? value.toFixed(scale) : value;
            const parts = partsOf(plain);
            return parts ? written(parts, scale) : String(value);
        },
    };
}

type Parts = [sign: string, whole: string, fraction: string];

/** Without zeros that say nothing. */
function partsOf(value: unknown): Parts | undefined {
    const text = typeof value === 'number' ? String(value) : textIn(value);
    const [all, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
    if (all === undefined) return undefined;
    const parts: Parts = ['', whole.replace(/^0+/, ''), fraction.replace(/0+$/, '')];
    if (sign === '-' && parts[1] + parts[2] !== '') parts[0] = '-';
    return parts;
}

function written([sign, whole, fraction]: Parts, scale: number | undefined): string {
    const decimals = scale === undefined ? fraction : fraction.padEnd(scale, '0');
    return `${sign}${whole || '0'}${decimals === '' ? '' : `.${decimals}`}`;
}

const MAX_SINGLE = 3.4e38;

export function float(type: string, database: Database): ValueKind | undefined {
    if (!/^(float|real|double( precision)?|float4|float8)$/.test(type)) return undefined;
    const isSingle =
        type === 'float4' || (database === 'mysql' ? type === 'float' : database === 'postgres' && type === 'real');
    // Six digits are what every single-precision number keeps.
    const form = (value: number) => (isSingle ? Number(value.toPrecision(6)) : value) + 0;
    return {
        accept(value, field) {
            if (typeof value !== 'number' || !Number.isFinite(value)) {
                throw refused(field, value, 'must be a number', 'Turn it into one with toNumber.');
            }
            if (!isSingle || Math.abs(value) <= MAX_SINGLE) return form(value);
            throw refused(field, value, `must be at most ${MAX_SINGLE}`, 'Check its unit.');
        },
        stored: value => form(Number(value)),
    };
}

function textIn(value: unknown): string {
    return typeof value === 'string' ? value : '';
}
