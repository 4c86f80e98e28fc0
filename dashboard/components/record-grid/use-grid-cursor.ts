import { useRef, useState, type KeyboardEvent } from 'react';

export interface Position {
    row: number;
    column: number;
}

/** What the cell under the cursor is asked to do. `typed` is what an editor begins with. */
export interface Editing extends Position {
    typed?: string;
    choosesKind?: boolean;
}

interface Grid {
    rows: number;
    columns: number;
    /** Whether a cell holds a value that may be changed. */
    isEditable: (at: Position) => boolean;
    onRemove: (at: Position) => void;
}

/**
 * One cell of a grid can be reached with Tab, the others from there with the arrows; Home and End go to the ends of the row,
 * with Ctrl to those of the grid. Enter, F2 or typing edits, Alt+Down chooses the kind of value, Delete removes the field.
 */
export function useGridCursor({ rows, columns, isEditable, onRemove }: Grid) {
    const table = useRef<HTMLTableElement>(null);
    const [cursor, setCursor] = useState<Position>({ row: 0, column: 0 });
    const [editing, setEditing] = useState<Editing>();
    const at = { row: Math.min(cursor.row, rows - 1), column: Math.min(cursor.column, columns - 1) };

    const goTo = (row: number, column: number) => {
        const next = { row: within(row, rows), column: within(column, columns) };
        setEditing(undefined);
        setCursor(next);
        const cell = table.current?.querySelector<HTMLElement>(`[data-cell="${next.row}:${next.column}"]`);
        cell?.focus();
        cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    };
    const edit = (position: Position, how: Omit<Editing, keyof Position> = {}) => {
        setCursor(position);
        if (isEditable(position)) setEditing({ ...position, ...how });
    };
    const onKeyDown = (event: KeyboardEvent) => {
        // Of what stands in the head of the table.
        if (!(event.target instanceof Element && event.target.closest('[data-cell]'))) return;
        const { key, ctrlKey, metaKey, altKey } = event;
        const hasModifier = ctrlKey || metaKey;
        const { row, column } = at;
        if (key === 'ArrowDown' && altKey) edit(at, { choosesKind: true });
        else if (key === 'ArrowDown') goTo(row + 1, column);
        else if (key === 'ArrowUp') goTo(row - 1, column);
        else if (key === 'ArrowLeft') goTo(row, column - 1);
        else if (key === 'ArrowRight') goTo(row, column + 1);
        else if (key === 'Home') goTo(hasModifier ? 0 : row, 0);
        else if (key === 'End') goTo(hasModifier ? rows - 1 : row, columns - 1);
        else if (!isEditable(at)) return;
        else if (key === 'Enter' || key === 'F2') edit(at);
        else if (key === 'Delete' || key === 'Backspace') onRemove(at);
        else if (key.length === 1 && !hasModifier && !altKey) edit(at, { typed: key });
        else return;
        event.preventDefault();
    };
    const stop = () => setEditing(undefined);
    return { table, at, editing, goTo, edit, stop, setCursor, onKeyDown };
}

const within = (value: number, count: number): number => Math.max(0, Math.min(value, count - 1));
