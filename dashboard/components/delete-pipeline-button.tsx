import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import type { ComponentProps, ReactNode } from 'react';
import { pipelineContentsDocument } from '../gql/pipelines';
import { usePipelineActions } from '../hooks/use-pipeline-actions';
import { ConfirmButton } from './confirm-button';

interface DeletePipelineButtonProps {
    pipeline: { id: string; name: string; revision: number };
    children: ReactNode;
    variant?: ComponentProps<typeof ConfirmButton>['variant'];
    size?: ComponentProps<typeof ConfirmButton>['size'];
    onDeleted?: () => void;
}

/** Says what goes with the pipeline before it goes. */
export function DeletePipelineButton(props: Readonly<DeletePipelineButtonProps>) {
    const { pipeline, children, variant = 'destructive', size, onDeleted } = props;
    const { remove } = usePipelineActions();
    return (
        <ConfirmButton
            variant={variant}
            isDestructive
            size={size}
            title={<Trans>Delete “{pipeline.name}”?</Trans>}
            description={<Contents pipelineId={pipeline.id} />}
            confirmLabel={<Trans>Delete the pipeline</Trans>}
            onConfirm={() => remove(pipeline).then(onDeleted)}
        >
            {children}
        </ConfirmButton>
    );
}

/** Asked when the dialog opens, so that it is true then. */
function Contents({ pipelineId }: Readonly<{ pipelineId: string }>) {
    const { t } = useLingui();
    const { data } = useQuery({
        queryKey: ['data-hub-pipeline-contents', pipelineId],
        queryFn: () =>
            api.query(pipelineContentsDocument, {
                pipelineId,
                runs: { filter: { pipelineId: { eq: pipelineId } }, take: 1 },
            }),
        staleTime: 0,
    });
    if (!data) return <Trans>Counting what goes with it …</Trans>;
    const revisions = plural(data.dataHubPipelineRevisions.totalItems, { one: '# revision', other: '# revisions' });
    const runs = plural(data.dataHubRuns.totalItems, { one: '# run', other: '# runs' });
    return (
        <>
            {t`Deletes ${revisions} and ${runs} with their changes, refused records and logs.`}{' '}
            <Trans>
                What the runs wrote to the shop stays, and can no longer be undone. This cannot be taken back.
            </Trans>
        </>
    );
}
