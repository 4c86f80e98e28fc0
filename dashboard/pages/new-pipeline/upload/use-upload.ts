import { useEffect, useRef, useState } from 'react';
import type { Sentence } from '../../../gql/sentence';
import type { Uploaded } from '../draft';
import { uploadFile, UploadRefused } from './upload-file';
import { type FileProblem, fileProblem } from './file-kinds';

export type UploadState =
    | { is: 'idle' }
    | { is: 'sending'; name: string; share: number }
    | { is: 'refused'; name: string; problem: FileProblem }
    | { is: 'failed'; name: string; code: string | undefined; message: string; sentences: readonly Sentence[] };

/** One upload at a time; leaving the page ends it. */
export function useUpload(onUploaded: (upload: Uploaded) => void) {
    const [state, setState] = useState<UploadState>({ is: 'idle' });
    const underWay = useRef<AbortController>(undefined);
    useEffect(() => () => underWay.current?.abort(), []);

    const send = async (file: File) => {
        underWay.current?.abort();
        const problem = fileProblem(file);
        if (problem) return setState({ is: 'refused', name: file.name, problem });
        const controller = new AbortController();
        underWay.current = controller;
        const { signal } = controller;
        const { name } = file;
        setState({ is: 'sending', name, share: 0 });
        try {
            const upload = await uploadFile(file, {
                signal,
                onProgress: share => setState({ is: 'sending', name, share }),
            });
            setState({ is: 'idle' });
            onUploaded(upload);
        } catch (thrown) {
            if (signal.aborted) return;
            const { code, message, sentences } =
                thrown instanceof UploadRefused ? thrown : new UploadRefused(undefined, '');
            setState({ is: 'failed', name, code, message, sentences });
        }
    };
    const cancel = () => {
        underWay.current?.abort();
        setState({ is: 'idle' });
    };
    return { state, send, cancel };
}
