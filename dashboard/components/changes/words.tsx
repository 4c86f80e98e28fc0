import { Trans, useLingui } from '@lingui/react/macro';
import { useMemo, useState } from 'react';
import { LinkButton } from './link-button';
import { foldSame, type FoldedPart, type WordDiff, type WordPart } from './word-diff';

/** A text with what was taken out struck through and what was put in underlined, so that it does not depend on colours. */
export function Words({ diff }: Readonly<{ diff: WordDiff }>) {
    const [isOpen, setOpen] = useState(false);
    const folded = useMemo(() => foldSame(diff.parts), [diff]);
    const isFolded = folded.some(({ kind }) => kind === 'folded');
    return (
        <span className="whitespace-pre-wrap break-words">
            {diff.isMarkupOnly && (
                <span className="mb-1 block italic text-muted-foreground">
                    <Trans>It reads as before; its formatting changes:</Trans>
                </span>
            )}
            {(isOpen ? diff.parts : folded).map((part, index) => (
                <Part key={index} part={part} />
            ))}
            {isFolded && (
                <LinkButton isOpen={isOpen} onClick={() => setOpen(!isOpen)}>
                    {isOpen ? <Trans>Show changes only</Trans> : <Trans>Show all</Trans>}
                </LinkButton>
            )}
        </span>
    );
}

function Part({ part: { kind, text } }: Readonly<{ part: WordPart | FoldedPart }>) {
    const { t } = useLingui();
    switch (kind) {
        case 'same':
            return text;
        case 'added':
            return <Added>{text}</Added>;
        case 'removed':
            return <Removed>{text}</Removed>;
        case 'folded':
            return (
                <span className="text-muted-foreground" role="img" aria-label={t`unchanged text left out`}>
                    {' … '}
                </span>
            );
    }
}

type Marked = Readonly<{ children: React.ReactNode }>;

const Added = ({ children }: Marked) => (
    <ins className="rounded-xs bg-green-100 text-green-900 decoration-green-700 dark:bg-green-950 dark:text-green-200">
        {children}
    </ins>
);

const Removed = ({ children }: Marked) => (
    <del className="rounded-xs bg-red-100 text-red-900 decoration-red-700 dark:bg-red-950 dark:text-red-200">
        {children}
    </del>
);
