import { Trans } from '@lingui/react/macro';
import { usePermissions } from '@vendure/dashboard';
import { Ban, Play, RotateCcw, Undo2 } from 'lucide-react';
import { ConfirmButton } from '../../components/confirm-button';
import { isUnderWay } from '../../components/run-status';
import type { Sentence } from '../../gql/sentence';
import { useServerText } from '../../hooks/use-server-text';
import { ApplyPlan } from './apply-plan';
import { CommandButton } from './command-button';
import { ConfirmUndo } from './confirm-undo';
import { useRunCommands } from './use-run-commands';
import type { Run } from './use-run';

/** What somebody with the permissions of the user can do with the run as it is now. */
export function RunActions({ run }: Readonly<{ run: Run }>) {
    const { hasPermissions } = usePermissions();
    const commands = useRunCommands(run);
    const mayRun = hasPermissions(['RunDataHubPipeline']);
    const mayUndo = hasPermissions(['UndoDataHubRun']);
    const { kind, dryRun, status } = run;
    if (isUnderWay(status)) return mayRun && !run.cancelRequested ? <CancelRun run={run} /> : null;
    const isPreviewOfUndo = kind === 'UNDO' && dryRun;
    const wrote = !dryRun && run.created + run.updated + run.deleted > 0;
    return (
        <>
            <div className="flex flex-wrap gap-2">
                {mayRun && kind === 'PIPELINE' && dryRun && run.applyProblem === null && <ApplyPlan run={run} />}
                {mayUndo && isPreviewOfUndo && <ConfirmUndo run={run} />}
                {mayRun && !isPreviewOfUndo && (status === 'FAILED' || status === 'CANCELLED') && (
                    <CommandButton command={commands.resume} variant="default">
                        <Play aria-hidden="true" />
                        <Trans>Resume</Trans>
                    </CommandButton>
                )}
                {mayRun && kind === 'PIPELINE' && (
                    <CommandButton command={commands.runAgain}>
                        <RotateCcw aria-hidden="true" />
                        {dryRun ? <Trans>Plan again</Trans> : <Trans>Run again</Trans>}
                    </CommandButton>
                )}
                {mayUndo && wrote && run.undoProblem === null && (
                    <CommandButton command={commands.previewUndo}>
                        <Undo2 aria-hidden="true" />
                        <Trans>Undo …</Trans>
                    </CommandButton>
                )}
            </div>
            {dryRun && kind === 'PIPELINE' && <Why reason={run.applyProblem} />}
            {wrote && <Why reason={run.undoProblem} />}
        </>
    );
}

function Why({ reason }: Readonly<{ reason: readonly Sentence[] | null }>) {
    const { sentences } = useServerText();
    return reason && <p className="text-sm text-muted-foreground">{sentences(reason)}</p>;
}

function CancelRun({ run }: Readonly<{ run: Run }>) {
    const { cancel } = useRunCommands(run);
    return (
        <ConfirmButton
            variant="destructive"
            title={<Trans>Cancel this run?</Trans>}
            description={
                run.dryRun ? (
                    <Trans>A plan writes nothing. What it has found so far stays here, but it cannot be applied.</Trans>
                ) : (
                    <Trans>
                        What is being written now is still finished, and what is written stays written. The run can be
                        resumed where it stopped, or undone.
                    </Trans>
                )
            }
            confirmLabel={<Trans>Cancel the run</Trans>}
            onConfirm={cancel}
        >
            <Ban aria-hidden="true" />
            <Trans>Cancel the run</Trans>
        </ConfirmButton>
    );
}
