import { Trans, useLingui } from '@lingui/react/macro';
import { usePermissions } from '@vendure/dashboard';
import type { JsonObject } from '../../../shared/json';
import type { RefusedRecord } from '../../components/record-error-state';
import type { Leave } from '../../components/record-grid/cell-editor';
import type { CellValue } from '../../components/record-grid/cell-value';
import { columnsOf, isFailing } from '../../components/record-grid/columns';
import { getPath } from '../../components/record-grid/paths';
import { useGridCursor } from '../../components/record-grid/use-grid-cursor';
import { ValueCell } from '../../components/record-grid/value-cell';
import { isEditable } from './editable';
import type { ViewProps } from './quarantine-page';
import { actionsIn, RecordActions } from './record-actions';
import { SetField } from './set-field';
import { UnsavedBar } from './unsaved-bar';
import { useRecordEdits } from './use-record-edits';

interface RecordFieldsProps {
    record: RefusedRecord;
    setView: ViewProps['setView'];
}

/** The fields of one record, one below the other, and what can be done with it. */
export function RecordFields({ record: refused, setView }: Readonly<RecordFieldsProps>) {
    const { t } = useLingui();
    const mayEdit = usePermissions().hasPermissions(['EditDataHubRecordError']) && isEditable(refused);
    const unsaved = useRecordEdits();
    const { id, field, message, state } = refused;
    const record = refused.record as JsonObject | null;
    const paths = columnsOf([{ record, field }]);
    const edits = unsaved.edits.get(id);
    const edit = (row: number, value: CellValue) => unsaved.edit({ id, record }, paths[row] ?? '', value);
    const grid = useGridCursor({
        rows: paths.length,
        columns: 1,
        isEditable: () => mayEdit,
        onRemove: ({ row }) => edit(row, undefined),
    });
    const onDone = (row: number, value: CellValue, leave: Leave) => {
        edit(row, value);
        if (leave === 'blur') grid.stop();
        else grid.goTo(row + { down: 1, right: 1, left: -1, stay: 0 }[leave], 0);
    };
    const problem = unsaved.problems.get(id);
    return (
        <section className="space-y-3" aria-label={t`Record`}>
            <div className="flex flex-wrap gap-2">
                <RecordActions
                    selection={{ ids: [id] }}
                    count={1}
                    actions={actionsIn[state].filter(action => action !== 'REPLAY' || record !== null)}
                    unsaved={unsaved}
                    onReplayed={runIds => setView({ replays: runIds.join(',') })}
                />
                {mayEdit && <SetField selection={{ ids: [id] }} count={1} fields={paths} />}
            </div>
            <UnsavedBar
                count={unsaved.count}
                isSaving={unsaved.isSaving}
                onSave={() => void unsaved.save().catch(() => undefined)}
                onDiscard={unsaved.discard}
            />
            {problem && (
                <p role="alert" className="text-sm text-destructive dark:text-red-400">
                    {problem}
                </p>
            )}
            {paths.length === 0 ? (
                <p className="text-sm">
                    <Trans>The record has no fields. Set one to give it some.</Trans>
                </p>
            ) : (
                <div className="overflow-x-auto rounded-md border bg-card">
                    <table
                        ref={grid.table}
                        role="grid"
                        aria-label={t`Fields of the record`}
                        className="w-full text-sm"
                        onKeyDown={grid.onKeyDown}
                    >
                        <tbody>
                            {paths.map((path, row) => (
                                <tr key={path} className="border-b last:border-b-0">
                                    <th role="rowheader" scope="row" className="w-1 px-2 py-1 text-left align-top">
                                        <code className="text-xs font-medium">{path}</code>
                                    </th>
                                    <ValueCell
                                        path={path}
                                        position={`${row}:0`}
                                        value={edits?.has(path) ? edits.get(path) : getPath(record, path)}
                                        isEdited={edits?.has(path) ?? false}
                                        isActive={grid.at.row === row}
                                        isEditable={mayEdit}
                                        message={isFailing(path, field) ? message : null}
                                        editing={grid.editing?.row === row ? grid.editing : undefined}
                                        onFocus={() => grid.setCursor({ row, column: 0 })}
                                        onEdit={() => grid.edit({ row, column: 0 })}
                                        onDone={(value, leave) => onDone(row, value, leave)}
                                        onCancel={() => grid.goTo(row, 0)}
                                    />
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </section>
    );
}
