import { Trans } from '@lingui/react/macro';
import { Button, usePermissions } from '@vendure/dashboard';
import { ClipboardList, Play } from 'lucide-react';
import { usePipelineActions } from '../../hooks/use-pipeline-actions';
import type { Pipeline } from './pipeline-page';

export function RunButtons({ pipeline }: Readonly<{ pipeline: Pipeline }>) {
    const { hasPermissions } = usePermissions();
    const { start } = usePipelineActions();
    if (!hasPermissions(['RunDataHubPipeline'])) return null;
    const isDisabled = start.isPending || !pipeline.enabled || pipeline.disabledByCode;
    return (
        <span className="flex gap-2">
            <Button variant="outline" disabled={isDisabled} onClick={() => start.mutate({ pipeline, dryRun: true })}>
                <ClipboardList aria-hidden="true" />
                <Trans>Plan</Trans>
            </Button>
            <Button disabled={isDisabled} onClick={() => start.mutate({ pipeline, dryRun: false })}>
                <Play aria-hidden="true" />
                <Trans>Run</Trans>
            </Button>
        </span>
    );
}
