import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { Badge, Switch, useDisplayLocale, usePermissions } from '@vendure/dashboard';
import { Count } from '../../components/count';
import type { Column } from '../../components/list/list-table';
import { PipelineHealthBadge } from '../../components/pipeline-health';
import { RunStatusBadge } from '../../components/run-status';
import { When } from '../../components/when';
import type { ResultOf } from '../../gql/graphql';
import type { pipelineListDocument } from '../../gql/pipelines';
import { usePipelineActions } from '../../hooks/use-pipeline-actions';
import { RowActions } from './row-actions';

export type Pipeline = ResultOf<typeof pipelineListDocument>['dataHubPipelines']['items'][number];

/** Without the permission to see runs, the columns about them are left out. */
export function usePipelineColumns(): Column<Pipeline>[] {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const aboutRuns: Column<Pipeline>[] = [
        {
            key: 'health',
            header: <Trans>Health</Trans>,
            isSecondary: true,
            cell: ({ overview }) => <Health of={overview} />,
        },
        {
            key: 'last',
            header: <Trans>Last run</Trans>,
            isSecondary: true,
            cell: pipeline => <LastRun of={pipeline} />,
        },
        {
            key: 'next',
            header: <Trans>Next run</Trans>,
            isSecondary: true,
            cell: pipeline => <NextRun of={pipeline} />,
        },
        count('read', <Trans>Read</Trans>),
        count('changed', <Trans>Changed</Trans>),
        count('rejected', <Trans>Rejected</Trans>),
    ];
    return [
        {
            key: 'name',
            header: <Trans>Name</Trans>,
            cell: pipeline => (
                <>
                    <Name of={pipeline} />
                    <span className="md:hidden">
                        <Health of={pipeline.overview} />
                    </span>
                </>
            ),
        },
        ...(hasPermissions(['ReadDataHubRun']) ? aboutRuns : []),
        {
            key: 'enabled',
            header: <Trans>Enabled</Trans>,
            isSecondary: true,
            cell: pipeline => <EnabledSwitch of={pipeline} />,
        },
        {
            key: 'actions',
            header: <span className="sr-only">{t`Actions`}</span>,
            cell: pipeline => <RowActions pipeline={pipeline} />,
        },
    ];
}

interface OfPipeline {
    of: Pipeline;
}

function Name({ of: { id, name, code, isCodeFirst, disabledByCode } }: Readonly<OfPipeline>) {
    return (
        <span className="flex min-w-32 flex-col whitespace-normal">
            <Link className="font-medium hover:underline" to="/data-hub/pipelines/$id" params={{ id }}>
                {name}
            </Link>
            <span className="flex flex-wrap items-center gap-2 text-xs text-muted-foreground">
                {code}
                {isCodeFirst && !disabledByCode && (
                    <Badge variant="outline">
                        <Trans>From code</Trans>
                    </Badge>
                )}
                {disabledByCode && (
                    <Badge variant="outline">
                        <Trans>Removed from the code</Trans>
                    </Badge>
                )}
            </span>
        </span>
    );
}

const Health = ({ of: overview }: Readonly<{ of: Pipeline['overview'] }>) =>
    overview && <PipelineHealthBadge health={overview.health} reason={overview.healthReason} />;

function LastRun({ of: { overview } }: Readonly<OfPipeline>) {
    const { bcp47Tag } = useDisplayLocale();
    const { currentRun, lastRun } = overview ?? {};
    const run = currentRun ?? lastRun;
    if (!run) return <span className="text-muted-foreground">–</span>;
    const share = currentRun?.progress.share;
    return (
        <Link className="flex items-center gap-2 hover:underline" to="/data-hub/runs/$id" params={{ id: run.id }}>
            <RunStatusBadge status={run.status} />
            {currentRun && share != null && share.toLocaleString(bcp47Tag, { style: 'percent' })}
            {!currentRun && lastRun && <When at={lastRun.finishedAt ?? lastRun.startedAt ?? lastRun.createdAt} />}
        </Link>
    );
}

function NextRun({ of: { overview } }: Readonly<OfPipeline>) {
    const next = overview?.nextRun;
    if (!next) return <span className="text-muted-foreground">–</span>;
    return (
        <Link className="hover:underline" to="/data-hub/runs/$id" params={{ id: next.id }}>
            <Trans>
                In the queue, asked for <When at={next.createdAt} />
            </Trans>
        </Link>
    );
}

function EnabledSwitch({ of: pipeline }: Readonly<OfPipeline>) {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const { enable } = usePipelineActions();
    const { name, enabled, isCodeFirst } = pipeline;
    return (
        <Switch
            aria-label={t`${name} is enabled`}
            checked={enabled}
            disabled={isCodeFirst || enable.isPending || !hasPermissions(['UpdateDataHubPipeline'])}
            onCheckedChange={value => enable.mutate({ pipeline, enabled: value })}
        />
    );
}

function count(key: 'read' | 'changed' | 'rejected', header: Column<Pipeline>['header']): Column<Pipeline> {
    return {
        key,
        header,
        isNumber: true,
        isSecondary: true,
        cell: ({ overview }) => {
            const run = overview?.lastRun;
            if (!run) return '–';
            return <Count of={key === 'changed' ? run.created + run.updated + run.deleted : run[key]} />;
        },
    };
}
