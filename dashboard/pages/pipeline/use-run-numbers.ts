import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { useMemo } from 'react';
import type { PipelineGraphProps } from '../../components/pipeline-graph';
import { waitingGatesDocument } from '../../gql/pipelines';
import type { Pipeline } from './pipeline-page';

type Run = NonNullable<NonNullable<Pipeline['overview']>['lastRun']>;

/** What a graph shows of a run: what its steps did, how fast they are, what waits at gates. */
export function useRunNumbers(run: Run | undefined): Pick<PipelineGraphProps, 'counts' | 'rates' | 'waiting'> {
    const isPaused = run?.status === 'PAUSED';
    const { data } = useQuery({
        queryKey: ['data-hub-gates', 'waiting', run?.id],
        queryFn: () => api.query(waitingGatesDocument, { runId: run!.id }),
        enabled: isPaused,
    });
    return useMemo(() => {
        const gates = isPaused ? (data?.dataHubGates.items ?? []) : [];
        return {
            ...(run && { counts: Object.fromEntries(run.steps.map(({ step, ...counts }) => [step, counts])) }),
            ...(run?.live && {
                rates: Object.fromEntries(run.live.steps.map(({ step, recordsPerSecond }) => [step, recordsPerSecond])),
            }),
            waiting: Object.fromEntries(gates.map(({ stepKey, waiting }) => [stepKey, waiting])),
        };
    }, [run, isPaused, data]);
}
