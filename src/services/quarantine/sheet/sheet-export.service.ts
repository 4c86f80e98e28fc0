import { Injectable } from '@nestjs/common';
import { ConfigService, type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { DataHubRecordError } from '../../../entities';
import { UserError } from '../../../sdk/errors';
import { startedIn } from '../../run-channel';
import { cellsOf, csvLine, guarded, headerOf } from './sheet-cells';
import { idCodecOf } from './id-codec';

export interface SheetSelection {
    /** Either a run or a pipeline. */
    runId?: ID;
    pipelineId?: ID;
    cause?: string;
}

/** Columns that every sheet begins with; only the first is read when it comes back. */
export const FIXED_COLUMNS = ['errorId', 'cause', 'message'] as const;

const rowsPerPage = 200;
/** Spreadsheets take some thousands, people fewer. */
export const MAX_FIELD_COLUMNS = 2_000;
/** So that spreadsheets read the file as UTF-8. */
const byteOrderMark = '\uFEFF';

/** OPEN records of the quarantine as a CSV file, page by page: memory does not grow with their number. */
@Injectable()
export class SheetExportService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly config: ConfigService,
    ) {}

    /**
     * Reads all records once for the columns, so that what is wrong is known before the first byte goes out, and again for
     * the rows. Fields of records that are added in between have no column and are left alone when the file comes back.
     */
    async lines(ctx: RequestContext, selection: SheetSelection): Promise<AsyncGenerator<string>> {
        if ((selection.runId === undefined) === (selection.pipelineId === undefined)) {
            throw new UserError(
                'sheet-selection-invalid',
                'It is not clear whose records are meant.',
                'Name a run or a pipeline.',
            );
        }
        const columns = await this.columnsOf(ctx, selection);
        return this.rows(ctx, selection, columns);
    }

    private async columnsOf(ctx: RequestContext, selection: SheetSelection): Promise<string[]> {
        const paths = new Set<string>();
        for await (const page of this.pages(ctx, selection)) {
            for (const { record } of page) for (const path of cellsOf(record ?? {}).keys()) paths.add(path);
            if (paths.size > MAX_FIELD_COLUMNS) throw tooManyColumns();
        }
        return [...paths];
    }

    private async *rows(ctx: RequestContext, selection: SheetSelection, columns: string[]): AsyncGenerator<string> {
        const { encode } = idCodecOf(this.config);
        const taken = new Set<string>(FIXED_COLUMNS);
        const headers = columns.map(path => headerOf(path, name => taken.has(name)));
        yield byteOrderMark + csvLine([...FIXED_COLUMNS, ...headers]);
        for await (const page of this.pages(ctx, selection)) {
            let text = '';
            for (const { id, cause, message, record } of page) {
                const cells = cellsOf(record ?? {});
                const values = columns.map(path => cells.get(path) ?? '');
                text += csvLine([encode(id), guarded(cause), guarded(message), ...values]);
            }
            yield text;
        }
    }

    private async *pages(ctx: RequestContext, { runId, pipelineId, cause }: SheetSelection) {
        const scope = startedIn(ctx);
        let after: ID | undefined;
        for (;;) {
            const query = this.connection.rawConnection
                .getRepository(DataHubRecordError)
                .createQueryBuilder('error')
                .select(['error.id', 'error.cause', 'error.message', 'error.record'])
                .where(`error.state = 'OPEN'`)
                .orderBy('error.id')
                .limit(rowsPerPage);
            if (runId !== undefined) query.andWhere('error.runId = :runId', { runId });
            if (pipelineId !== undefined) query.andWhere('error.pipelineId = :pipelineId', { pipelineId });
            if (cause !== undefined) query.andWhere('error.cause = :cause', { cause });
            if (after !== undefined) query.andWhere('error.id > :after', { after });
            if ('channelId' in scope) query.innerJoin('error.run', 'run').andWhere('run.channelId = :channelId', scope);
            const page = await query.getMany();
            if (page.length > 0) yield page;
            if (page.length < rowsPerPage) return;
            after = page.at(-1)!.id;
        }
    }
}

function tooManyColumns(): UserError {
    return new UserError(
        'sheet-too-wide',
        `These records have more than ${MAX_FIELD_COLUMNS} fields in all, more than a spreadsheet can show.`,
        'Take the records of one cause, or change them through the API.',
    );
}
