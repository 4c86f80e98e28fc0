import { PassThrough, Readable } from 'node:stream';
import type { Request, Response } from 'express';
import multer, { StorageEngine } from 'multer';
import { asDataHubError, DataHubError, UserError } from '../sdk/errors';
import { UploadService } from '../services/upload.service';

const FORM_FIELD = 'file';

/** Takes the one file of a form and streams it to disk without passing through memory; `maxBytes` below the general limit. */
export function uploadReceiver(
    uploads: UploadService,
    maxBytes?: number,
): (request: Request, response: Response) => Promise<StoredUpload> {
    const receive = multer({
        storage: storageOf(uploads, maxBytes),
        limits: { files: 1, fields: 10, fieldSize: 10_000, parts: 11 },
        // Browsers send file names as UTF-8.
        defParamCharset: 'utf8',
    }).single(FORM_FIELD);
    return async (request, response) => {
        await new Promise<void>((resolve, reject) => {
            void receive(request, response, (error: unknown) => (error ? reject(userErrorOf(error)) : resolve()));
        });
        return storedUploadOf(request);
    };
}

type StoredUpload = Awaited<ReturnType<UploadService['store']>>;
type ReceivedFile = Express.Multer.File & { upload?: StoredUpload };

function storageOf(uploads: UploadService, maxBytes: number | undefined): StorageEngine {
    return {
        _handleFile(_request, file, done) {
            uploads.store(detached(file.stream), file.originalname, maxBytes).then(
                upload => done(null, { size: upload.sizeBytes, ...{ upload } }),
                (error: unknown) => done(error),
            );
        },
        // Called when a later part of the form is refused: nobody learns the id of what was stored.
        _removeFile(_request, file: ReceivedFile, done) {
            const { upload } = file;
            if (!upload) return done(null);
            uploads.discard(upload).then(
                () => done(null),
                (error: unknown) => done(error as Error),
            );
        },
    };
}

/**
 * The same bytes in a stream that may be given up: if storing destroyed the form's own stream, multer would report
 * that instead of the reason.
 */
function detached(source: Readable): Readable {
    const copy = new PassThrough();
    source.on('error', error => copy.destroy(error));
    source.on('close', () => source.readableEnded || copy.destroy(new Error('The request ended early')));
    copy.on('close', () => source.resume());
    return source.pipe(copy);
}

function storedUploadOf(request: Request): StoredUpload {
    const file: ReceivedFile | undefined = request.file;
    const upload = file?.upload;
    if (upload) return upload;
    throw new UserError(
        'upload-missing',
        'The request holds no file.',
        `Send the file as multipart/form-data in the field "${FORM_FIELD}".`,
    );
}

/** What is neither ours nor the disk's is the request's: a form that breaks off, is malformed, or holds something else. */
function userErrorOf(error: unknown): Error {
    if (error instanceof DataHubError || !(error instanceof Error) || 'syscall' in error) return asDataHubError(error);
    const reason = error.message.replace(/\.$/, '');
    const hint = `Send one file as multipart/form-data in the field "${FORM_FIELD}".`;
    return new UserError('upload-malformed', `The upload could not be read: ${reason}.`, hint, {}, { cause: error });
}
