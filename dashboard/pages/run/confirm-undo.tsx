import { Plural, Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { Undo2 } from 'lucide-react';
import { ConfirmButton } from '../../components/confirm-button';
import { undoneRunDocument } from '../../gql/run';
import { useServerText } from '../../hooks/use-server-text';
import { useChangeCounts } from './use-change-counts';
import { useRunCommands } from './use-run-commands';
import type { Run } from './use-run';

/** On the preview of an undo: the undo itself. */
export function ConfirmUndo({ run }: Readonly<{ run: Run }>) {
    const { sentences } = useServerText();
    const { undo } = useRunCommands(run);
    const counts = useChangeCounts(run).data?.dataHubChangeCounts;
    const id = run.ofRunId ?? '';
    const { data } = useQuery({
        queryKey: ['data-hub-run', id, 'undone'],
        queryFn: () => api.query(undoneRunDocument, { id }),
    });
    const undone = data?.dataHubRun;
    if (!counts || !undone || run.status === 'FAILED' || run.status === 'CANCELLED') return null;
    if (undone.undoProblem !== null)
        return <p className="text-sm text-muted-foreground">{sentences(undone.undoProblem)}</p>;
    if (counts.total === 0) {
        return (
            <p className="text-sm">
                <Trans>There is nothing to take back.</Trans>
            </p>
        );
    }
    const conflicts = run.rejected;
    return (
        <ConfirmButton
            variant="destructive"
            title={<Trans>Undo run {id}?</Trans>}
            description={
                <>
                    <Plural
                        value={counts.total}
                        one="# change of the shop is taken back: old values return, and what the run created is deleted."
                        other="# changes of the shop are taken back: old values return, and what the run created is deleted."
                    />{' '}
                    {conflicts > 0 ? (
                        <Plural
                            value={conflicts}
                            one="# record that has been changed since is left as it is."
                            other="# records that have been changed since are left as they are."
                        />
                    ) : (
                        <Trans>What is changed before the undo comes to it is left as it is.</Trans>
                    )}
                </>
            }
            onConfirm={() => undo(id)}
        >
            <Undo2 aria-hidden="true" />
            <Plural value={counts.total} one="Undo # change" other="Undo # changes" />
        </ConfirmButton>
    );
}
