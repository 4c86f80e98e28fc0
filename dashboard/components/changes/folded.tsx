import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { LinkButton } from './link-button';

const charsAtFirst = 240;
const linesAtFirst = 6;

/** A text; of a long one the beginning, and all of it when it is asked for. */
export function Folded({ text, isCode }: Readonly<{ text: string; isCode?: boolean }>) {
    const [isOpen, setOpen] = useState(false);
    const beginning = text.split('\n').slice(0, linesAtFirst).join('\n').slice(0, charsAtFirst);
    const isLong = beginning.length < text.length;
    return (
        <span className={`whitespace-pre-wrap break-words ${isCode ? 'font-mono text-xs' : ''}`}>
            {isOpen || !isLong ? text : `${beginning} …`}
            {isLong && (
                <LinkButton isOpen={isOpen} onClick={() => setOpen(!isOpen)}>
                    {isOpen ? <Trans>Show less</Trans> : <Trans>Show all</Trans>}
                </LinkButton>
            )}
        </span>
    );
}
