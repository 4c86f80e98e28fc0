import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { pipelineDraftDocument } from '../../../gql/new-pipeline';
import type { Draft } from '../draft';
import { useFilePreview } from '../use-file-preview';
import { draftInput } from './draft-input';

/** The definition that the server makes of the draft; nothing is stored. */
export function usePipelineDraft(draft: Draft, isWanted = true) {
    const preview = useFilePreview(draft);
    const input = draftInput(draft, preview.data?.config);
    return useQuery({
        queryKey: ['data-hub-pipeline-draft', input],
        queryFn: async () => (await api.query(pipelineDraftDocument, { input })).dataHubPipelineDraft,
        enabled: isWanted && preview.data !== undefined && !preview.isPlaceholderData,
        staleTime: Infinity,
        retry: false,
    });
}
