import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { useEffect } from 'react';
import { Failed, Loading } from '../../../components/page-states';
import { mappingSuggestionsDocument } from '../../../gql/new-pipeline';
import { useServerText } from '../../../hooks/use-server-text';
import { noFields, type Target, withFields } from '../draft';
import type { StepProps } from '../new-pipeline-page';
import { StepButtons } from '../step-buttons';
import { useLoaders } from '../target/loaders';
import { useFilePreview } from '../use-file-preview';
import { FieldsForm } from './fields-form';
import { isUpToDate, takeSuggestions } from './mapping';

/** Which column goes to which field. What the server suggests is accepted until somebody says otherwise. */
export function FieldsStep({ draft, change, go }: StepProps) {
    const loaderCode = draft.loader ?? '';
    const fields = draft.fields[loaderCode] ?? noFields;
    const { text } = useServerText();
    const preview = useFilePreview(draft);
    const loaders = useLoaders();
    const file = preview.data?.config;
    const suggestions = useQuery({
        queryKey: ['data-hub-mapping-suggestions', file, loaderCode],
        queryFn: async () =>
            (await api.query(mappingSuggestionsDocument, { file, loader: loaderCode })).dataHubMappingSuggestions,
        enabled: file !== undefined && !preview.isPlaceholderData,
        placeholderData: keepPreviousData,
        staleTime: Infinity,
        retry: false,
    });
    const columns = preview.data?.columns;
    const suggested = suggestions.isPlaceholderData ? undefined : suggestions.data;
    const names = columns?.map(({ name }) => name) ?? [];
    const isReady = suggested !== undefined && isUpToDate(fields, names);
    useEffect(() => {
        if (!suggested || isReady) return;
        change(current =>
            withFields(current, loaderCode, takeSuggestions(current.fields[loaderCode] ?? noFields, names, suggested)),
        );
    });
    const error = preview.error ?? suggestions.error ?? loaders.error;
    const loader = loaders.data?.find(({ code }) => code === loaderCode);
    return (
        <>
            {error && (
                <Failed error={error} retry={() => void Promise.all([preview.refetch(), suggestions.refetch()])} />
            )}
            {!error && (!isReady || !columns || !loader) && <Loading rows={8} />}
            {!error && isReady && columns && loader && (
                <FieldsForm
                    loader={loader}
                    columns={columns}
                    targets={suggested.targets.map(target => ({ ...target, label: labelOf(target, text) }))}
                    fields={fields}
                    onChange={changed => change(current => withFields(current, loaderCode, changed))}
                />
            )}
            <StepButtons
                onBack={() => go('target')}
                onNext={() => go('create')}
                isNextDisabled={!isReady || fields.mappings.length === 0}
            />
        </>
    );
}

/** Fields of translations have their language behind the name: `Name (de)`. */
function labelOf({ path, label }: Target, text: (english: string) => string): string {
    const language = path.startsWith('translations.') ? ` (${path.split('.')[1]})` : '';
    return `${text(label.slice(0, label.length - language.length))}${language}`;
}
