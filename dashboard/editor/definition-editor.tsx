import { autocompletion, snippet, type Completion, type CompletionSource } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import CodeMirror, { EditorView, hoverTooltip, Prec, type ReactCodeMirrorRef } from '@uiw/react-codemirror';
import { useResolvedTheme } from '@vendure/dashboard';
import { useEffect, useMemo, useRef } from 'react';
import { rangeOf, type Path } from './json-tree';
import type { Schema } from './schemas-at';
import { explanationAt, suggestionsAt, type Suggestion } from './suggestions';
import type { TextProblem } from './text-problem';

export interface DefinitionEditorProps {
    label: string;
    /** Id of the element that says how to leave the editor. */
    describedBy: string;
    text: string;
    onChange: (text: string) => void;
    isReadOnly: boolean;
    schema: Schema | undefined;
    problems: readonly TextProblem[];
    /** What to scroll to and select; each new object does it once more. */
    place: { path: Path } | undefined;
}

/** The text of a definition, with what the schema knows and what is wrong. Loaded when it is needed: it is large. */
export default function DefinitionEditor(props: Readonly<DefinitionEditorProps>) {
    const { label, describedBy, text, onChange, isReadOnly, schema, problems, place } = props;
    const editor = useRef<ReactCodeMirrorRef>(null);
    const theme = useResolvedTheme();
    const extensions = useMemo(
        () => [
            json(),
            lintGutter(),
            EditorView.lineWrapping,
            EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-describedby': describedBy }),
            leaveWithEscape,
            look,
            ...(theme === 'dark' ? [darkLook] : []),
            ...(schema ? [autocompletion({ override: [suggest(schema)] }), explain(schema)] : []),
        ],
        [schema, label, describedBy, theme],
    );
    const mark = (view: EditorView) => {
        const length = view.state.doc.length;
        const diagnostics = problems.map(({ range, message, hint, severity }) => ({
            from: Math.min(range.from, length),
            to: Math.min(range.to, length),
            severity: severity === 'ERROR' ? ('error' as const) : ('warning' as const),
            message: hint ? `${message}\n${hint}` : message,
        }));
        view.dispatch(setDiagnostics(view.state, diagnostics));
    };
    const reveal = (view: EditorView) => {
        if (!place) return;
        const { from, to } = rangeOf(view.state.doc.toString(), place.path);
        view.dispatch({
            selection: { anchor: from, head: to },
            effects: EditorView.scrollIntoView(from, { y: 'center' }),
        });
        view.focus();
    };
    useEffect(() => {
        if (editor.current?.view) mark(editor.current.view);
    }, [problems]);
    useEffect(() => {
        if (editor.current?.view) reveal(editor.current.view);
    }, [place]);
    return (
        <CodeMirror
            ref={editor}
            value={text}
            onChange={onChange}
            readOnly={isReadOnly}
            theme={theme}
            height="32rem"
            extensions={extensions}
            onCreateEditor={view => {
                mark(view);
                reveal(view);
            }}
        />
    );
}

function suggest(schema: Schema): CompletionSource {
    return context => {
        const found = suggestionsAt(schema, context.state.doc.toString(), context.pos);
        if (!found || found.all.length === 0 || (!context.explicit && found.from === found.to)) return null;
        const { from, to, all } = found;
        return { from, to, options: all.map(completionOf) };
    };
}

function completionOf({ json: written, stub, text, detail, info }: Suggestion): Completion {
    const apply = stub === undefined ? written : snippet(`${written.replace(/[{}]/g, '\\$&')}: ${stub}`);
    return { label: written, displayLabel: text, detail, info, apply };
}

const explain = (schema: Schema) =>
    hoverTooltip((view, position) => {
        const text = view.state.doc.toString();
        const found = explanationAt(schema, text, position);
        if (!found?.text && !found?.ofValue) return null;
        return { pos: position, above: true, create: () => ({ dom: tooltip(found) }) };
    });

function tooltip({ title, text, ofValue, type }: NonNullable<ReturnType<typeof explanationAt>>): HTMLElement {
    const dom = document.createElement('div');
    dom.className = 'max-w-96 p-2 text-sm';
    for (const [content, className] of [
        [title, 'font-medium'],
        [text, ''],
        [ofValue, 'mt-1'],
        [type, 'mt-1 font-mono text-xs text-muted-foreground'],
    ] as const) {
        if (!content) continue;
        const line = dom.appendChild(document.createElement('div'));
        line.className = className;
        line.textContent = content;
    }
    return dom;
}

/** Escape also ends a selection; the Tab after it leaves all the same. */
const leaveWithEscape = EditorView.domEventObservers({
    keydown: ({ key }, view) => {
        if (key === 'Escape') view.setTabFocusMode(2_000);
    },
});

/** The theme's own variables, where CodeMirror's themes have colours of their own. */
const look = EditorView.theme({
    '&': { backgroundColor: 'var(--card)', fontSize: '0.8125rem' },
    '&.cm-focused': { outline: '2px solid var(--ring)' },
    '.cm-gutters': { backgroundColor: 'var(--card)', color: 'var(--muted-foreground)', borderColor: 'var(--border)' },
    '.cm-content': { fontFamily: 'var(--font-mono, monospace)' },
    '.cm-tooltip': {
        backgroundColor: 'var(--popover)',
        color: 'var(--popover-foreground)',
        borderColor: 'var(--border)',
    },
});

/** CodeMirror's dark colours are made for a ground that is a little too light for them: names and line numbers need this one. */
const darkGround = '#14161b';
const darkLook = Prec.highest(
    EditorView.theme(
        {
            '&': { backgroundColor: darkGround },
            '.cm-gutters': { backgroundColor: darkGround, color: '#9aa3b2' },
            '.cm-activeLineGutter, .cm-activeLine': { backgroundColor: darkGround },
        },
        { dark: true },
    ),
);
