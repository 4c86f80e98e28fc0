/** What values of a column are, whatever the database calls it. `other`: the database alone knows. */
export type TypeName =
    'text' | 'integer' | 'decimal' | 'float' | 'boolean' | 'date' | 'timestamp' | 'time' | 'json' | 'uuid' | 'other';

export interface ColumnType {
    name: TypeName;
    /** As the database calls it, for messages. */
    sqlType: string;
    /** Of integers. */
    min?: bigint;
    max?: bigint;
    /** Of decimals: digits in all, and behind the point. */
    precision?: number;
    scale?: number;
    /** Characters. */
    maxLength?: number;
    /** Of times: digits behind the second that are kept. */
    fractionDigits?: number;
}

export interface Column {
    name: string;
    type: ColumnType;
    isNullable: boolean;
    /** Has a value of its own when none is given. */
    hasDefault: boolean;
    /** The database makes the value and takes none. */
    isGenerated: boolean;
    /** Counts up by itself. */
    isIdentity: boolean;
}

export function integerRange(bits: 8 | 16 | 24 | 32 | 64, unsigned = false): { min: bigint; max: bigint } {
    const span = 1n << BigInt(bits);
    return unsigned ? { min: 0n, max: span - 1n } : { min: -span / 2n, max: span / 2n - 1n };
}
