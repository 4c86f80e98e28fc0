import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, toast } from '@vendure/dashboard';
import { deletePipelineDocument, updatePipeline } from '../gql/pipelines';
import { startRunDocument } from '../gql/run';

interface Pipeline {
    id: string;
    name: string;
    revision: number;
}

/** What can be done with a pipeline from its row and from its page. What the server refuses is said in its words. */
export function usePipelineActions() {
    const { t } = useLingui();
    const queryClient = useQueryClient();
    const navigate = useNavigate();
    const openRun = (id: string) => void navigate({ to: '/data-hub/runs/$id', params: { id } });
    const refresh = () =>
        Promise.all(
            ['data-hub-pipelines', 'data-hub-pipeline', 'data-hub-runs'].map(key =>
                queryClient.invalidateQueries({ queryKey: [key] }),
            ),
        );
    const onError = (error: Error) => toast.error(error.message);

    const start = useMutation({
        mutationFn: ({ pipeline, dryRun }: { pipeline: Pipeline; dryRun: boolean }) =>
            api.mutate(startRunDocument, { pipelineId: pipeline.id, dryRun }),
        onSuccess: ({ runDataHubPipeline: run }, { pipeline, dryRun }) => {
            if (run.__typename !== 'DataHubRun') return toast.error(run.message);
            void refresh();
            // A plan is there to be looked at.
            if (dryRun) return openRun(run.id);
            toast.success(t`${pipeline.name} has been put into the queue.`, {
                action: { label: t`Show the run`, onClick: () => openRun(run.id) },
            });
        },
        onError,
    });

    const enable = useMutation({
        mutationFn: ({ pipeline, enabled }: { pipeline: Pipeline; enabled: boolean }) =>
            updatePipeline({ id: pipeline.id, revision: pipeline.revision, enabled }),
        onSuccess: ({ updateDataHubPipeline: result }) => {
            if (result.__typename !== 'DataHubPipeline') toast.error(result.message);
            void refresh();
        },
        onError,
    });

    /** Rejects with what the server says, for the dialog that asked. */
    const remove = async (pipeline: Pipeline): Promise<void> => {
        const { deleteDataHubPipeline: result } = await api.mutate(deletePipelineDocument, { id: pipeline.id });
        if (result.__typename !== 'DataHubDeleted') throw new Error(result.message);
        toast.success(t`${pipeline.name} has been deleted.`);
        await queryClient.invalidateQueries({ queryKey: ['data-hub-pipelines'] });
    };

    return { start, enable, remove };
}
