import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/json';
import {
    ALL_READINGS,
    DATE_FORMATS,
    type DecimalSigns,
    hasCurrency,
    hasLeadingZeros,
    isBoolean,
    isInteger,
    numberOf,
    readingsOf,
    TEXT_KINDS,
    type TextKind,
} from './value-kinds';

export type ColumnType = 'EMPTY' | 'TEXT' | 'INTEGER' | 'DECIMAL' | 'BOOLEAN' | 'DATE' | 'LIST' | 'OBJECT';
export type ColumnHint = TextKind | 'PRICE' | 'UNIQUE' | 'LIST' | 'LEADING_ZEROS';

/** What a sample of records says about one column. */
export interface ColumnProfile {
    name: string;
    type: ColumnType;
    typeShare: number;
    looksLike: ColumnHint[];
    filledShare: number;
    distinct: number;
    distinctIsExact: boolean;
    min: string | null;
    max: string | null;
    examples: string[];
    decimalSign: string | null;
    thousandsSign: string | null;
    dateFormat: string | null;
    listSeparator: string | null;
}

/** A column is what this share of its values is: one wrong cell must not hide what all others are. */
const CONSENSUS = 0.95;
const MAX_DISTINCT = 10_000;
const MAX_EXAMPLES = 5;
const MAX_SHOWN_CHARACTERS = 120;
const MAX_COLUMNS = 500;
const MAX_DEPTH = 3;

/** Looks at records one by one; memory is bounded by the number of columns, whatever the number of records. */
export class Profiler {
    private readonly columns = new Map<string, Column>();
    private records = 0;

    add(record: JsonObject): void {
        this.records++;
        this.addFields(record, '', 1);
    }

    /** In the order in which the columns came. */
    profiles(): ColumnProfile[] {
        return [...this.columns].map(([name, column]) => column.profile(name, this.records));
    }

    private addFields(object: JsonObject, prefix: string, depth: number): void {
        for (const [name, value] of Object.entries(object)) {
            // A dotted path could not tell such a name from an object, so it is told as it is.
            const path = `${prefix}${name}`;
            if (isJsonObject(value) && depth < MAX_DEPTH) this.addFields(value, `${path}.`, depth + 1);
            else this.column(path)?.add(value);
        }
    }

    private column(path: string): Column | undefined {
        const known = this.columns.get(path);
        if (known || this.columns.size >= MAX_COLUMNS) return known;
        const column = new Column();
        this.columns.set(path, column);
        return column;
    }
}

class Column {
    private filled = 0;
    private readonly types: Record<Exclude<ColumnType, 'EMPTY'>, number> = {
        TEXT: 0,
        INTEGER: 0,
        DECIMAL: 0,
        BOOLEAN: 0,
        DATE: 0,
        LIST: 0,
        OBJECT: 0,
    };
    private readonly kinds = new Map<TextKind, number>();
    private readonly readings = new Map<DecimalSigns, number>();
    private readonly dateFormats = DATE_FORMATS.map(() => 0);
    private readonly separators = new Map<string, number>();
    private readonly distinct = new Set<string>();
    private withCurrency = 0;
    private withFraction = 0;
    private withLeadingZeros = 0;
    private texts: Range<string> = {};

    add(value: JsonValue): void {
        if (value === null || (typeof value === 'string' && value.trim() === '')) return;
        this.filled++;
        if (Array.isArray(value)) return this.addOther('LIST', value);
        if (isJsonObject(value)) return this.addOther('OBJECT', value);
        this.addText(String(value).trim(), typeof value);
    }

    profile(name: string, records: number): ColumnProfile {
        const { type, share } = this.consensus();
        const isNumber = type === 'INTEGER' || type === 'DECIMAL';
        const signs = type === 'DECIMAL' ? this.signs() : undefined;
        const range = isNumber ? this.numbers() : this.texts;
        const date =
            type === 'DATE' ? DATE_FORMATS[this.dateFormats.findIndex(fits => fits >= this.types.DATE)] : undefined;
        const listSeparator = type === 'TEXT' ? this.listSeparator() : null;
        return {
            name,
            type,
            typeShare: share,
            looksLike: this.looksLike(type, listSeparator, records),
            filledShare: records === 0 ? 0 : this.filled / records,
            distinct: this.distinct.size,
            distinctIsExact: this.distinct.size < MAX_DISTINCT,
            min: shownOrNull(range.min),
            max: shownOrNull(range.max),
            examples: [...this.distinct].slice(0, MAX_EXAMPLES).map(shown),
            decimalSign: signs?.decimalSign ?? null,
            thousandsSign: signs?.thousandsSign ?? null,
            dateFormat: date?.format ?? null,
            listSeparator,
        };
    }

    private addOther(type: 'LIST' | 'OBJECT', value: JsonValue): void {
        this.types[type]++;
        this.remember(JSON.stringify(value));
    }

