import { Trans } from '@lingui/react/macro';
import { useDisplayLocale } from '@vendure/dashboard';
import { Link } from '@tanstack/react-router';
import { Count } from '../../components/count';
import type { Column } from '../../components/list/list-table';
import { RunKindBadge } from '../../components/run-kind';
import { RunStatusBadge } from '../../components/run-status';
import { When } from '../../components/when';
import { formatDuration } from '../../format/duration';
import type { ResultOf } from '../../gql/graphql';
import type { runListDocument } from '../../gql/runs';

type Run = ResultOf<typeof runListDocument>['dataHubRuns']['items'][number];

/** The columns of every list of runs. */
export function useRunColumns(): Column<Run>[] {
    const { bcp47Tag } = useDisplayLocale();
    return [
        { key: 'pipeline', header: <Trans>Pipeline</Trans>, cell: run => <RunLink run={run} /> },
        {
            key: 'status',
            header: <Trans>Status</Trans>,
            cell: run => (
                <span className="flex flex-col items-start gap-1">
                    <RunStatusBadge status={run.status} />
                    <span className="text-xs text-muted-foreground md:hidden">
                        <When at={run.startedAt ?? run.createdAt} />
                    </span>
                </span>
            ),
        },
        {
            key: 'started',
            header: <Trans>Started</Trans>,
            isSecondary: true,
            cell: run => <When at={run.startedAt ?? run.createdAt} />,
        },
        {
            key: 'duration',
            header: <Trans>Duration</Trans>,
            isSecondary: true,
            isNumber: true,
            cell: ({ progress: { durationMs } }) => (durationMs === null ? '–' : formatDuration(durationMs, bcp47Tag)),
        },
        count('read', <Trans>Read</Trans>),
        count('created', <Trans>Created</Trans>),
        count('updated', <Trans>Updated</Trans>),
        count('unchanged', <Trans>Unchanged</Trans>),
        count('deleted', <Trans>Deleted</Trans>),
        count('rejected', <Trans>Rejected</Trans>),
    ];
}

function RunLink({ run }: Readonly<{ run: Run }>) {
    return (
        <span className="flex min-w-32 flex-wrap items-center gap-x-2 whitespace-normal">
            <Link className="font-medium hover:underline" to="/data-hub/runs/$id" params={{ id: run.id }}>
                {run.pipelineName}
            </Link>
            <RunKindBadge kind={run.kind} dryRun={run.dryRun} />
        </span>
    );
}

type Counted = 'read' | 'created' | 'updated' | 'unchanged' | 'deleted' | 'rejected';

const count = (key: Counted, header: Column<Run>['header']): Column<Run> => ({
    key,
    header,
    isNumber: true,
    isSecondary: true,
    cell: run => <Count of={run[key]} />,
});
