import { Trans } from '@lingui/react/macro';
import { Alert, AlertDescription, AlertTitle, Button } from '@vendure/dashboard';
import { GitCompare } from 'lucide-react';
import { ConfirmButton } from '../../components/confirm-button';
import type { Pipeline } from './pipeline-page';
import type { Draft } from './use-draft';
import type { Save } from './use-save';

interface ConflictNoticeProps {
    pipeline: Pipeline;
    draft: Draft;
    save: Save;
    onCompare: (from: number, to: number) => void;
}

/** Somebody else has saved since these changes were begun: nothing is overwritten unless that is what is chosen. */
export function ConflictNotice({ pipeline, draft, save, onCompare }: Readonly<ConflictNoticeProps>) {
    const { revision } = pipeline;
    const { base } = draft;
    return (
        <Alert variant="destructive" role="alert">
            <GitCompare className="h-4 w-4" aria-hidden="true" />
            <AlertTitle>
                <Trans>Somebody else changed it meanwhile</Trans>
            </AlertTitle>
            <AlertDescription className="space-y-2">
                <p>
                    <Trans>
                        You began with revision {base}; now there is revision {revision}. Your changes are still here
                        and have not been saved.
                    </Trans>
                </p>
                <div className="flex flex-wrap gap-2">
                    <Button variant="outline" size="sm" onClick={() => onCompare(base, revision)}>
                        <Trans>Show what the others changed</Trans>
                    </Button>
                    <ConfirmButton
                        variant="outline"
                        size="sm"
                        title={<Trans>Take revision {revision}?</Trans>}
                        description={<Trans>Your own changes are dropped.</Trans>}
                        onConfirm={draft.discard}
                    >
                        <Trans>Take theirs</Trans>
                    </ConfirmButton>
                    <ConfirmButton
                        variant="destructive"
                        size="sm"
                        title={<Trans>Save yours over revision {revision}?</Trans>}
                        description={
                            <Trans>
                                Yours becomes the newest revision. What the others changed is not in it; revision{' '}
                                {revision} stays in the list and can be restored.
                            </Trans>
                        }
                        onConfirm={() => save.mutateAsync({ base: revision })}
                    >
                        <Trans>Save mine instead</Trans>
                    </ConfirmButton>
                </div>
            </AlertDescription>
        </Alert>
    );
}
