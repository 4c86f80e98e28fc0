import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, Button, Skeleton } from '@vendure/dashboard';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { isUnderWay, RunStatusBadge } from '../../components/run-status';
import { replayRunDocument } from '../../gql/quarantine';
import type { ResultOf } from '../../gql/graphql';
import { usePollInterval } from '../../hooks/use-poll-interval';
import { useRefreshQuarantine } from './scope';

/** What became of records that were sent again, run by run, while it happens. */
export function ReplayOutcome({ runIds, onClose }: Readonly<{ runIds: readonly string[]; onClose: () => void }>) {
    const { t } = useLingui();
    return (
        <section
            className="flex items-start justify-between gap-2 rounded-md border bg-muted/40 p-3"
            aria-label={t`Records that were sent again`}
            aria-live="polite"
        >
            <ul className="space-y-2 text-sm">
                {runIds.map(id => (
                    <ReplayRun key={id} id={id} />
                ))}
            </ul>
            <Button variant="ghost" size="icon-sm" aria-label={t`Close`} onClick={onClose}>
                <X />
            </Button>
        </section>
    );
}

function ReplayRun({ id }: Readonly<{ id: string }>) {
    const refresh = useRefreshQuarantine();
    const query = useQuery({
        queryKey: ['data-hub-replay', id],
        queryFn: () => api.query(replayRunDocument, { id }),
        refetchInterval: usePollInterval(true),
    });
    const run = query.data?.dataHubRun;
    const hasEnded = run !== undefined && run !== null && !isUnderWay(run.status);
    useEffect(() => {
        if (hasEnded) void refresh();
    }, [hasEnded]);
    if (query.error) return <li role="alert">{query.error.message}</li>;
    if (!run) return <Skeleton className="h-5 w-64" />;
    return (
        <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Link className="font-medium hover:underline" to="/data-hub/runs/$id" params={{ id }}>
                <Trans>
                    Run {id} of {run.pipelineName}
                </Trans>
            </Link>
            <RunStatusBadge status={run.status} />
            <Became run={run} />
            {run.error && <span className="basis-full">{run.error}</span>}
        </li>
    );
}

type Run = NonNullable<ResultOf<typeof replayRunDocument>['dataHubRun']>;

function Became({ run: { created, updated, unchanged, deleted, rejected, dryRun } }: Readonly<{ run: Run }>) {
    return (
        <span className="flex flex-wrap gap-x-3">
            {dryRun && <Trans>A plan; nothing is written:</Trans>}
            {created > 0 && <Plural value={created} one="# created" other="# created" />}
            {updated > 0 && <Plural value={updated} one="# updated" other="# updated" />}
            {deleted > 0 && <Plural value={deleted} one="# deleted" other="# deleted" />}
            {unchanged > 0 && <Plural value={unchanged} one="# unchanged" other="# unchanged" />}
            {rejected > 0 && <Plural value={rejected} one="# refused again" other="# refused again" />}
        </span>
    );
}
