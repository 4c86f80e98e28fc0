import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from '@vendure/dashboard';
import { updatePipeline } from '../../gql/pipelines';
import type { Pipeline } from './pipeline-page';
import type { Draft } from './use-draft';

/**
 * Saves the text as a new revision. `base` is the revision that it replaces: when somebody has saved another one meanwhile,
 * the server refuses, the page learns of the newer one, and shows the choice.
 */
export function useSave(pipeline: Pipeline, draft: Draft) {
    const { t } = useLingui();
    const queryClient = useQueryClient();
    return useMutation({
        mutationFn: ({ base, note }: { base: number; note?: string }) =>
            updatePipeline({
                id: pipeline.id,
                revision: base,
                definition: JSON.parse(draft.text) as unknown,
                note: note || null,
            }),
        onSuccess: async ({ updateDataHubPipeline: result }, { base }) => {
            if (result.__typename === 'DataHubPipeline') {
                const { revision } = result;
                toast.success(
                    revision === base
                        ? t`Nothing has changed, so there is no new revision.`
                        : t`Saved as revision ${revision}.`,
                );
            } else if (result.__typename !== 'DataHubPipelineConflictError') toast.error(result.message);
            await Promise.all(
                ['data-hub-pipeline', 'data-hub-pipeline-revisions'].map(key =>
                    queryClient.invalidateQueries({ queryKey: [key] }),
                ),
            );
            if (result.__typename === 'DataHubPipeline') draft.discard();
        },
        onError: error => toast.error(error.message),
    });
}

export type Save = ReturnType<typeof useSave>;
