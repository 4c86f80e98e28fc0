import { Trans } from '@lingui/react/macro';
import { Alert, AlertDescription, AlertTitle, usePermissions } from '@vendure/dashboard';
import { Lock } from 'lucide-react';
import type { Pipeline } from './pipeline-page';

/** Why nothing can be changed here, and where it can. */
export function ReadOnlyNotice({ pipeline }: Readonly<{ pipeline: Pipeline }>) {
    const { hasPermissions } = usePermissions();
    if (!pipeline.isCodeFirst && hasPermissions(['UpdateDataHubPipeline'])) return null;
    return (
        <Alert>
            <Lock className="h-4 w-4" aria-hidden="true" />
            <AlertTitle>
                <Trans>You can look, but not change</Trans>
            </AlertTitle>
            <AlertDescription>
                {pipeline.isCodeFirst ? (
                    <Trans>
                        This pipeline is defined in the code of the shop. It is changed there and takes effect at the
                        next start of the server.
                    </Trans>
                ) : (
                    <Trans>
                        Ask whoever manages roles in this channel for the permission <code>UpdateDataHubPipeline</code>.
                    </Trans>
                )}
            </AlertDescription>
        </Alert>
    );
}
