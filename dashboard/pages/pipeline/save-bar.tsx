import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Input } from '@vendure/dashboard';
import { useState } from 'react';
import type { TextProblem } from '../../editor/text-problem';
import type { Draft } from './use-draft';
import type { Save } from './use-save';

interface SaveBarProps {
    draft: Draft;
    problems: readonly TextProblem[];
    isChecked: boolean;
    save: Save;
}

/** Why it was changed, and the buttons to save it or to drop it; where it cannot be saved it says why. */
export function SaveBar({ draft, problems, isChecked, save }: Readonly<SaveBarProps>) {
    const { t } = useLingui();
    const [note, setNote] = useState('');
    const errors = problems.filter(({ severity }) => severity === 'ERROR').length;
    const canSave = draft.isChanged && isChecked && errors === 0 && !save.isPending;
    return (
        <form
            className="flex flex-wrap items-center gap-2"
            onSubmit={event => {
                event.preventDefault();
                if (canSave) save.mutate({ base: draft.base, note }, { onSuccess: () => setNote('') });
            }}
        >
            <Input
                className="w-full sm:w-80"
                aria-label={t`Why it was changed`}
                placeholder={t`Why it was changed, for the list of revisions`}
                maxLength={250}
                value={note}
                disabled={!draft.isChanged}
                onChange={event => setNote(event.target.value)}
            />
            <Button type="submit" disabled={!canSave}>
                <Trans>Save as a new revision</Trans>
            </Button>
            {draft.isChanged && (
                <Button type="button" variant="outline" onClick={draft.discard}>
                    <Trans>Drop the changes</Trans>
                </Button>
            )}
            <span className="text-sm text-muted-foreground" role="status">
                {!draft.isChanged ? (
                    <Trans>Nothing has been changed.</Trans>
                ) : !isChecked ? (
                    <Trans>Checking …</Trans>
                ) : errors > 0 ? (
                    <Plural value={errors} one="Not saved: # error is left." other="Not saved: # errors are left." />
                ) : (
                    <Trans>Not saved yet.</Trans>
                )}
            </span>
        </form>
    );
}
