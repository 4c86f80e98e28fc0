import { json } from '@codemirror/lang-json';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { basicSetup, EditorState, EditorView, oneDark, type Extension } from '@uiw/react-codemirror';
import { useResolvedTheme } from '@vendure/dashboard';
import { useEffect, useRef } from 'react';

interface Side {
    label: string;
    text: string;
}

interface RevisionDiffProps {
    before: Side;
    after: Side;
    /** In the user's language; `$` is their number. */
    unchangedLines: string;
}

const collapseUnchanged = { margin: 3, minSize: 6 };

/** Two texts side by side; one below the other's changes where there is no room for that. Read-only. */
export default function RevisionDiff({ before, after, unchangedLines }: Readonly<RevisionDiffProps>) {
    const box = useRef<HTMLDivElement>(null);
    const theme = useResolvedTheme();
    useEffect(() => {
        const parent = box.current!;
        const side = (label: string): Extension => [
            basicSetup({ foldGutter: false, highlightActiveLine: false }),
            json(),
            EditorView.lineWrapping,
            EditorState.readOnly.of(true),
            EditorState.phrases.of({ '$ unchanged lines': unchangedLines }),
            EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label }),
            theme === 'dark' ? [oneDark] : [],
            look,
        ];
        const view =
            parent.clientWidth < 640
                ? new EditorView({
                      parent,
                      doc: after.text,
                      extensions: [
                          side(after.label),
                          unifiedMergeView({ original: before.text, mergeControls: false, collapseUnchanged }),
                      ],
                  })
                : new MergeView({
                      parent,
                      a: { doc: before.text, extensions: side(before.label) },
                      b: { doc: after.text, extensions: side(after.label) },
                      collapseUnchanged,
                  });
        return () => view.destroy();
    }, [before.text, after.text, before.label, after.label, unchangedLines, theme]);
    return <div ref={box} className="max-h-[40rem] overflow-auto rounded-md border" data-testid="revision-diff" />;
}

const look = EditorView.theme({
    '&': { backgroundColor: 'var(--card)', fontSize: '0.8125rem' },
    '.cm-gutters': { backgroundColor: 'var(--card)', color: 'var(--muted-foreground)', borderColor: 'var(--border)' },
    '.cm-collapsedLines': { color: 'var(--foreground)', background: 'var(--muted)' },
    // Few fonts have the sign of the library.
    '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: '"⋯"' },
    // Instead of a line under every word.
    '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
        background: 'color-mix(in oklab, var(--destructive) 20%, transparent)',
    },
    '&.cm-merge-b .cm-changedText, & .cm-changedText': {
        background: 'color-mix(in oklab, var(--success, #16a34a) 20%, transparent)',
    },
});
