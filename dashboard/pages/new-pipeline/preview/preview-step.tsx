import { Plural, Trans } from '@lingui/react/macro';
import { Alert, AlertDescription, AlertTitle } from '@vendure/dashboard';
import { TriangleAlert } from 'lucide-react';
import { FileSize } from '../../../components/file-size';
import { Failed, Loading } from '../../../components/page-states';
import type { StepProps } from '../new-pipeline-page';
import { StepButtons } from '../step-buttons';
import { type FilePreview, useFilePreview } from '../use-file-preview';
import { ColumnTable } from './column-table';
import { FormatOptions } from './format-options';
import { RowTable } from './row-table';
import { StyleOffers } from './style-offers';

export function PreviewStep({ draft, change, go }: StepProps) {
    const query = useFilePreview(draft);
    const preview = query.data;
    return (
        <div className="space-y-6">
            {preview && !query.error && (
                <StyleOffers
                    styles={preview.styles}
                    onChoose={style => {
                        change(current => ({ ...current, style }));
                        go('create');
                    }}
                />
            )}
            <FormatOptions
                preview={preview}
                file={draft.file}
                onChange={file => change(current => ({ ...current, file }))}
            />
            {query.error && <Failed error={query.error} retry={() => void query.refetch()} />}
            {!preview && query.isPending && <Loading rows={6} />}
            {preview && !query.error && (
                <div
                    className={`space-y-6 ${query.isPlaceholderData ? 'opacity-50' : ''}`}
                    aria-busy={query.isFetching}
                >
                    <Sample preview={preview} />
                    <Problems problems={preview.problems} />
                    <ColumnTable columns={preview.columns} />
                    <RowTable columns={preview.columns} rows={preview.rows} />
                </div>
            )}
            <StepButtons
                onBack={() => go('file')}
                onNext={() => {
                    change(current => ({ ...current, style: null }));
                    go('target');
                }}
                isNextDisabled={!preview || preview.columns.length === 0 || query.error !== null}
            />
        </div>
    );
}

function Sample({ preview }: Readonly<{ preview: FilePreview }>) {
    const { name, sizeBytes, sampledRecords, complete, columns } = preview;
    return (
        <p className="text-sm">
            <span className="font-medium break-all">{name}</span> (<FileSize bytes={sizeBytes} />
            ): <Plural value={columns.length} one="# column" other="# columns" />,{' '}
            {complete ? (
                <Plural value={sampledRecords} one="# record" other="# records" />
            ) : (
                <Trans>more than {sampledRecords} records, of which these were looked at</Trans>
            )}
        </p>
    );
}

function Problems({ problems }: Readonly<{ problems: FilePreview['problems'] }>) {
    if (problems.length === 0) return null;
    return (
        <Alert>
            <TriangleAlert className="size-4" aria-hidden="true" />
            <AlertTitle>
                <Trans>Not everything could be read</Trans>
            </AlertTitle>
            <AlertDescription>
                <ul className="list-disc pl-4">
                    {problems.map(({ line, message, hint }, index) => (
                        <li key={index}>
                            {line !== null && !message.includes(String(line)) && <Trans>Line {line}: </Trans>}
                            {message} {hint}
                        </li>
                    ))}
                </ul>
            </AlertDescription>
        </Alert>
    );
}
