import { Inject, Injectable } from '@nestjs/common';
import { ConfigService, type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import type { JsonObject } from '../../../../shared/json';
import type { CatalogScope } from '../../../catalog/catalog-scope';
import type { EntityId } from '../../../catalog/sql/sql-session';
import { TypeOrmUnitOfWork } from '../../../catalog/sql/unit-of-work';
import { DataHubRecordError, type RecordErrorState } from '../../../entities';
import type { StoredUpload } from '../../../files/upload-store';
import { parseCsv } from '../../../parsers/csv/csv-parser';
import { TextSource } from '../../../parsers/text/text-source';
import { type DataHubError, UserError } from '../../../sdk/errors';
import type { ExtractedItem, FileAccess } from '../../../sdk/extractor';
import { FILE_ACCESS } from '../../adapter-runtime.service';
import { authorOf } from '../audit';
import { lockedRows } from '../locked-rows';
import { bytesOf, bySize, checkSize, recordsOf, storeEdits } from '../record-edit.service';
import { applyPatch, type Patched } from '../record-patch';
import { both, visibleIn } from '../record-selection';
import { idCodecOf } from './id-codec';
import { changesOf, pathOf } from './sheet-cells';
import { FIXED_COLUMNS, MAX_FIELD_COLUMNS } from './sheet-export.service';

/** A row of the file that was not taken, and why. */
export interface SheetProblem {
    line: number;
    errorId: string | null;
    message: string;
    hint: string | null;
}

export interface SheetResult {
    rows: number;
    changed: number;
    unchanged: number;
    problemCount: number;
    /** The first hundred. */
    problems: SheetProblem[];
    /** Records of the rows that were taken, changed or not. */
    ids: ID[];
}

interface SheetRow {
    line: number;
    errorId: string;
    cells: ReadonlyMap<string, string>;
}

type LockedRow = [
    id: EntityId,
    bytes: number | string | null,
    state: RecordErrorState,
    step: string,
    sourceStep: string,
];

const maxProblems = 100;
const maxRowBytes = 8 * 1024 * 1024;

/** Takes corrected records back from a CSV file. */
@Injectable()
export class SheetImportService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly config: ConfigService,
        @Inject(FILE_ACCESS) private readonly files: FileAccess,
    ) {}

    /**
     * Every row that can be taken is taken, in transactions of some hundred rows; the others are told. `ctx` must be
     * outside of any transaction.
     */
    async import(ctx: RequestContext, upload: StoredUpload): Promise<SheetResult> {
        const author = authorOf(ctx, `From the file ${upload.name}`);
        const result: SheetResult = { rows: 0, changed: 0, unchanged: 0, problemCount: 0, problems: [], ids: [] };
        const seen = new Map<string, number>();
        for await (const items of this.read(upload)) {
            result.rows += items.length;
            const rows = items.flatMap(item => rowOf(item, seen, result) ?? []);
            await new TypeOrmUnitOfWork(this.connection, ctx).transaction(async scope => {
                const page = new Page(scope, idCodecOf(this.config), rows);
                await page.take(ctx, author);
                page.addTo(result);
            });
        }
        return result;
    }

    private async *read({ uploadId }: StoredUpload): AsyncGenerator<ExtractedItem[]> {
        const file = await this.files.open({ uploadId });
        const { signal } = new AbortController();
        const parsing = { file: file.name, signal, warn: () => undefined };
        yield* parseCsv(
            new TextSource(file, { signal }),
            {
                headerRow: true,
                requiredColumns: [FIXED_COLUMNS[0]],
                emptyCells: 'TEXT',
                quote: '"',
                trimCells: false,
                maxRecordBytes: maxRowBytes,
                maxColumns: FIXED_COLUMNS.length + MAX_FIELD_COLUMNS,
            },
            parsing,
        );
    }
}

/** Rows that are taken in one transaction. What it found counts only when that has committed. */
class Page {
    private changed = 0;
    private readonly ids: ID[] = [];
    private readonly problems: SheetProblem[] = [];

    constructor(
        private readonly scope: CatalogScope,
        private readonly codec: ReturnType<typeof idCodecOf>,
        private readonly rows: readonly SheetRow[],
    ) {}

