import { Plural, Trans } from '@lingui/react/macro';
import { api, toast, usePermissions } from '@vendure/dashboard';
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { ConfirmButton } from '../../components/confirm-button';
import { NoteField } from '../../components/note-field';
import type { RecordErrorState } from '../../components/record-error-state';
import { replayRecordsDocument, setRecordStateDocument } from '../../gql/quarantine';
import { useRefreshQuarantine, type Selection } from './scope';

export type RecordAction = 'REPLAY' | 'RESOLVE' | 'IGNORE' | 'REOPEN';

/** What can be done with records in a state. */
export const actionsIn: Record<RecordErrorState, RecordAction[]> = {
    OPEN: ['REPLAY', 'RESOLVE', 'IGNORE'],
    REPLAYED: ['REOPEN'],
    RESOLVED: ['REOPEN'],
    IGNORED: ['REOPEN'],
};

interface RecordActionsProps {
    selection: Selection;
    count: number;
    actions: readonly RecordAction[];
    /** Of records that are selected by their cause: those in this state alone. */
    from?: RecordErrorState;
    /** Edits that are not saved yet; they are saved before records are sent again. */
    unsaved?: { count: number; save: () => Promise<void> };
    onReplayed: (runIds: string[]) => void;
    onDone?: () => void;
}

/** Buttons that say how many records they touch, each with a note. */
export function RecordActions(props: Readonly<RecordActionsProps>) {
    const { hasPermissions } = usePermissions();
    const { count, actions } = props;
    const mayReplay = hasPermissions(['ReplayDataHubRecordError']);
    const maySet = hasPermissions(['UpdateDataHubRecordError']);
    if (count === 0) return null;
    return (
        <>
            {actions.map(action =>
                action === 'REPLAY'
                    ? mayReplay && <ReplayButton key={action} {...props} />
                    : maySet && <StateButton key={action} action={action} {...props} />,
            )}
        </>
    );
}

function ReplayButton({ selection, count, unsaved, onReplayed, onDone }: Readonly<RecordActionsProps>) {
    const { t } = useLingui();
    const [note, setNote] = useState('');
    const refresh = useRefreshQuarantine();
    const replay = async () => {
        if (unsaved && unsaved.count > 0) await unsaved.save();
        const input = { ...selection, note: note || null };
        const { replayed, runs } = (await api.mutate(replayRecordsDocument)({ input })).replayDataHubRecordErrors;
        toast.success(t`${plural(replayed, { one: '# record is on its way', other: '# records are on their way' })}`);
        setNote('');
        onDone?.();
        onReplayed(runs.map(({ id }) => id));
        await refresh();
    };
    return (
        <ConfirmButton
            title={<Plural value={count} one="Replay # record?" other="Replay # records?" />}
            description={
                <>
                    <Trans>
                        They enter the step that refused them, as they are now, and the pipeline runs as it is now. What
                        it writes can be undone as for any run.
                    </Trans>{' '}
                    {unsaved && unsaved.count > 0 && (
                        <Plural
                            value={unsaved.count}
                            one="Your unsaved edit is saved first."
                            other="Your # unsaved edits are saved first."
                        />
                    )}
                </>
            }
            fields={<NoteField value={note} onChange={setNote} />}
            onConfirm={replay}
            size="sm"
        >
            <Plural value={count} one="Replay # record" other="Replay # records" />
        </ConfirmButton>
    );
}

const states = { RESOLVE: 'RESOLVED', IGNORE: 'IGNORED', REOPEN: 'OPEN' } as const;

function StateButton(props: Readonly<RecordActionsProps & { action: Exclude<RecordAction, 'REPLAY'> }>) {
    const { selection, count, action, from, onDone } = props;
    const { t } = useLingui();
    const [note, setNote] = useState('');
    const refresh = useRefreshQuarantine();
    const label = {
        RESOLVE: <Plural value={count} one="Resolve # record" other="Resolve # records" />,
        IGNORE: <Plural value={count} one="Ignore # record" other="Ignore # records" />,
        REOPEN: <Plural value={count} one="Reopen # record" other="Reopen # records" />,
    }[action];
    const description = {
        RESOLVE: <Trans>Their cause has been removed, for instance in the source. They can be reopened.</Trans>,
        IGNORE: <Trans>They stay as they are, on purpose. They can be reopened.</Trans>,
        REOPEN: <Trans>They wait to be corrected and sent again.</Trans>,
    }[action];
    const set = async () => {
        const input = { ...selection, state: states[action], from: from ? [from] : null, note: note || null };
        const { changed } = (await api.mutate(setRecordStateDocument)({ input })).setDataHubRecordErrorState;
        toast.success(t`${plural(changed, { one: '# record changed', other: '# records changed' })}`);
        setNote('');
        onDone?.();
        await refresh();
    };
    return (
        <ConfirmButton
            variant="outline"
            size="sm"
            title={label}
            description={description}
            confirmLabel={label}
            fields={<NoteField value={note} onChange={setNote} />}
            onConfirm={set}
        >
            {label}
        </ConfirmButton>
    );
}
