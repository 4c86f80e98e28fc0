import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '@vendure/dashboard';
import {
    applyPlanDocument,
    cancelRunDocument,
    resumeRunDocument,
    startRunDocument,
    undoRunDocument,
} from '../../gql/run';
import type { Run } from './use-run';

/** What can be done with a run. Each puts something into the queue and opens the page of the run that does it. */
export function useRunCommands({ id: runId, pipelineId, dryRun }: Run) {
    const navigate = useNavigate();
    const cache = useQueryClient();
    const open = async (id: string) => {
        await cache.invalidateQueries({ queryKey: ['data-hub-run'] });
        await navigate({ to: '/data-hub/runs/$id', params: { id } });
    };
    const undo = async (id: string, isPreview: boolean) => {
        const { undoDataHubRun } = await api.mutate(undoRunDocument, { runId: id, dryRun: isPreview });
        await open(undoDataHubRun.id);
    };
    return {
        cancel: async () => {
            await api.mutate(cancelRunDocument, { runId });
            await cache.invalidateQueries({ queryKey: ['data-hub-run', runId] });
        },
        resume: async () => {
            await api.mutate(resumeRunDocument, { runId });
            await cache.invalidateQueries({ queryKey: ['data-hub-run', runId] });
        },
        runAgain: async () => {
            const { runDataHubPipeline: answer } = await api.mutate(startRunDocument, { pipelineId, dryRun });
            if (answer.__typename !== 'DataHubRun') throw new Error(answer.message);
            await open(answer.id);
        },
        apply: async () => {
            const { applyDataHubPlan } = await api.mutate(applyPlanDocument, { runId });
            await open(applyDataHubPlan.id);
        },
        previewUndo: () => undo(runId, true),
        /** Of the run that a preview is about. */
        undo: (undoneRunId: string) => undo(undoneRunId, false),
    };
}
