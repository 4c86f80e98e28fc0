import type { DatabaseSession, SqlParameter } from '../../outbound/outbound-databases';
import { DataHubError, UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { Column, ColumnType } from './column-type';
import { keyText } from './key-text';
import { takesCopy } from './live-table';
import { placeholders, quoteName, quoteNames } from './sql-names';
import type { TableRow } from './table-rows';

export interface Written {
    created: number;
    updated: number;
    refused: { record: PipelineRecord; error: DataHubError }[];
}

/** From here on PostgreSQL's COPY is worth its round trips. */
const COPY_FROM_ROWS = 200;
const MAX_PARAMETERS = 30_000;
const MAX_TEXT = 4 * 1024 * 1024;

/** Rows that one statement writes: those that give the same columns. */
interface Group {
    columns: string[];
    rows: MergedRow[];
}

/** Several records of one key are one row, in which the later ones win, as if they had been written one after the other. */
interface MergedRow {
    records: PipelineRecord[];
    values: Map<string, string | null>;
}

/** Writes rows into one table set-based; rows that the database refuses are found by splitting, and the others are written. */
export class RowWriter {
    private readonly types: Map<string, ColumnType>;
    private copying: Promise<boolean> | undefined;

    constructor(
        private readonly session: DatabaseSession,
        /** Quoted. */
        private readonly table: string,
        columns: readonly Column[],
        /** Rows with these are updated where they exist; empty: every row is a new one. */
        private readonly keys: readonly string[],
    ) {
        this.types = new Map(columns.map(({ name, type }) => [name, type]));
    }

    async write(rows: readonly TableRow[]): Promise<Written> {
        const written: Written = { created: 0, updated: 0, refused: [] };
        for (const { columns, rows: group } of groupsOf(this.merged(rows))) {
            for (const part of this.parts(group, columns.length)) await this.attempt(part, columns, written);
        }
        return written;
    }

    /** How many of the rows would be new. */
    async plan(rows: readonly TableRow[]): Promise<Written> {
        const written: Written = { created: 0, updated: 0, refused: [] };
        const merged = this.merged(rows);
        for (const part of this.parts(merged, Math.max(1, this.keys.length)))
            count(written, part, await this.existing(part));
        return written;
    }

    private async attempt(part: readonly MergedRow[], columns: readonly string[], written: Written): Promise<void> {
        let existing: number;
        try {
            existing = await this.session.savepoint(async () => {
                const before = await this.existing(part);
                await this.insert(part, columns);
                return before;
            });
        } catch (thrown) {
            const error = this.refusalOf(thrown);
            if (part.length === 1) {
                for (const record of part[0]!.records) written.refused.push({ record, error });
                return;
            }
            const middle = part.length >>> 1;
            await this.attempt(part.slice(0, middle), columns, written);
            await this.attempt(part.slice(middle), columns, written);
            return;
        }
        count(written, part, existing);
    }

    private refusalOf(thrown: unknown): DataHubError {
        const error = this.session.explain(thrown);
        // All else concerns every row alike.
        if (error.kind !== 'USER') throw error;
        return new UserError(error.code, error.message, error.hint, error.place);
    }

    private async insert(rows: readonly MergedRow[], columns: readonly string[]): Promise<void> {
        const { session, table } = this;
        const names = quoteNames(session.kind, columns);
        if (session.copyIn && this.keys.length === 0 && rows.length >= COPY_FROM_ROWS && (await this.takesCopy())) {
            await session.copyIn(`COPY ${table} (${names}) FROM STDIN`, copyLines(rows, columns));
            return;
        }
        const next = placeholders(session.kind);
        const parameters: SqlParameter[] = [];
        const tuples = rows.map(({ values }) => {
            for (const column of columns) parameters.push(this.parameter(column, values.get(column) ?? null));
            return `(${columns.map(column => this.place(column, next())).join(', ')})`;
        });
        await session.execute(
            `INSERT INTO ${table} (${names}) VALUES ${tuples.join(', ')}${this.onConflict(columns)}`,
            parameters,
        );
    }

    /** MySQL takes a text for the bits of its letters. */
    private place(column: string, placeholder: string): string {
        const isBits = this.session.kind === 'mysql' && this.types.get(column)?.sqlType.startsWith('bit(');
        return isBits ? `CAST(${placeholder} AS UNSIGNED)` : placeholder;
    }

    private takesCopy(): Promise<boolean> {
        return (this.copying ??= takesCopy(this.session, this.table));
    }

    private onConflict(columns: readonly string[]): string {
        if (this.keys.length === 0) return '';
        const { kind } = this.session;
        const others = columns.filter(column => !this.keys.includes(column));
        if (kind === 'mysql') {
            const set = (others.length > 0 ? others : this.keys).map(name => {
                const quoted = quoteName(kind, name);
                return `${quoted} = VALUES(${quoted})`;
            });
            return ` ON DUPLICATE KEY UPDATE ${set.join(', ')}`;
        }
        const target = ` ON CONFLICT (${quoteNames(kind, this.keys)})`;
        if (others.length === 0) return `${target} DO NOTHING`;
        const set = others.map(name => `${quoteName(kind, name)} = EXCLUDED.${quoteName(kind, name)}`);
        return `${target} DO UPDATE SET ${set.join(', ')}`;
    }

    private async existing(rows: readonly MergedRow[]): Promise<number> {
        if (this.keys.length === 0) return 0;
        const { kind } = this.session;
        const next = placeholders(kind);
        const parameters: SqlParameter[] = [];
        const value = ({ values }: MergedRow, key: string): string => {
            parameters.push(this.parameter(key, values.get(key)!));
            return next();
        };
        const names = this.keys.map(key => quoteName(kind, key));
        const condition =
            names.length === 1
                ? `${names[0]} IN (${rows.map(row => value(row, this.keys[0]!)).join(', ')})`
                : rows
                      .map(row => `(${this.keys.map((key, i) => `${names[i]} = ${value(row, key)}`).join(' AND ')})`)
                      .join(' OR ');
        const [row] = await this.session.query(
            `SELECT COUNT(*) AS found FROM ${this.table} WHERE ${condition}`,
            parameters,
        );
        return Number(row?.['found'] ?? 0);
    }

    /** SQLite keeps the type that a value is bound with. */
    private parameter(column: string, value: string | null): SqlParameter {
        const type = this.types.get(column)?.name;
        const isWhole = value !== null && this.session.kind === 'sqlite' && (type === 'integer' || type === 'boolean');
        return isWhole ? BigInt(value) : value;
    }

    private merged(rows: readonly TableRow[]): MergedRow[] {
        if (this.keys.length === 0) return rows.map(({ record, values }) => ({ records: [record], values }));
        const byKey = new Map<string, MergedRow>();
        for (const { record, values } of rows) {
            const key = JSON.stringify(this.keys.map(name => keyText(values.get(name)!, this.types.get(name)?.name)));
            const known = byKey.get(key);
            // Behind the others: the database may take two keys for one that differ here, and the later one wins.
            byKey.delete(key);
            byKey.set(key, {
                records: [...(known?.records ?? []), record],
                values: new Map([...(known?.values ?? []), ...values]),
            });
        }
        return [...byKey.values()];
    }

    private *parts(rows: readonly MergedRow[], width: number): Generator<MergedRow[]> {
        // SQLite nests a condition for each further key, a thousand deep at most.
        const deepest = this.keys.length > 1 ? 400 : 1_000;
        const most = Math.max(1, Math.min(deepest, Math.floor(MAX_PARAMETERS / Math.max(1, width))));
        let part: MergedRow[] = [];
        let size = 0;
        for (const row of rows) {
            const length = [...row.values.values()].reduce((sum, value) => sum + (value?.length ?? 0), 0);
            if (part.length >= most || (part.length > 0 && size + length > MAX_TEXT)) {
                yield part;
                part = [];
                size = 0;
            }
            part.push(row);
            size += length;
        }
        if (part.length > 0) yield part;
    }
}

function count(written: Written, part: readonly MergedRow[], existing: number): void {
    const records = part.reduce((sum, row) => sum + row.records.length, 0);
    written.created += part.length - existing;
    written.updated += records - (part.length - existing);
}

function groupsOf(rows: readonly MergedRow[]): Group[] {
    const groups = new Map<string, Group>();
    for (const row of rows) {
        const columns = [...row.values.keys()].sort();
        const shape = JSON.stringify(columns);
        const group = groups.get(shape);
        if (group) group.rows.push(row);
        else groups.set(shape, { columns, rows: [row] });
    }
    return [...groups.values()];
}

const COPY_ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function* copyLines(rows: readonly MergedRow[], columns: readonly string[]): Generator<string> {
    for (const { values } of rows) {
        const cells = columns.map(column => {
            const value = values.get(column) ?? null;
            return value === null ? '\\N' : value.replace(/[\\\n\r\t]/g, found => COPY_ESCAPES[found]!);
        });
        yield `${cells.join('\t')}\n`;
    }
}
