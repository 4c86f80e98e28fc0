import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Progress } from '@vendure/dashboard';
import { FileCheck2, UploadCloud } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { FileSize } from '../../../components/file-size';
import { withUpload } from '../draft';
import type { StepProps } from '../new-pipeline-page';
import { StepButtons } from '../step-buttons';
import { acceptedFiles } from './file-kinds';
import { UploadProblem } from './upload-problem';
import { useUpload } from './use-upload';

export function FileStep({ draft, change, go }: StepProps) {
    const { t } = useLingui();
    const input = useRef<HTMLInputElement>(null);
    const [isOver, setOver] = useState(false);
    const { state, send, cancel } = useUpload(upload => {
        change(current => withUpload(current, upload));
        go('preview');
    });
    const drop = (event: DragEvent) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) void send(file);
    };
    const over = (event: DragEvent) => {
        event.preventDefault();
        setOver(true);
    };
    return (
        <>
            <div
                className={`flex flex-col items-center gap-3 rounded-lg border-2 border-dashed p-6 text-center sm:p-12 ${isOver ? 'border-primary bg-accent' : ''}`}
                onDrop={drop}
                onDragOver={over}
                onDragEnter={over}
                onDragLeave={() => setOver(false)}
            >
                {state.is === 'sending' ? (
                    <Sending name={state.name} share={state.share} onCancel={cancel} />
                ) : (
                    <>
                        <UploadCloud className="size-10 text-muted-foreground" aria-hidden="true" />
                        <p>
                            <Trans>Drop a file here, or choose one. Nothing is written to the shop yet.</Trans>
                        </p>
                        <Button onClick={() => input.current?.click()}>
                            {draft.upload ? <Trans>Choose another file</Trans> : <Trans>Choose a file</Trans>}
                        </Button>
                        <p className="text-sm text-muted-foreground">
                            <Trans>CSV, Excel (.xlsx), JSON, NDJSON or XML; text files may be gzipped.</Trans>
                        </p>
                    </>
                )}
                <input
                    ref={input}
                    type="file"
                    className="hidden"
                    aria-label={t`File`}
                    accept={acceptedFiles}
                    onChange={event => {
                        const file = event.target.files?.[0];
                        // So that the same file can be chosen again after it was corrected.
                        event.target.value = '';
                        if (file) void send(file);
                    }}
                />
            </div>
            <div aria-live="polite">
                {(state.is === 'refused' || state.is === 'failed') && <UploadProblem state={state} />}
            </div>
            {draft.upload && state.is === 'idle' && (
                <>
                    <p className="mt-4 flex items-center gap-2">
                        <FileCheck2 className="size-4" aria-hidden="true" />
                        <span className="font-medium break-all">{draft.upload.name}</span>
                        <span className="text-muted-foreground">
                            <FileSize bytes={draft.upload.sizeBytes} />
                        </span>
                    </p>
                    <StepButtons onNext={() => go('preview')} />
                </>
            )}
        </>
    );
}

function Sending({ name, share, onCancel }: Readonly<{ name: string; share: number; onCancel: () => void }>) {
    const { t } = useLingui();
    const percent = Math.round(share * 100);
    return (
        <div className="w-full max-w-md space-y-3">
            <p className="break-all">
                {percent < 100 ? <Trans>Uploading “{name}” …</Trans> : <Trans>Storing “{name}” …</Trans>}
            </p>
            <Progress value={percent} aria-label={t`Upload`} />
            <Button variant="outline" onClick={onCancel}>
                <Trans>Cancel</Trans>
            </Button>
        </div>
    );
}
