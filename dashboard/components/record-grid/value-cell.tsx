import { Trans, useLingui } from '@lingui/react/macro';
import { cn } from '@vendure/dashboard';
import { CellEditor, type Leave } from './cell-editor';
import { CellText } from './cell-text';
import type { CellValue } from './cell-value';
import type { Editing } from './use-grid-cursor';

interface ValueCellProps {
    path: string;
    /** "row:column" of the grid. */
    position: string;
    value: CellValue;
    isEdited: boolean;
    isActive: boolean;
    isEditable: boolean;
    /** Why the record was refused, where this field is the reason. */
    message?: string | null;
    /** Whether the message is written out here; it stands at the first of the fields it is about. */
    tellsMessage?: boolean;
    editing?: Editing;
    onFocus: () => void;
    onEdit: () => void;
    onDone: (value: CellValue, leave: Leave) => void;
    onCancel: () => void;
}

export function ValueCell(props: Readonly<ValueCellProps>) {
    const { path, position, value, isEdited, isActive, isEditable, message, tellsMessage, editing } = props;
    const { t } = useLingui();
    return (
        <td
            role="gridcell"
            data-cell={position}
            tabIndex={isActive ? 0 : -1}
            aria-readonly={!isEditable}
            aria-invalid={message ? true : undefined}
            title={message ?? undefined}
            className={cn(
                'max-w-96 min-w-24 border-r px-2 py-1 align-top outline-none last:border-r-0',
                'focus:ring-2 focus:ring-inset focus:ring-ring',
                message && 'bg-destructive/5 shadow-[inset_3px_0_0_0_var(--destructive)]',
                isEdited && 'bg-primary/10 font-medium',
            )}
            onFocus={props.onFocus}
            onDoubleClick={props.onEdit}
        >
            {editing ? (
                <CellEditor
                    label={path}
                    value={value}
                    typed={editing.typed}
                    choosesKind={editing.choosesKind}
                    onDone={props.onDone}
                    onCancel={props.onCancel}
                />
            ) : (
                <CellText value={value} />
            )}
            {isEdited && (
                <span className="sr-only">
                    <Trans>changed, not saved</Trans>
                </span>
            )}
            {message && tellsMessage && (
                <p className="mt-1 max-w-64 min-w-48 whitespace-normal text-xs font-normal text-foreground">
                    <span className="sr-only">{t`Refused because:`} </span>
                    {message}
                </p>
            )}
        </td>
    );
}