    async take(ctx: RequestContext, author: ReturnType<typeof authorOf>): Promise<void> {
        const { sql } = this.scope;
        const byId = new Map<string, SheetRow>();
        const ids: ID[] = [];
        for (const row of this.rows) {
            const id = this.codec.decode(row.errorId);
            if (id === undefined) {
                this.refuse(row, unknown(row.errorId));
                continue;
            }
            byId.set(String(id), row);
            ids.push(id);
        }
        const errors = sql.table(DataHubRecordError);
        const named = both(sql.inList(errors.column('id'), ids), visibleIn(sql, ctx));
        const columns = [bytesOf(sql), ...['state', 'step', 'sourceStep'].map(path => errors.column(path))];
        const found = new Set<string>();
        for await (const page of lockedRows(sql, named, columns)) {
            const locked = page as LockedRow[];
            const open = locked.filter(row => this.isOpen(row, byId.get(String(row[0]))!));
            for (const [id] of locked) found.add(String(id));
            for (const part of bySize(open.map(([id, bytes]) => [id, bytes]))) {
                const patched: [EntityId, Patched][] = [];
                for (const [id, record] of await recordsOf(sql, part)) {
                    const result = this.patch(byId.get(String(id))!, id, record);
                    if (result) patched.push([id, result]);
                }
                this.changed += await storeEdits(this.scope, patched, author);
                this.ids.push(...patched.map(([id]) => id));
            }
        }
        for (const [id, row] of byId) if (!found.has(id)) this.refuse(row, unknown(row.errorId));
    }

    addTo(result: SheetResult): void {
        result.changed += this.changed;
        result.unchanged += this.ids.length - this.changed;
        for (const id of this.ids) result.ids.push(id);
        for (const problem of this.problems) addProblem(result, problem);
    }

    private isOpen([, bytes, state, step, sourceStep]: LockedRow, row: SheetRow): boolean {
        if (state !== 'OPEN') this.refuse(row, notOpen(row.errorId, state));
        else if (bytes === null && step !== sourceStep) this.refuse(row, notKept(row.errorId));
        else return true;
        return false;
    }

    private patch(row: SheetRow, id: EntityId, record: JsonObject | null): Patched | undefined {
        try {
            const patched = applyPatch(record, changesOf(record, row.cells));
            if (patched.edits.length > 0) checkSize(id, patched.record);
            return patched;
        } catch (thrown) {
            if (!(thrown instanceof UserError)) throw thrown;
            this.refuse(row, thrown);
            return undefined;
        }
    }

    private refuse(row: SheetRow, error: DataHubError): void {
        this.problems.push(problemOf(row.line, row.errorId, error));
    }
}

function rowOf(item: ExtractedItem, seen: Map<string, number>, result: SheetResult): SheetRow | undefined {
    const line = item.line ?? 0;
    if ('error' in item) {
        addProblem(result, problemOf(line, null, item.error));
        return undefined;
    }
    try {
        const { errorId: id, cause: _cause, message: _message, ...fields } = item.data as Record<string, string>;
        const errorId = (id ?? '').trim();
        const before = seen.get(errorId);
        if (errorId === '') throw noId(line);
        if (before !== undefined) throw twice(errorId, before);
        seen.set(errorId, line);
        const cells = new Map(Object.entries(fields).map(([header, cell]) => [pathOf(header), cell]));
        return { line, errorId, cells };
    } catch (thrown) {
        if (!(thrown instanceof UserError)) throw thrown;
        addProblem(result, problemOf(line, null, thrown));
        return undefined;
    }
}

function problemOf(line: number, errorId: string | null, { message, hint }: DataHubError): SheetProblem {
    return { line, errorId, message, hint: hint ?? null };
}

function addProblem(result: SheetResult, problem: SheetProblem): void {
    result.problemCount++;
    if (result.problems.length < maxProblems) result.problems.push(problem);
}

function noId(line: number): UserError {
    return new UserError('sheet-row-without-id', `Line ${line} has no errorId.`, 'Leave the first column as it was.');
}

function twice(errorId: string, line: number): UserError {
    return new UserError(
        'sheet-row-twice',
        `The errorId ${errorId} stands in line ${line} already.`,
        'Keep one of the two rows.',
    );
}

function unknown(errorId: string): UserError {
    return new UserError(
        'record-error-unknown',
        `There is no refused record with the errorId ${errorId}.`,
        'Leave the first column as it was; the record may have been cleared away meanwhile.',
    );
}

function notOpen(errorId: string, state: RecordErrorState): UserError {
    return new UserError(
        'record-error-not-open',
        `The record ${errorId} is ${state} and cannot be changed.`,
        'Open it again first, or leave its row out.',
    );
}

function notKept(errorId: string): UserError {
    return new UserError(
        'record-not-kept',
        `The record ${errorId} was too large to be kept, so it cannot be changed or sent again.`,
        'Correct the source and run the pipeline again.',
    );
}
