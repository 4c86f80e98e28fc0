import { Plural, Trans } from '@lingui/react/macro';
import { usePermissions } from '@vendure/dashboard';
import type { RecordErrorState } from '../../components/record-error-state';
import { actionsIn, RecordActions } from './record-actions';
import type { View } from './quarantine-page';
import { scopeOf } from './scope';
import { SetField } from './set-field';
import { SheetTools } from './sheet-tools';

interface GroupToolsProps {
    view: View;
    counts: Record<RecordErrorState, number>;
    selected: ReadonlySet<string>;
    /** Paths that are offered to be set. */
    fields: readonly string[];
    unsaved: { count: number; save: () => Promise<void> };
    onReplayed: (runIds: string[]) => void;
    onDone: () => void;
}

/** What can be done with the chosen records, or with all of the group where none is chosen. */
export function GroupTools({ view, counts, selected, fields, unsaved, onReplayed, onDone }: Readonly<GroupToolsProps>) {
    const { hasPermissions } = usePermissions();
    const { cause, term } = view;
    const state = view.state as RecordErrorState | '';
    const scope = scopeOf(view);
    const isChosen = selected.size > 0;
    const selection = isChosen ? { ids: [...selected] } : { ...scope, cause };
    // A search is no selection the server knows: then records have to be chosen.
    const count = isChosen ? selected.size : state && !term ? counts[state] : 0;
    return (
        <div className="flex flex-wrap items-center gap-2">
            {state && (
                <RecordActions
                    selection={selection}
                    count={count}
                    actions={actionsIn[state]}
                    from={isChosen ? undefined : state}
                    unsaved={unsaved}
                    onReplayed={onReplayed}
                    onDone={onDone}
                />
            )}
            {state === 'OPEN' && count > 0 && hasPermissions(['EditDataHubRecordError']) && (
                <SetField selection={selection} count={count} fields={fields} />
            )}
            {isChosen ? (
                <span className="text-sm" role="status">
                    <Plural value={selected.size} one="# record chosen" other="# records chosen" />
                </span>
            ) : (
                term && (
                    <span className="text-sm text-muted-foreground">
                        <Trans>Choose records to do something with them.</Trans>
                    </span>
                )
            )}
            <span className="flex flex-wrap gap-2 sm:ml-auto">
                <SheetTools scope={scope} cause={cause} count={counts.OPEN} onReplayed={onReplayed} />
            </span>
        </div>
    );
}
