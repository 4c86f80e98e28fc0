import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import type { ResultOf } from '../../gql/graphql';
import { filePreviewDocument } from '../../gql/new-pipeline';
import { type Draft, fileOf } from './draft';

export type FilePreview = ResultOf<typeof filePreviewDocument>['dataHubFilePreview'];
export type ColumnProfile = FilePreview['columns'][number];

/** Asked once for each combination of settings, whichever step shows it. */
export function useFilePreview(draft: Draft) {
    const file = fileOf(draft);
    return useQuery({
        queryKey: ['data-hub-file-preview', file],
        queryFn: async () => (await api.query(filePreviewDocument, { file })).dataHubFilePreview,
        enabled: draft.upload !== null,
        placeholderData: keepPreviousData,
        staleTime: Infinity,
        retry: false,
    });
}
