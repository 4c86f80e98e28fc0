import { useLingui } from '@lingui/react/macro';
import { Button, usePermissions } from '@vendure/dashboard';
import { ClipboardList, Play, Trash2 } from 'lucide-react';
import { DeletePipelineButton } from '../../components/delete-pipeline-button';
import { usePipelineActions } from '../../hooks/use-pipeline-actions';
import type { Pipeline } from './pipeline-columns';

/** Plan, run and delete, as far as one may and the pipeline can. */
export function RowActions({ pipeline }: Readonly<{ pipeline: Pipeline }>) {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const { start } = usePipelineActions();
    const { name, enabled, isCodeFirst, disabledByCode } = pipeline;
    const isBusy = start.isPending;
    const canRun = enabled && !disabledByCode;
    return (
        <span className="flex flex-wrap justify-end gap-1 md:flex-nowrap">
            {hasPermissions(['RunDataHubPipeline']) && (
                <>
                    <Button
                        variant="outline"
                        size="icon-sm"
                        aria-label={t`Plan ${name}: show what would change`}
                        title={t`Plan: show what would change`}
                        disabled={isBusy || !canRun}
                        onClick={() => start.mutate({ pipeline, dryRun: true })}
                    >
                        <ClipboardList />
                    </Button>
                    <Button
                        variant="outline"
                        size="icon-sm"
                        aria-label={t`Run ${name}`}
                        title={t`Run`}
                        disabled={isBusy || !canRun}
                        onClick={() => start.mutate({ pipeline, dryRun: false })}
                    >
                        <Play />
                    </Button>
                </>
            )}
            {hasPermissions(['DeleteDataHubPipeline']) && (!isCodeFirst || disabledByCode) && (
                <DeletePipelineButton pipeline={pipeline} variant="outline" size="icon-sm">
                    <Trash2 aria-hidden="true" />
                    <span className="sr-only">{t`Delete ${name}`}</span>
                </DeletePipelineButton>
            )}
        </span>
    );
}
