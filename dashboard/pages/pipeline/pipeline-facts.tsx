import { Trans } from '@lingui/react/macro';
import { Badge } from '@vendure/dashboard';
import { PipelineHealthBadge } from '../../components/pipeline-health';
import { When } from '../../components/when';
import { useServerText } from '../../hooks/use-server-text';
import type { Pipeline } from './pipeline-page';

/** What holds on every tab: how it is doing, where it lives. */
export function PipelineFacts({ pipeline }: Readonly<{ pipeline: Pipeline }>) {
    const { text } = useServerText();
    const { code, overview, isCodeFirst, disabledByCode, enabled, revision, updatedAt } = pipeline;
    return (
        <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted-foreground">
            <code>{code}</code>
            {isCodeFirst && (
                <Badge variant="outline">
                    {disabledByCode ? <Trans>Removed from the code</Trans> : <Trans>From code</Trans>}
                </Badge>
            )}
            {overview ? (
                <>
                    <PipelineHealthBadge health={overview.health} reason={overview.healthReason} />
                    <span>{text(overview.healthReason)}</span>
                </>
            ) : (
                !enabled && (
                    <Badge variant="secondary">
                        <Trans>Disabled</Trans>
                    </Badge>
                )
            )}
            <span>
                <Trans>
                    Revision {revision}, changed <When at={updatedAt} />
                </Trans>
            </span>
        </div>
    );
}
