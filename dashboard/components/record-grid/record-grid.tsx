import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Kbd, useLocalFormat } from '@vendure/dashboard';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Leave } from './cell-editor';
import type { CellValue } from './cell-value';
import { columnsOf } from './columns';
import { columnsBefore, GridRow, type GridRecord } from './grid-row';
import type { Edits } from './edits';
import { useGridCursor, type Position } from './use-grid-cursor';

export type { GridRecord } from './grid-row';

interface RecordGridProps {
    label: string;
    items: readonly GridRecord[];
    edits: Edits;
    /** Why edits of records could not be saved. */
    problems: ReadonlyMap<string, string>;
    selected: ReadonlySet<string>;
    onEdit: (item: GridRecord, path: string, value: CellValue) => void;
    onSelect: (ids: readonly string[], isSelected: boolean) => void;
    onOpen: (id: string) => void;
}

/** Wide records are shown by their first fields; all of them are a click away. */
const columnsAtFirst = 30;

/** Records as rows, their fields as columns, edited in place. Nothing is saved here. */
export function RecordGrid(props: Readonly<RecordGridProps>) {
    const { label, items, edits, problems, selected, onEdit, onSelect, onOpen } = props;
    const { t } = useLingui();
    const { formatNumber } = useLocalFormat();
    const [showsAll, setShowsAll] = useState(false);
    const all = useMemo(() => columnsOf(items), [items]);
    const columns = showsAll ? all : all.slice(0, columnsAtFirst);
    const edit = ({ row, column }: Position, value: CellValue) => {
        const path = columns[column - columnsBefore];
        if (items[row] && path !== undefined) onEdit(items[row], path, value);
    };
    const grid = useGridCursor({
        rows: items.length,
        columns: columns.length + columnsBefore,
        isEditable: ({ row, column }) =>
            column >= columnsBefore && items[row]?.isEditable === true && items[row].preview === null,
        onRemove: at => edit(at, undefined),
    });
    const onDone = (row: number, column: number, value: CellValue, leave: Leave) => {
        edit({ row, column }, value);
        if (leave === 'down') grid.goTo(row + 1, column);
        else if (leave === 'right') grid.goTo(row, column + 1);
        else if (leave === 'left') grid.goTo(row, column - 1);
        else if (leave === 'stay') grid.goTo(row, column);
        else grid.stop();
    };
    // The same for all rows at all times, so that only those are drawn again that change.
    const latest = useRef({ grid, onDone });
    latest.current = { grid, onDone };
    const actions = useMemo(
        () => ({
            onFocus: (row: number, column: number) => latest.current.grid.setCursor({ row, column }),
            onEdit: (row: number, column: number) => latest.current.grid.edit({ row, column }),
            onDone: (...done: Parameters<typeof onDone>) => latest.current.onDone(...done),
            onCancel: (row: number, column: number) => latest.current.grid.goTo(row, column),
        }),
        [],
    );
    const onSelectOne = useCallback((id: string, isSelected: boolean) => onSelect([id], isSelected), [onSelect]);
    const ids = items.map(({ id }) => id);
    const isAllSelected = ids.length > 0 && ids.every(id => selected.has(id));
    const total = formatNumber(all.length);
    return (
        <div className="space-y-2">
            <div className="max-h-[70vh] overflow-auto rounded-md border bg-card">
                <table
                    ref={grid.table}
                    role="grid"
                    aria-label={label}
                    aria-rowcount={items.length + 1}
                    aria-colcount={columns.length + columnsBefore}
                    className="w-full border-collapse text-sm"
                    onKeyDown={grid.onKeyDown}
                >
                    <thead className="sticky top-0 z-10 bg-muted">
                        <tr className="border-b">
                            <th scope="col" className="w-8 px-2 py-1.5 text-left">
                                <Checkbox
                                    aria-label={t`Choose all records of this page`}
                                    checked={isAllSelected}
                                    onCheckedChange={checked => onSelect(ids, checked)}
                                />
                            </th>
                            <th scope="col" className="px-2 py-1.5 text-left font-medium">
                                <Trans>Record</Trans>
                            </th>
                            {columns.map(path => (
                                <th key={path} scope="col" className="whitespace-nowrap px-2 py-1.5 text-left">
                                    <code className="text-xs font-medium">{path}</code>
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {items.map((item, row) => (
                            <GridRow
                                key={item.id}
                                row={row}
                                item={item}
                                columns={columns}
                                edits={edits.get(item.id)}
                                problem={problems.get(item.id)}
                                isSelected={selected.has(item.id)}
                                cursor={grid.at.row === row ? grid.at.column : -1}
                                editing={grid.editing?.row === row ? grid.editing : undefined}
                                onSelect={onSelectOne}
                                onOpen={onOpen}
                                {...actions}
                            />
                        ))}
                    </tbody>
                </table>
            </div>
            <div className="flex flex-wrap items-center justify-between gap-2 text-xs text-muted-foreground">
                <p>
                    <Trans>
                        <Kbd>↑↓←→</Kbd> move, <Kbd>Enter</Kbd> edits and takes, <Kbd>Esc</Kbd> leaves as it was,{' '}
                        <Kbd>Alt</Kbd> <Kbd>↓</Kbd> chooses the kind of value, <Kbd>Del</Kbd> removes the field.
                    </Trans>
                </p>
                {all.length > columnsAtFirst && (
                    <Button variant="outline" size="sm" onClick={() => setShowsAll(!showsAll)}>
                        {showsAll ? <Trans>Show fewer fields</Trans> : <Trans>Show all {total} fields</Trans>}
                    </Button>
                )}
            </div>
        </div>
    );
}
