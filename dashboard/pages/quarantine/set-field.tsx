import { plural } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { api, Input, Label, Textarea, toast } from '@vendure/dashboard';
import { useId, useState } from 'react';
import { ConfirmButton } from '../../components/confirm-button';
import { NoteField } from '../../components/note-field';
import { cellProblems } from '../../components/record-grid/cell-editor';
import { kindLabels } from '../../components/record-grid/cell-text';
import { cellKinds, isFixed, readCell, type CellKind } from '../../components/record-grid/cell-value';
import { dotted } from '../../components/record-grid/columns';
import { editRecordsDocument } from '../../gql/quarantine';
import { useRefreshQuarantine, type Selection } from './scope';

interface SetFieldProps {
    selection: Selection;
    count: number;
    fields: readonly string[];
}

/** One field of many records at once. */
export function SetField({ selection, count, fields }: Readonly<SetFieldProps>) {
    const { t } = useLingui();
    const [path, setPath] = useState(fields[0] ?? '');
    const [kind, setKind] = useState<CellKind>('text');
    const [text, setText] = useState('');
    const [note, setNote] = useState('');
    const refresh = useRefreshQuarantine();
    const [pathId, kindId, textId] = [useId(), useId(), useId()];
    const set = async () => {
        if (!path.trim()) throw new Error(t`Name the field that is to be set.`);
        const read = readCell(kind, text);
        if ('problem' in read) throw new Error(t(cellProblems[read.problem]));
        const field = dotted(path.trim());
        const entry =
            read.value === undefined
                ? ({ path: field, op: 'REMOVE' } as const)
                : ({ path: field, op: 'SET', value: read.value } as const);
        const input = { ...selection, patch: [entry], note: note || null };
        const { changed } = (await api.mutate(editRecordsDocument)({ input })).editDataHubRecordErrors;
        toast.success(t`${plural(changed, { one: '# record changed', other: '# records changed' })}`);
        setNote('');
        await refresh();
    };
    return (
        <ConfirmButton
            variant="outline"
            size="sm"
            title={<Plural value={count} one="Set a field of # record" other="Set a field of # records" />}
            description={
                <Trans>The other fields stay as they are. What was there before is kept in the history.</Trans>
            }
            confirmLabel={<Plural value={count} one="Change # record" other="Change # records" />}
            fields={
                <div className="space-y-3">
                    <div className="space-y-1.5">
                        <Label htmlFor={pathId}>
                            <Trans>Field</Trans>
                        </Label>
                        <Input
                            id={pathId}
                            list={`${pathId}-fields`}
                            value={path}
                            onChange={event => setPath(event.target.value)}
                        />
                        <datalist id={`${pathId}-fields`}>
                            {fields.map(field => (
                                <option key={field} value={field} />
                            ))}
                        </datalist>
                    </div>
                    <div className="space-y-1.5">
                        <Label htmlFor={kindId}>
                            <Trans>Kind of value</Trans>
                        </Label>
                        <select
                            id={kindId}
                            className="h-9 w-full rounded-md border bg-background px-2 text-sm"
                            value={kind}
                            onChange={event => setKind(event.target.value as CellKind)}
                        >
                            {cellKinds.map(each => (
                                <option key={each} value={each}>
                                    {t(kindLabels[each])}
                                </option>
                            ))}
                        </select>
                    </div>
                    {!isFixed(kind) && (
                        <div className="space-y-1.5">
                            <Label htmlFor={textId}>
                                <Trans>Value</Trans>
                            </Label>
                            <Textarea
                                id={textId}
                                rows={1}
                                value={text}
                                onChange={event => setText(event.target.value)}
                            />
                        </div>
                    )}
                    <NoteField value={note} onChange={setNote} />
                </div>
            }
            onConfirm={set}
        >
            <Plural value={count} one="Set a field of # record …" other="Set a field of all # records …" />
        </ConfirmButton>
    );
}
