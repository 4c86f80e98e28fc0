import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { kindLabels } from './cell-text';
import { cellKinds, draftOf, isFixed, readCell, type CellKind, type CellValue, type ReadCell } from './cell-value';

/** Where the cursor goes: `blur` where it has gone elsewhere already. */
export type Leave = 'down' | 'right' | 'left' | 'stay' | 'blur';

interface CellEditorProps {
    label: string;
    value: CellValue;
    /** What was typed to begin with; it takes the place of the value. */
    typed?: string;
    /** Begins with the choice of the kind. */
    choosesKind?: boolean;
    onDone: (value: CellValue, leave: Leave) => void;
    onCancel: () => void;
}

export const cellProblems: Record<Extract<ReadCell, { problem: string }>['problem'], MessageDescriptor> = {
    number: msg`This is not a number. Choose "Text" to keep it as it is typed.`,
    precision: msg`A number keeps 15 digits. Choose "Text" to keep all of them.`,
    json: msg`This is not JSON.`,
};

/** Enter takes the value and goes down, Tab goes to the side, Escape leaves it as it was, Alt+Down chooses the kind. */
export function CellEditor({ label, value, typed, choosesKind, onDone, onCancel }: Readonly<CellEditorProps>) {
    const { t } = useLingui();
    const first = draftOf(value);
    const [kind, setKind] = useState<CellKind>(first.kind);
    const [text, setText] = useState(typed ?? first.text);
    const [problem, setProblem] = useState<MessageDescriptor>();
    const field = useRef<HTMLTextAreaElement>(null);
    const choice = useRef<HTMLSelectElement>(null);
    useEffect(() => {
        if (choosesKind) choice.current?.focus();
        else field.current?.focus();
        field.current?.setSelectionRange(text.length, text.length);
    }, []);

    // Taking away the focus is the last thing that happens to an editor: what it held has been dealt with by then.
    const isOver = useRef(false);
    const done = (result: CellValue, leave: Leave) => {
        isOver.current = true;
        onDone(result, leave);
    };
    const take = (leave: Leave) => {
        const isUntouched = kind === first.kind && text === first.text;
        const read = isUntouched ? { value } : readCell(kind, text);
        if ('value' in read) done(read.value, leave);
        else setProblem(cellProblems[read.problem]);
    };
    const press = (event: KeyboardEvent) => {
        event.stopPropagation();
        if (event.key === 'Escape') {
            isOver.current = true;
            onCancel();
        } else if (event.key === 'Tab') take(event.shiftKey ? 'left' : 'right');
        else if (event.key === 'Enter' && !event.shiftKey && event.target === field.current) take('down');
        else if (event.key === 'ArrowDown' && event.altKey && event.target === field.current) choice.current?.focus();
        else return;
        event.preventDefault();
    };
    const choose = (chosen: CellKind) => {
        if (isFixed(chosen)) {
            const read = readCell(chosen, '');
            if ('value' in read) done(read.value, 'stay');
            return;
        }
        setKind(chosen);
        setProblem(undefined);
        field.current?.focus();
    };
    return (
        <div
            className="flex min-w-56 items-start gap-1"
            onKeyDown={press}
            onBlur={event => {
                if (!isOver.current && !event.currentTarget.contains(event.relatedTarget)) take('blur');
            }}
        >
            <div className="flex-1">
                <textarea
                    ref={field}
                    className="block w-full resize-y rounded border bg-background px-1.5 py-0.5 font-mono text-sm"
                    rows={text.length > 60 || text.includes('\n') ? 4 : 1}
                    aria-label={label}
                    aria-invalid={problem !== undefined}
                    value={text}
                    onChange={event => {
                        setText(event.target.value);
                        setProblem(undefined);
                    }}
                />
                {problem && (
                    <p role="alert" className="max-w-64 whitespace-normal text-xs text-destructive dark:text-red-400">
                        {t(problem)}
                    </p>
                )}
            </div>
            <select
                ref={choice}
                className="h-7 rounded border bg-background px-1 text-xs"
                aria-label={t`Kind of value`}
                value={kind}
                onChange={event => choose(event.target.value as CellKind)}
            >
                {cellKinds.map(each => (
                    <option key={each} value={each}>
                        {t(kindLabels[each])}
                    </option>
                ))}
            </select>
        </div>
    );
}
