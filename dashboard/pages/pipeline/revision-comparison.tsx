import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, Button, Skeleton } from '@vendure/dashboard';
import { lazy, Suspense } from 'react';
import { ChoiceField } from '../../components/list/choice-field';
import { Failed, Loading } from '../../components/page-states';
import { textOf } from '../../graph/definition';
import { pipelineRevisionDocument } from '../../gql/pipelines';
import type { Pipeline } from './pipeline-page';

const RevisionDiff = lazy(() => import('../../editor/revision-diff'));

interface RevisionComparisonProps {
    pipeline: Pipeline;
    from: number;
    to: number;
    onChange: (change: { from: number; to: number }) => void;
}

/** Any two revisions beside each other. */
export function RevisionComparison({ pipeline, from, to, onChange }: Readonly<RevisionComparisonProps>) {
    const { t } = useLingui();
    const numbers = Array.from({ length: pipeline.revision }, (_, index) => `${pipeline.revision - index}`);
    const options = numbers.map(value => ({ value, label: t`Revision ${value}` }));
    return (
        <section className="space-y-2">
            <h2 className="text-base font-medium">
                <Trans>
                    Revision {from} and revision {to}
                </Trans>
            </h2>
            <div className="flex flex-wrap items-center gap-2">
                <ChoiceField
                    label={t`Before`}
                    all={t`Choose a revision`}
                    value={`${from}`}
                    options={options}
                    onChange={value => onChange({ from: Number(value), to })}
                />
                <ChoiceField
                    label={t`After`}
                    all={t`Choose a revision`}
                    value={`${to}`}
                    options={options}
                    onChange={value => onChange({ from, to: Number(value) })}
                />
                <Button variant="ghost" size="sm" onClick={() => onChange({ from: 0, to: 0 })}>
                    <Trans>Close</Trans>
                </Button>
            </div>
            <Diff pipelineId={pipeline.id} from={from} to={to} />
        </section>
    );
}

function Diff({ pipelineId, from, to }: Readonly<{ pipelineId: string; from: number; to: number }>) {
    const { t } = useLingui();
    const before = useRevision(pipelineId, from);
    const after = useRevision(pipelineId, to);
    const failed = before.error ?? after.error;
    if (failed) return <Failed error={failed} />;
    if (!before.data || !after.data) return <Loading />;
    const [a, b] = [before.data, after.data].map(data => data.dataHubPipelineRevisions.items[0]);
    if (!a || !b) return <Trans>There is no such revision.</Trans>;
    const [left, right] = [textOf(a.definition), textOf(b.definition)];
    if (left === right)
        return (
            <p className="text-sm text-muted-foreground">
                <Trans>The two are the same.</Trans>
            </p>
        );
    return (
        <Suspense fallback={<Skeleton className="h-96 w-full" />}>
            <RevisionDiff
                before={{ label: t`Revision ${from}`, text: left }}
                after={{ label: t`Revision ${to}`, text: right }}
                unchangedLines={t`$ unchanged lines`}
            />
        </Suspense>
    );
}

function useRevision(pipelineId: string, number: number) {
    return useQuery({
        queryKey: ['data-hub-pipeline-revision', pipelineId, number],
        queryFn: () => api.query(pipelineRevisionDocument, { pipelineId, number }),
        // What was saved once stays as it is.
        staleTime: Infinity,
    });
}
