import { serverUrl, sessionHeaders } from '../../../gql/rest';
import type { Sentence } from '../../../gql/sentence';
import type { Uploaded } from '../draft';

interface UploadOptions {
    /** Between 0 and 1. */
    onProgress: (share: number) => void;
    signal: AbortSignal;
}

/** What the server answers instead, for people. */
export class UploadRefused extends Error {
    /** Of the server's sentence, such as `upload-too-large`; undefined when it was not DataHub that answered. */
    constructor(
        readonly code: string | undefined,
        message: string,
        readonly sentences: readonly Sentence[] = [],
    ) {
        super(message);
    }
}

/** Not with `fetch`, which does not tell how much of a body has been sent. */
export function uploadFile(file: File, { onProgress, signal }: UploadOptions): Promise<Uploaded> {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('POST', `${serverUrl()}/data-hub/upload`);
        request.withCredentials = true;
        request.responseType = 'json';
        for (const [name, value] of Object.entries(sessionHeaders())) request.setRequestHeader(name, value);
        request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
        request.onload = () => {
            if (request.status === 201) resolve(request.response as Uploaded);
            else reject(refusal(request.status, request.response));
        };
        request.onerror = () => reject(new UploadRefused('connection-lost', ''));
        request.onabort = () => reject(new DOMException('The upload was ended.', 'AbortError'));
        signal.addEventListener('abort', () => request.abort(), { once: true });
        const form = new FormData();
        form.append('file', file);
        request.send(form);
    });
}

interface Answer {
    code?: string;
    message?: string;
    hint?: string;
    sentences?: Sentence[];
}

function refusal(status: number, answer: unknown): UploadRefused {
    const { code, message, hint, sentences } = (answer ?? {}) as Answer;
    if (status === 403 || status === 401) return new UploadRefused('forbidden', message ?? '');
    return new UploadRefused(code, [message, hint].filter(Boolean).join(' '), sentences);
}
