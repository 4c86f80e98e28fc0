import type { JsonObject, JsonValue } from '../../../shared/json';
import { getPath } from '../../../shared/path';
import { DataHubError, UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { Column } from './column-type';
import { fitValue, Misfit } from './fit-value';

/** Where the value of a column stands in a record. */
export interface ColumnSource {
    name: string;
    /** Default: the field of the same name. */
    from?: string;
}

/** A record as it goes into the table: only the columns that it gives. */
export interface TableRow {
    record: PipelineRecord;
    values: Map<string, string | null>;
}

/** Makes rows of records, against the columns that the table has. */
export class RowMaker {
    private readonly columns: Map<string, Column>;

    constructor(
        columns: readonly Column[],
        /** Absent: every field goes into the column of its name. */
        private readonly sources: readonly ColumnSource[] | undefined,
        private readonly keyColumns: readonly string[],
        private readonly table: string,
    ) {
        this.columns = new Map(columns.map(column => [column.name, column]));
    }

    rowOf(record: PipelineRecord): TableRow | DataHubError {
        const values = new Map<string, string | null>();
        for (const [name, value] of this.given(record.data)) {
            const column = this.columns.get(name);
            if (!column) return this.noColumn(name);
            if (column.isGenerated) return this.refuse(column, value, 'no value: the database makes it');
            if (value === null && !column.isNullable) return this.refuse(column, value, 'a value');
            const text = fitValue(value, column.type);
            if (text instanceof Misfit) return this.refuse(column, value, text.expected);
            values.set(name, text);
        }
        if (values.size === 0) return this.empty();
        for (const column of this.columns.values()) {
            const { name, isNullable, hasDefault, isGenerated } = column;
            if (!values.has(name) && !isNullable && !hasDefault && !isGenerated) return this.missing(name);
        }
        for (const key of this.keyColumns) if (typeof values.get(key) !== 'string') return this.missing(key);
        return { record, values };
    }

    private *given(data: JsonObject): Generator<[string, JsonValue]> {
        if (!this.sources) {
            yield* Object.entries(data);
            return;
        }
        for (const { name, from = name } of this.sources) {
            const value = getPath(data, from);
            if (value !== undefined) yield [name, value];
        }
    }

    private refuse({ name, type }: Column, value: JsonValue, expected: string): DataHubError {
        const got = shortened(value);
        return new UserError(
            'value-does-not-fit',
            `The column "${name}" (${type.sqlType || 'untyped'}) of "${this.table}" cannot hold ${got}: expected ${expected}.`,
            'Convert the value before it is loaded, or change the column.',
            { field: name, got },
        );
    }

    private noColumn(name: string): DataHubError {
        return new UserError(
            'column-unknown',
            `The table "${this.table}" has no column "${name}".`,
            'Add the column, remove the field before the step, or list the columns in its settings.',
            { field: name },
        );
    }

    private missing(name: string): DataHubError {
        return new UserError(
            'value-missing',
            `The column "${name}" of "${this.table}" needs a value, and the record gives none.`,
            'Map a field to it, or give the column a default.',
            { field: name },
        );
    }

    private empty(): DataHubError {
        return new UserError(
            'record-empty',
            `The record gives no column of "${this.table}" a value.`,
            'Check the paths in the columns of the step.',
        );
    }
}

function shortened(value: JsonValue): string {
    const text = JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
