import { Trans } from '@lingui/react/macro';
import { Alert, AlertDescription, AlertTitle } from '@vendure/dashboard';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useServerText } from '../../../hooks/use-server-text';
import type { UploadState } from './use-upload';

type Bad = Extract<UploadState, { is: 'refused' | 'failed' }>;

/** What went wrong with which file, and what to do. */
export function UploadProblem({ state }: Readonly<{ state: Bad }>) {
    return (
        <Alert variant="destructive" className="mt-4">
            <CircleAlert className="size-4" aria-hidden="true" />
            <AlertTitle>
                <Trans>“{state.name}” was not uploaded</Trans>
            </AlertTitle>
            <AlertDescription>{state.is === 'refused' ? reasonOf(state) : <Failure state={state} />}</AlertDescription>
        </Alert>
    );
}

function reasonOf({ problem }: Extract<Bad, { is: 'refused' }>): ReactNode {
    if (problem === 'empty') return <Trans>The file is empty. Choose one with at least one record.</Trans>;
    if (problem === 'old-workbook')
        return <Trans>This kind of workbook cannot be read. Save it as .xlsx or .csv and choose that file.</Trans>;
    return <Trans>Its name does not end in .csv, .tsv, .txt, .xlsx, .json, .ndjson or .xml. Choose such a file.</Trans>;
}

function Failure({ state: { code, message, sentences: said } }: Readonly<{ state: Extract<Bad, { is: 'failed' }> }>) {
    const { sentences } = useServerText();
    if (code === 'connection-lost')
        return <Trans>The connection to the server was lost. Check the network and choose the file again.</Trans>;
    if (code === 'forbidden') return <Trans>You may not upload files in this channel, or you are logged out.</Trans>;
    if (code === 'upload-malformed') return <Trans>The upload broke off on its way. Choose the file again.</Trans>;
    if (said.length > 0) return sentences(said);
    return message || <Trans>The server did not take it and did not say why. Its log tells more.</Trans>;
}
