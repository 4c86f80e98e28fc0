import { useQuery } from '@tanstack/react-query';
import { api, usePermissions } from '@vendure/dashboard';
import { PipelineGraph } from '../../components/pipeline-graph';
import { waitingGatesDocument } from '../../gql/pipelines';
import { useRunDefinition, useRunListOptions, type Run } from './use-run';

/** The pipeline as it runs or ran, with its numbers. Nothing for those who may not see pipelines; the table has the numbers too. */
export function RunGraph({ run }: Readonly<{ run: Run }>) {
    const definition = useRunDefinition(run.id);
    const waiting = useWaitingAtGates(run);
    if (!definition) return null;
    const counts = Object.fromEntries(run.steps.map(({ step, ...rest }) => [step, rest]));
    const rates = Object.fromEntries((run.live?.steps ?? []).map(item => [item.step, item.recordsPerSecond]));
    return <PipelineGraph definition={definition} counts={counts} rates={rates} waiting={waiting} className="h-72" />;
}

function useWaitingAtGates(run: Run): Record<string, number> {
    const { hasPermissions } = usePermissions();
    const { keyOf, options } = useRunListOptions(run);
    const { data } = useQuery({
        queryKey: keyOf('gates', run.status),
        queryFn: () => api.query(waitingGatesDocument, { runId: run.id }),
        enabled: run.status === 'PAUSED' && hasPermissions(['ApproveDataHubGate']),
        ...options,
    });
    if (run.status !== 'PAUSED') return {};
    return Object.fromEntries((data?.dataHubGates.items ?? []).map(({ stepKey, waiting }) => [stepKey, waiting]));
}
