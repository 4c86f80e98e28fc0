import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { LocalFileAccess } from '../files/local-file-access';
import type { StoredUpload } from '../files/upload-store';
import { FILE_ACCESS } from './adapter-runtime.service';
import { DATA_HUB_OPTIONS, ResolvedDataHubOptions } from './data-hub-options';

/** Files that people give to pipelines. A pipeline names one by its upload id. */
@Injectable()
export class UploadService {
    constructor(
        @Inject(FILE_ACCESS) private readonly files: LocalFileAccess,
        @Inject(DATA_HUB_OPTIONS) private readonly options: ResolvedDataHubOptions,
    ) {}

    /** Streams to disk; refuses what is larger than the configured limit, or `maxBytes`, and keeps nothing of it. */
    store(content: Readable, fileName: string, maxBytes = Number.POSITIVE_INFINITY): Promise<StoredUpload> {
        const limit = Math.min(maxBytes, this.options.files.maxUploadBytes);
        return this.files.store(content, fileName, { maxBytes: limit });
    }

    /** For an upload whose id was never given to anybody. */
    discard(upload: StoredUpload): Promise<void> {
        return this.files.discard(upload.uploadId);
    }
}
