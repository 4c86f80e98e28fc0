import { useQuery } from '@tanstack/react-query';
import { api, usePermissions } from '@vendure/dashboard';
import { useMemo } from 'react';
import type { PipelineGraphProps } from '../components/pipeline-graph';
import type { ResultOf } from '../gql/graphql';
import { waitingGatesDocument } from '../gql/gates';
import type { runNumbers } from '../gql/run';
import { usePollInterval } from './use-poll-interval';

/** What a graph shows of a run: what its steps did, how fast they are, what waits at gates. */
export function useRunNumbers(
    run: ResultOf<typeof runNumbers> | undefined,
): Pick<PipelineGraphProps, 'counts' | 'rates' | 'waiting'> {
    const { hasPermissions } = usePermissions();
    const isPaused = run?.status === 'PAUSED';
    const { data } = useQuery({
        queryKey: ['data-hub-gates', 'waiting', run?.id],
        queryFn: () => api.query(waitingGatesDocument, { runId: run!.id }),
        enabled: isPaused && hasPermissions(['ApproveDataHubGate']),
        refetchInterval: usePollInterval(isPaused),
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
