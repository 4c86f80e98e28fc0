import type { JsonValue } from '../../../shared/json';
import { getPath } from '../../../shared/path';
import { DataHubError, UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { FileExportConfig } from './file.config';
import type { OutputBuffer } from './output-buffer';
import type { FormatMemory, OutputFormat } from './output-format';

interface Column {
    header: string;
    read(record: PipelineRecord['data']): JsonValue | undefined;
}

type CsvOutputConfig = Pick<
    FileExportConfig,
    'columns' | 'extraFields' | 'headerRow' | 'formulas' | 'newline' | 'byteOrderMark'
> & { delimiter: string };

/**
 * RFC 4180. A field that is null or absent is an empty cell, empty text is `""`; what is neither text, number nor
 * boolean is written as JSON.
 */
export class CsvOutput implements OutputFormat {
    private readonly newline: string;
    private readonly mustQuote: RegExp;
    private readonly configured: { columns: Column[]; fields: ReadonlySet<string> } | undefined;
    /** Of the first batch; the same columns come back with the position after a restart. */
    private found: { columns: Column[]; fields: ReadonlySet<string> } | undefined;
    private readonly leftOut = new Set<string>();

    constructor(
        private readonly config: CsvOutputConfig,
        private readonly warn: (message: string) => void,
    ) {
        this.newline = config.newline === 'CRLF' ? '\r\n' : '\n';
        const delimiter = config.delimiter.replace(/[\\\]^-]/g, '\\$&');
        // Blanks at the ends and a byte order mark would be taken off by some readers.
        this.mustQuote = new RegExp(`["\\r\\n${delimiter}]|^[\\s\\ufeff]|\\s$`);
        if (config.columns) {
            const paths = config.columns.map(each => (typeof each === 'string' ? { path: each, header: each } : each));
            this.configured = {
                columns: paths.map(({ path, header }) => ({ header, read: record => getPath(record, path) })),
                fields: new Set(paths.map(({ path }) => path.split('.')[0]!)),
            };
        }
    }

    batch(records: readonly PipelineRecord[], memory: FormatMemory | undefined, out: OutputBuffer): FormatMemory {
        const { columns, fields } = this.layout(memory) ?? this.findColumns(records);
        if (!memory) this.begin(columns, out);
        for (const { data } of records) {
            if (!this.configured) this.tellLeftOut(data, fields);
            out.add(this.row(columns.map(column => this.cell(column.read(data)))));
        }
        const written = (memory?.records ?? 0) + records.length;
        return this.configured ? { records: written } : { records: written, columns: columns.map(each => each.header) };
    }

    end(memory: FormatMemory | undefined, out: OutputBuffer): void {
        if (!memory) this.begin(this.configured?.columns ?? [], out);
    }

    check({ data }: PipelineRecord, memory: FormatMemory | undefined): DataHubError | undefined {
        if (this.config.extraFields === 'LEAVE_OUT') return undefined;
        const layout = this.layout(memory);
        const extra = layout && Object.keys(data).find(field => !layout.fields.has(field));
        if (extra === undefined) return undefined;
        return new UserError(
            'export-field-without-column',
            `The record has a field "${extra}", for which the file has no column.`,
            'Add it to `columns`, remove the field before the export, or set `extraFields` to LEAVE_OUT.',
            { field: extra },
        );
    }

    private layout(memory: FormatMemory | undefined): { columns: Column[]; fields: ReadonlySet<string> } | undefined {
        if (this.configured) return this.configured;
        // Without a memory the file begins anew, and what an earlier attempt found counts no more.
        if (!memory) return undefined;
        return (this.found ??= layoutOf(memory.columns ?? []));
    }

    private findColumns(records: readonly PipelineRecord[]): { columns: Column[]; fields: ReadonlySet<string> } {
        const names = new Set<string>();
        for (const { data } of records) for (const name of Object.keys(data)) names.add(name);
        return (this.found = layoutOf([...names]));
    }

    private begin(columns: readonly Column[], out: OutputBuffer): void {
        if (this.config.byteOrderMark) out.add('\ufeff');
        if (!this.config.headerRow || columns.length === 0) return;
        out.add(this.row(columns.map(({ header }) => this.cell(header))));
    }

    private row(cells: string[]): string {
        // A line without any text is no row to most readers.
        const line = cells.length === 1 && cells[0] === '' ? '""' : cells.join(this.config.delimiter);
        return line + this.newline;
    }

    private cell(value: JsonValue | undefined): string {
        if (value === null || value === undefined) return '';
        if (typeof value === 'number' || typeof value === 'boolean') return String(value);
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        const safe = this.config.formulas === 'NEUTRALISE' && isFormula(text) ? `'${text}` : text;
        return safe === '' || this.mustQuote.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    }

    private tellLeftOut(record: PipelineRecord['data'], fields: ReadonlySet<string>): void {
        for (const field in record) {
            if (fields.has(field) || this.leftOut.has(field)) continue;
            this.leftOut.add(field);
            this.warn(
                `The field "${field}" is not in the file: the records of the first batch, which decide about its columns, ` +
                    'do not have it. List the columns in the settings of the export.',
            );
        }
    }
}

function layoutOf(names: readonly string[]): { columns: Column[]; fields: ReadonlySet<string> } {
    return { columns: names.map(header => ({ header, read: record => record[header] })), fields: new Set(names) };
}

/** Spreadsheet programs run text that begins so; some do it behind blanks and with the wide forms of the characters too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;
const NUMBER = /^[+-]?\d[\d .,]*%?$/;

function isFormula(text: string): boolean {
    return FORMULA.test(text) && !NUMBER.test(text);
}
