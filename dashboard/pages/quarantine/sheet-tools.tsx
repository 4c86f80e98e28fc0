import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Button, toast, usePermissions } from '@vendure/dashboard';
import { Download, Loader2 } from 'lucide-react';
import { download } from '../../gql/rest';
import { isWhole, type Scope } from './scope';
import { SheetUpload } from './sheet-upload';

interface SheetToolsProps {
    scope: Scope;
    cause?: string;
    /** Records that are open: those are in the file. */
    count: number;
    onReplayed: (runIds: string[]) => void;
}

/** Refused records as a spreadsheet: down, corrected somewhere else, and up again. */
export function SheetTools({ scope, cause, count, onReplayed }: Readonly<SheetToolsProps>) {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const name = [t`refused-records`, scope.runId ?? scope.pipelineId, cause].filter(Boolean).join('-');
    const fetching = useMutation({
        mutationFn: () => download(addressOf(scope, cause), `${name}.csv`),
        onError: error => toast.error(t`The file could not be fetched.`, { description: error.message }),
    });
    return (
        <>
            {!isWhole(scope) && count > 0 && (
                <Button
                    variant="outline"
                    size="sm"
                    disabled={fetching.isPending}
                    aria-busy={fetching.isPending}
                    onClick={() => fetching.mutate()}
                >
                    {fetching.isPending ? (
                        <Loader2 className="animate-spin" aria-hidden="true" />
                    ) : (
                        <Download aria-hidden="true" />
                    )}
                    <Plural value={count} one="# record as CSV" other="# records as CSV" />
                </Button>
            )}
            {hasPermissions(['EditDataHubRecordError']) && (
                <SheetUpload onReplayed={onReplayed}>
                    <Trans>Upload corrected file</Trans>
                </SheetUpload>
            )}
        </>
    );
}

function addressOf({ runId, pipelineId = '' }: Scope, cause?: string): string {
    const query = new URLSearchParams({ ...(runId ? {} : { pipelineId }), ...(cause && { cause }) });
    return `/data-hub/quarantine${runId ? `/${encodeURIComponent(runId)}` : ''}.csv?${query}`;
}
