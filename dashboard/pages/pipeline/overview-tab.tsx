import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, Button, usePermissions } from '@vendure/dashboard';
import { useMemo } from 'react';
import { ListTable } from '../../components/list/list-table';
import { Loaded } from '../../components/page-states';
import { PipelineGraph } from '../../components/pipeline-graph';
import { RunStatusBadge } from '../../components/run-status';
import { When } from '../../components/when';
import { placed, problemsBySteps } from '../../editor/text-problem';
import { asDefinition, textOf } from '../../graph/definition';
import { runListDocument } from '../../gql/runs';
import { useRunNumbers } from '../../hooks/use-run-numbers';
import { useRunColumns } from '../runs/run-columns';
import type { Pipeline } from './pipeline-page';
import { ProblemList } from './problem-list';

interface OverviewTabProps {
    pipeline: Pipeline;
    onOpenStep: (key: string) => void;
    onAllRuns: () => void;
}

export function OverviewTab({ pipeline, onOpenStep, onAllRuns }: Readonly<OverviewTabProps>) {
    const { hasPermissions } = usePermissions();
    const { definition, problems, overview } = pipeline;
    const run = overview?.currentRun ?? overview?.lastRun ?? undefined;
    const numbers = useRunNumbers(run);
    const listed = useMemo(() => placed(textOf(definition), problems), [definition, problems]);
    const bySteps = useMemo(
        () => problemsBySteps(asDefinition(definition)?.steps ?? [], problems),
        [definition, problems],
    );
    return (
        <div className="space-y-6 pt-4">
            <section className="space-y-2">
                {run && <NumbersOf run={run} />}
                <PipelineGraph definition={definition} problems={bySteps} onSelectStep={onOpenStep} {...numbers} />
            </section>
            <ProblemList
                problems={listed}
                onOpen={({ path }) => onOpenStep(asDefinition(definition)?.steps[stepIndex(path)]?.key ?? '')}
            />
            {hasPermissions(['ReadDataHubRun']) && <LastRuns pipelineId={pipeline.id} onAllRuns={onAllRuns} />}
        </div>
    );
}

const stepIndex = (path: string): number => Number(/^\$\.steps\[(\d+)\]/.exec(path)?.[1] ?? -1);

type Run = NonNullable<NonNullable<Pipeline['overview']>['lastRun']>;

/** Whose numbers the graph shows. */
function NumbersOf({ run }: Readonly<{ run: Run }>) {
    return (
        <p className="flex flex-wrap items-center gap-2 text-sm text-muted-foreground">
            <span>
                <Trans>
                    Numbers of the{' '}
                    <Link className="underline" to="/data-hub/runs/$id" params={{ id: run.id }}>
                        run
                    </Link>{' '}
                    that began <When at={run.startedAt ?? run.createdAt} />
                </Trans>
            </span>
            <RunStatusBadge status={run.status} />
            {run.error && <span className="text-destructive dark:text-red-400">{run.error}</span>}
        </p>
    );
}

const shownRuns = 5;

function LastRuns({ pipelineId, onAllRuns }: Readonly<{ pipelineId: string; onAllRuns: () => void }>) {
    const { t } = useLingui();
    const columns = useRunColumns();
    const options = { filter: { pipelineId: { eq: pipelineId } }, take: shownRuns };
    const query = useQuery({
        queryKey: ['data-hub-runs', options],
        queryFn: () => api.query(runListDocument, { options }),
        placeholderData: keepPreviousData,
        refetchInterval: 5_000,
    });
    return (
        <section className="space-y-2">
            <div className="flex items-center justify-between">
                <h2 className="text-base font-medium">
                    <Trans>Last runs</Trans>
                </h2>
                <Button variant="ghost" size="sm" onClick={onAllRuns}>
                    <Trans>All runs</Trans>
                </Button>
            </div>
            <Loaded query={query}>
                {({ dataHubRuns: { items } }) =>
                    items.length === 0 ? (
                        <p className="text-sm text-muted-foreground">
                            <Trans>
                                It has not run yet. A plan shows what a run would change, and changes nothing.
                            </Trans>
                        </p>
                    ) : (
                        <ListTable label={t`Last runs`} columns={columns} items={items} keyOf={run => run.id} />
                    )
                }
            </Loaded>
        </section>
    );
}
