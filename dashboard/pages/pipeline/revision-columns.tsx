import { Trans, useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { api, Badge, Button, toast, usePermissions } from '@vendure/dashboard';
import { ConfirmButton } from '../../components/confirm-button';
import type { Column } from '../../components/list/list-table';
import { When } from '../../components/when';
import type { ResultOf } from '../../gql/graphql';
import { restoreRevisionDocument, type pipelineRevisionListDocument } from '../../gql/pipelines';
import type { Pipeline } from './pipeline-page';

type Revision = ResultOf<typeof pipelineRevisionListDocument>['dataHubPipelineRevisions']['items'][number];

export function useRevisionColumns(
    pipeline: Pipeline,
    onCompare: (from: number, to: number) => void,
): Column<Revision>[] {
    const { t } = useLingui();
    return [
        {
            key: 'number',
            header: <Trans>Revision</Trans>,
            cell: ({ number, createdAt }) => (
                <span className="flex flex-col items-start gap-1 tabular-nums md:flex-row md:items-center md:gap-2">
                    {number}
                    {number === pipeline.revision && (
                        <Badge variant="outline">
                            <Trans>Current</Trans>
                        </Badge>
                    )}
                    <span className="text-xs whitespace-normal text-muted-foreground md:hidden">
                        <When at={createdAt} />
                    </span>
                </span>
            ),
        },
        {
            key: 'when',
            header: <Trans>Saved</Trans>,
            isSecondary: true,
            cell: ({ createdAt }) => <When at={createdAt} />,
        },
        {
            key: 'who',
            header: <Trans>By</Trans>,
            isSecondary: true,
            cell: ({ createdBy }) => (createdBy === 'code' ? <Trans>Code of the shop</Trans> : (createdBy ?? '–')),
        },
        {
            key: 'note',
            header: <Trans>Why</Trans>,
            isSecondary: true,
            cell: ({ note }) => <span className="whitespace-normal break-words">{note ?? '–'}</span>,
        },
        {
            key: 'actions',
            header: <span className="sr-only">{t`Actions`}</span>,
            cell: revision => <Actions revision={revision} pipeline={pipeline} onCompare={onCompare} />,
        },
    ];
}

interface ActionsProps {
    revision: Revision;
    pipeline: Pipeline;
    onCompare: (from: number, to: number) => void;
}

function Actions({ revision: { id, number }, pipeline, onCompare }: Readonly<ActionsProps>) {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const queryClient = useQueryClient();
    const { revision: current, isCodeFirst } = pipeline;
    const restore = async () => {
        const answer = await api.mutate(restoreRevisionDocument, { revisionId: id, currentRevision: current });
        const result = answer.restoreDataHubPipelineRevision;
        await queryClient.invalidateQueries({ queryKey: ['data-hub-pipeline'] });
        if (result.__typename !== 'DataHubPipeline') throw new Error(result.message);
        toast.success(t`Revision ${number} is back, as revision ${result.revision}.`);
    };
    const canRestore = number !== current && !isCodeFirst && hasPermissions(['UpdateDataHubPipeline']);
    return (
        <span className="flex flex-wrap justify-end gap-1">
            {number > 1 && (
                <Button variant="outline" size="sm" onClick={() => onCompare(number - 1, number)}>
                    <Trans>
                        What changed<span className="sr-only"> in revision {number}</span>
                    </Trans>
                </Button>
            )}
            {number !== current && (
                <Button variant="outline" size="sm" onClick={() => onCompare(number, current)}>
                    <Trans>
                        Compare<span className="sr-only"> revision {number}</span> with the current one
                    </Trans>
                </Button>
            )}
            {canRestore && (
                <ConfirmButton
                    size="sm"
                    variant="outline"
                    title={<Trans>Restore revision {number}?</Trans>}
                    description={
                        <Trans>
                            It becomes the current definition once more, as a new revision. Revision {current} stays in
                            the list.
                        </Trans>
                    }
                    onConfirm={restore}
                >
                    <Trans>
                        Restore<span className="sr-only"> revision {number}</span>
                    </Trans>
                </ConfirmButton>
            )}
        </span>
    );
}
