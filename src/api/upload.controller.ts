import { Controller, Post, Req, Res, UseFilters } from '@nestjs/common';
import { Allow } from '@vendure/core';
import type { Request, Response } from 'express';
import { UploadService } from '../services/upload.service';
import { UploadDataHubFilePermission } from '../services/permissions';
import { uploadReceiver } from './receive-upload';
import { UserErrorFilter } from './user-error.filter';

/** Files come over REST, because GraphQL requests are small and a form streams to disk without passing through memory. */
@Controller('data-hub')
@UseFilters(UserErrorFilter)
export class UploadController {
    private readonly receive: ReturnType<typeof uploadReceiver>;

    constructor(uploads: UploadService) {
        this.receive = uploadReceiver(uploads);
    }

    /** Vendure's guard has checked the permission before the first byte of the body is read. */
    @Post('upload')
    @Allow(UploadDataHubFilePermission.Permission)
    async upload(@Req() request: Request, @Res() response: Response): Promise<void> {
        const { uploadId, name, sizeBytes } = await this.receive(request, response);
        response.status(201).json({ uploadId, name, sizeBytes });
    }
}
