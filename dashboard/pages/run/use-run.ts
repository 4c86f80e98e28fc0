import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, useUserSettings } from '@vendure/dashboard';
import { isUnderWay } from '../../components/run-status';
import type { ResultOf } from '../../gql/graphql';
import { runDefinitionDocument, runDocument } from '../../gql/run';
import { usePollInterval } from '../../hooks/use-poll-interval';

export type Run = NonNullable<ResultOf<typeof runDocument>['dataHubRun']>;

/** A run; asked for again and again while its numbers can change. */
export function useRun(id: string) {
    const { settings } = useUserSettings();
    const languageCode = settings.displayLanguage.startsWith('de') ? 'de' : 'en';
    const interval = usePollInterval(true);
    return useQuery({
        queryKey: ['data-hub-run', id, languageCode],
        queryFn: () => api.query(runDocument, { id, languageCode }),
        refetchInterval: ({ state }) => {
            const run = state.data?.dataHubRun;
            return run && isUnderWay(run.status) ? interval : false;
        },
    });
}

/** Null for those who may not see pipelines. */
export function useRunDefinition(id: string) {
    const { data } = useQuery({
        queryKey: ['data-hub-run-definition', id],
        queryFn: () => api.query(runDefinitionDocument, { id }),
        staleTime: Infinity,
    });
    return data?.dataHubRun?.definition ?? null;
}

/**
 * For lists of what a run has done: they are asked for again while it runs, and once more when it has ended. What was there
 * stays until then.
 */
export function useRunListOptions({ id, status }: Pick<Run, 'id' | 'status'>) {
    return {
        keyOf: (...parts: unknown[]) => ['data-hub-of-run', id, isUnderWay(status), ...parts],
        options: { placeholderData: keepPreviousData, refetchInterval: usePollInterval(isUnderWay(status)) },
    };
}
