import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { changeCountsDocument } from '../../gql/changes';
import { useRunListOptions, type Run } from './use-run';

/** How many entities a run changed, by step, type and action. */
export function useChangeCounts(run: Run) {
    const { keyOf, options } = useRunListOptions(run);
    return useQuery({
        queryKey: keyOf('change-counts'),
        queryFn: () => api.query(changeCountsDocument, { runId: run.id }),
        ...options,
    });
}
