import { Trans, useLingui } from '@lingui/react/macro';
import { Checkbox } from '@vendure/dashboard';
import { memo } from 'react';
import type { JsonObject } from '../../../shared/json';
import type { Leave } from './cell-editor';
import type { CellValue } from './cell-value';
import { isFailing } from './columns';
import { getPath } from './paths';
import type { Editing } from './use-grid-cursor';
import { ValueCell } from './value-cell';

/** A refused record as the grid shows it. */
export interface GridRecord {
    id: string;
    /** What it is called by: its key, or where it stands in the file. */
    name: string;
    record: JsonObject | null;
    /** How a record begins that is too long for a list; it is edited on its own. */
    preview: string | null;
    field: string | null;
    message: string;
    isEditable: boolean;
}

/** Columns before the fields: the choice of the record, and its name. */
export const columnsBefore = 2;

interface GridRowProps {
    row: number;
    item: GridRecord;
    columns: readonly string[];
    edits?: ReadonlyMap<string, CellValue>;
    /** Why its edits could not be saved. */
    problem?: string;
    isSelected: boolean;
    /** Where the cursor stands in this row; -1 when it is elsewhere. */
    cursor: number;
    editing?: Editing;
    onSelect: (id: string, isSelected: boolean) => void;
    onOpen: (id: string) => void;
    onFocus: (row: number, column: number) => void;
    onEdit: (row: number, column: number) => void;
    onDone: (row: number, column: number, value: CellValue, leave: Leave) => void;
    onCancel: (row: number, column: number) => void;
}

/** Drawn again only when something in this row changes: a page holds thousands of cells. */
export const GridRow = memo(function GridRow(props: Readonly<GridRowProps>) {
    const { row, item, columns, edits, problem, isSelected, cursor, editing, onFocus } = props;
    const { t } = useLingui();
    const { id, name, record, preview, field, message } = item;
    const failing = columns.filter(path => isFailing(path, field));
    const present = failing.filter(path => getPath(record, path) !== undefined);
    const marked = present.length > 0 ? present : failing.slice(0, 1);
    return (
        <tr className="border-b last:border-b-0 hover:bg-muted/30" aria-selected={isSelected}>
            <td role="gridcell" className="px-2 py-1.5 align-top">
                <Checkbox
                    data-cell={`${row}:0`}
                    tabIndex={cursor === 0 ? 0 : -1}
                    aria-label={t`Choose ${name}`}
                    checked={isSelected}
                    onFocus={() => onFocus(row, 0)}
                    onCheckedChange={checked => props.onSelect(id, checked)}
                />
            </td>
            <th role="rowheader" scope="row" className="border-r px-2 py-1 text-left align-top font-normal">
                <button
                    type="button"
                    data-cell={`${row}:1`}
                    tabIndex={cursor === 1 ? 0 : -1}
                    className="max-w-48 min-w-24 break-words text-left font-medium underline-offset-2 hover:underline"
                    onFocus={() => onFocus(row, 1)}
                    onClick={() => props.onOpen(id)}
                >
                    {name}
                </button>
                {marked.length === 0 && <p className="max-w-64 whitespace-normal text-xs">{message}</p>}
                {problem && (
                    <p role="alert" className="max-w-64 whitespace-normal text-xs text-destructive dark:text-red-400">
                        {problem}
                    </p>
                )}
            </th>
            {preview === null ? (
                columns.map((path, index) => {
                    const column = index + columnsBefore;
                    const isEdited = edits?.has(path) ?? false;
                    return (
                        <ValueCell
                            key={path}
                            path={path}
                            position={`${row}:${column}`}
                            value={isEdited ? edits?.get(path) : getPath(record, path)}
                            isEdited={isEdited}
                            isActive={cursor === column}
                            isEditable={item.isEditable}
                            message={marked.includes(path) ? message : null}
                            tellsMessage={path === marked[0]}
                            editing={editing?.column === column ? editing : undefined}
                            onFocus={() => onFocus(row, column)}
                            onEdit={() => props.onEdit(row, column)}
                            onDone={(value, leave) => props.onDone(row, column, value, leave)}
                            onCancel={() => props.onCancel(row, column)}
                        />
                    );
                })
            ) : (
                <td role="gridcell" colSpan={columns.length} className="px-2 py-1 align-top text-sm">
                    <p className="text-muted-foreground">
                        <Trans>This record is long. Open it to see and edit all of it.</Trans>
                    </p>
                    <code className="line-clamp-1 break-all text-xs">{preview}</code>
                </td>
            )}
        </tr>
    );
});
