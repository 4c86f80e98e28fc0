import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useDisplayLocale, useLocalFormat } from '@vendure/dashboard';
import type { ReactNode } from 'react';
import { Count } from '../../components/count';
import { When } from '../../components/when';
import { formatDuration } from '../../format/duration';
import { RunGraph } from './run-graph';
import { RunSteps } from './run-steps';
import type { Run } from './use-run';

export function RunOverview({ run }: Readonly<{ run: Run }>) {
    return (
        <div className="space-y-4">
            <Totals run={run} />
            <RunGraph run={run} />
            <RunSteps run={run} />
            <Facts run={run} />
        </div>
    );
}

function Totals({ run }: Readonly<{ run: Run }>) {
    const { t } = useLingui();
    const totals: [string, number, boolean?][] = [
        [t`Read`, run.read],
        [run.dryRun ? t`To create` : t`Created`, run.created],
        [run.dryRun ? t`To update` : t`Updated`, run.updated],
        [t`Unchanged`, run.unchanged],
        [run.dryRun ? t`To delete` : t`Deleted`, run.deleted],
        [t`Rejected`, run.rejected, run.rejected > 0],
    ];
    return (
        <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-6" data-testid="run-totals">
            {totals.map(([name, count, isAlarming]) => (
                <div key={name} className="rounded-md border bg-card p-3">
                    <dt className="text-sm text-muted-foreground">{name}</dt>
                    <dd className={`text-2xl font-semibold ${isAlarming ? 'text-destructive dark:text-red-400' : ''}`}>
                        <Count of={count} />
                    </dd>
                </div>
            ))}
        </dl>
    );
}

function Facts({ run }: Readonly<{ run: Run }>) {
    const { bcp47Tag } = useDisplayLocale();
    const { formatDate, formatLanguageName } = useLocalFormat();
    const time = (at: string | null) =>
        at === null ? '–' : formatDate(at, { dateStyle: 'medium', timeStyle: 'medium' });
    const { durationMs } = run.progress;
    const revision = run.revision;
    return (
        <dl className="grid gap-x-6 gap-y-2 text-sm sm:grid-cols-2 lg:grid-cols-3">
            <Fact name={<Trans>Pipeline</Trans>}>
                <Link
                    className="underline underline-offset-2"
                    to="/data-hub/pipelines/$id"
                    params={{ id: run.pipelineId }}
                >
                    {run.pipelineName}
                </Link>{' '}
                <Trans>(revision {revision})</Trans>
            </Fact>
            <Fact name={<Trans>Asked for by</Trans>}>
                {run.triggeredBy}, <When at={run.createdAt} />
            </Fact>
            <Fact name={<Trans>Language</Trans>}>{formatLanguageName(run.languageCode)}</Fact>
            <Fact name={<Trans>Started</Trans>}>{time(run.startedAt)}</Fact>
            <Fact name={<Trans>Finished</Trans>}>{time(run.finishedAt)}</Fact>
            <Fact name={<Trans>Duration</Trans>}>
                {durationMs === null ? '–' : formatDuration(durationMs, bcp47Tag)}
            </Fact>
        </dl>
    );
}

const Fact = ({ name, children }: Readonly<{ name: ReactNode; children: ReactNode }>) => (
    <div className="flex flex-col">
        <dt className="text-muted-foreground">{name}</dt>
        <dd>{children}</dd>
    </div>
);