    private addText(text: string, given: string): void {
        this.remember(text);
        widen(this.texts, text);
        if (given === 'boolean') {
            this.types.BOOLEAN++;
            return;
        }
        const readings = readingsOf(text);
        const zeros = given === 'string' && hasLeadingZeros(text);
        if (zeros) this.withLeadingZeros++;
        if (readings.length > 0) {
            for (const reading of readings) this.readings.set(reading, (this.readings.get(reading) ?? 0) + 1);
            if (hasCurrency(text)) this.withCurrency++;
            if (/[.,]\d{1,2}\D*$/.test(text)) this.withFraction++;
        }
        if (given === 'string' && isBoolean(text)) this.types.BOOLEAN++;
        if (isInteger(text) && !zeros) this.types.INTEGER++;
        if (readings.length > 0 && !zeros) this.types.DECIMAL++;
        let isDate = false;
        DATE_FORMATS.forEach(({ pattern }, index) => {
            if (!pattern.test(text)) return;
            this.dateFormats[index]!++;
            isDate = true;
        });
        if (isDate) this.types.DATE++;
        for (const { kind, fits } of TEXT_KINDS) if (fits(text)) this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
        for (const separator of LIST_SEPARATORS) {
            if (looksListed(text, separator)) this.separators.set(separator, (this.separators.get(separator) ?? 0) + 1);
        }
    }

    /** The narrowest type that nearly all values have; what is left is text. */
    private consensus(): { type: ColumnType; share: number } {
        if (this.filled === 0) return { type: 'EMPTY', share: 1 };
        const share = (type: keyof typeof this.types) => this.types[type] / this.filled;
        // Twos and threes are numbers, although ones and zeros among them could be yes and no.
        const order = ['LIST', 'OBJECT', 'BOOLEAN', 'INTEGER', 'DATE'] as const;
        for (const type of order) if (share(type) >= CONSENSUS) return { type, share: share(type) };
        // Amounts of one column are written in one way, whatever each alone could mean.
        const decimal = this.signs() ? this.readings.get(this.signs()!)! / this.filled : 0;
        if (decimal >= CONSENSUS && this.withLeadingZeros === 0) return { type: 'DECIMAL', share: decimal };
        return { type: 'TEXT', share: 1 };
    }

    /** The way that most values can be read in; with the fewest assumptions where several are. */
    private signs(): DecimalSigns | undefined {
        let best: DecimalSigns | undefined;
        for (const reading of ALL_READINGS) {
            const count = this.readings.get(reading) ?? 0;
            if (count > (best ? this.readings.get(best)! : 0)) best = reading;
        }
        return best;
    }

    /** Once it is known how they are written. */
    private numbers(): Range<number> {
        const range: Range<number> = {};
        const signs = this.signs();
        if (signs)
            for (const text of this.distinct) if (readingsOf(text).includes(signs)) widen(range, numberOf(text, signs));
        return range;
    }

    private looksLike(type: ColumnType, listSeparator: string | null, records: number): ColumnHint[] {
        const hints: ColumnHint[] = [];
        if (this.filled === 0) return hints;
        const most = (count: number) => count / this.filled >= CONSENSUS;
        for (const { kind } of TEXT_KINDS) if (most(this.kinds.get(kind) ?? 0)) hints.push(kind);
        const isAmount = type === 'DECIMAL' && this.withFraction / this.filled > 0.5 && (this.numbers().min ?? 0) >= 0;
        if (isAmount || most(this.withCurrency)) hints.push('PRICE');
        if (this.filled === records && this.filled > 1 && this.distinct.size === this.filled) hints.push('UNIQUE');
        if (listSeparator !== null) hints.push('LIST');
        if (this.withLeadingZeros > 0) hints.push('LEADING_ZEROS');
        return hints;
    }

    private listSeparator(): string | null {
        for (const separator of LIST_SEPARATORS) {
            if ((this.separators.get(separator) ?? 0) / this.filled >= LIST_SHARE[separator]) return separator;
        }
        return null;
    }

    private remember(text: string): void {
        if (this.distinct.size < MAX_DISTINCT) this.distinct.add(text.slice(0, 1_000));
    }
}

const LIST_SEPARATORS = ['|', ';', ','] as const;
/** Bars and semicolons are in texts for one purpose; commas stand in sentences too. */
const LIST_SHARE = { '|': 0.1, ';': 0.3, ',': 0.5 };

function looksListed(text: string, separator: string): boolean {
    const items = text.split(separator);
    return (
        items.length > 1 && items.every(item => item.trim() !== '' && item.trim().length <= 200 && !/[.!?] /.test(item))
    );
}

interface Range<T> {
    min?: T;
    max?: T;
}

function widen<T extends number | string>(range: Range<T>, value: T): void {
    if (range.min === undefined || value < range.min) range.min = value;
    if (range.max === undefined || value > range.max) range.max = value;
}

function shownOrNull(value: string | number | undefined): string | null {
    return value === undefined ? null : shown(String(value));
}

function shown(text: string): string {
    return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
