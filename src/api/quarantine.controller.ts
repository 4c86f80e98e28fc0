import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { Allow, ConfigService, Ctx, ForbiddenError, ID, RequestContext } from '@vendure/core';
import type { Request, Response } from 'express';
import { UserError } from '../sdk/errors';
import { RecordReplayService } from '../services/quarantine/record-replay.service';
import { idCodecOf } from '../services/quarantine/sheet/id-codec';
import { SheetExportService, SheetSelection } from '../services/quarantine/sheet/sheet-export.service';
import { SheetImportService, SheetResult } from '../services/quarantine/sheet/sheet-import.service';
import { UploadService } from '../services/upload.service';
import {
    DataHubRunPermission,
    EditDataHubRecordErrorPermission,
    ReplayDataHubRecordErrorPermission,
} from '../services/permissions';
import { uploadReceiver } from './receive-upload';
import { UserErrorFilter } from './user-error.filter';

const maxSheetBytes = 100 * 1024 * 1024;

/** Refused records as a spreadsheet: down, corrected, and up again. */
@Controller('data-hub')
@UseFilters(UserErrorFilter)
export class QuarantineController {
    private readonly receive: ReturnType<typeof uploadReceiver>;

    constructor(
        private readonly sheets: SheetExportService,
        private readonly imports: SheetImportService,
        private readonly replays: RecordReplayService,
        private readonly uploads: UploadService,
        private readonly config: ConfigService,
    ) {
        this.receive = uploadReceiver(uploads, maxSheetBytes);
    }

    @Get('quarantine.csv')
    @Allow(DataHubRunPermission.Permission)
    async ofPipeline(
        @Ctx() ctx: RequestContext,
        @Query('pipelineId') pipelineId: unknown,
        @Query('cause') cause: unknown,
        @Res() response: Response,
    ): Promise<void> {
        const id = textOf(pipelineId, 'pipelineId');
        if (id === undefined) {
            throw new UserError(
                'sheet-selection-invalid',
                'It is not clear whose records are meant.',
                'Give pipelineId.',
            );
        }
        await this.send(ctx, response, { pipelineId: this.decode(id), cause: textOf(cause, 'cause') });
    }

    @Get('quarantine/:runId.csv')
    @Allow(DataHubRunPermission.Permission)
    async ofRun(
        @Ctx() ctx: RequestContext,
        @Param('runId') runId: string,
        @Query('cause') cause: unknown,
        @Res() response: Response,
    ): Promise<void> {
        await this.send(ctx, response, { runId: this.decode(runId), cause: textOf(cause, 'cause') });
    }

    /** Vendure's guard has checked the permission before the first byte of the body is read. */
    @Post('quarantine')
    @Allow(EditDataHubRecordErrorPermission.Permission)
    async take(
        @Ctx() ctx: RequestContext,
        @Query('replay') replay: unknown,
        @Req() request: Request,
        @Res() response: Response,
    ): Promise<void> {
        const replays = flagOf(replay, 'replay');
        const mayReplay = ctx.userHasPermissions([ReplayDataHubRecordErrorPermission.Permission]);
        if (replays && !mayReplay) throw new ForbiddenError();
        const { ids, ...taken } = await this.import(ctx, request, response);
        response.status(200).json({ ...taken, ...(await this.replay(ctx, replays ? ids : [])) });
    }

    private async import(ctx: RequestContext, request: Request, response: Response): Promise<SheetResult> {
        const upload = await this.receive(request, response);
        try {
            return await this.imports.import(ctx, upload);
        } finally {
            await this.uploads.discard(upload);
        }
    }

    /** The rows are taken by now: what keeps them from being sent is a part of the answer. */
    private async replay(ctx: RequestContext, ids: readonly ID[]) {
        const none = { replayed: 0, runIds: [], replayProblem: null };
        if (ids.length === 0) return none;
        try {
            const { replayed, runIds } = await this.replays.replay(ctx, { ids });
            const { encode } = idCodecOf(this.config);
            return { ...none, replayed, runIds: runIds.map(encode) };
        } catch (thrown) {
            if (!(thrown instanceof UserError)) throw thrown;
            return { ...none, replayProblem: { message: thrown.message, hint: thrown.hint ?? null } };
        }
    }

    private async send(ctx: RequestContext, response: Response, selection: SheetSelection): Promise<void> {
        const lines = await this.sheets.lines(ctx, selection);
        response.setHeader('content-type', 'text/csv; charset=utf-8');
        response.setHeader('content-disposition', 'attachment; filename="quarantine.csv"');
        response.setHeader('cache-control', 'no-store');
        // A failure in the middle cuts the connection: half a file must not look like a whole one.
        await pipeline(Readable.from(lines), response).catch((error: unknown) => {
            if (!response.destroyed) response.destroy(error instanceof Error ? error : undefined);
        });
    }

    private decode(text: string): ID {
        const id = idCodecOf(this.config).decode(text);
        if (id !== undefined) return id;
        throw new UserError('query-invalid', `"${text.slice(0, 100)}" is no id.`, 'Correct the address.');
    }
}

function textOf(value: unknown, name: string): string | undefined {
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw new UserError('query-invalid', `"${name}" must be given once and not be empty.`, 'Correct the address.');
}

function flagOf(value: unknown, name: string): boolean {
    if (value === undefined || value === 'false') return false;
    if (value === 'true') return true;
    throw new UserError('query-invalid', `"${name}" must be true or false.`, 'Correct the address.');
}
