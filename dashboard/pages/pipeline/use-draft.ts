import { useState } from 'react';
import { textOf } from '../../graph/definition';

export interface Draft {
    text: string;
    isChanged: boolean;
    /** The revision that was changed; older than the current one when somebody else has saved meanwhile. */
    base: number;
    change: (text: string) => void;
    discard: () => void;
}

/** The text of a definition with what somebody has changed and not saved yet; it outlives a look at another tab. */
export function useDraft({ definition, revision }: { definition: unknown; revision: number }): Draft {
    const [changed, setChanged] = useState<{ text: string; base: number }>();
    const stored = textOf(definition);
    return {
        text: changed?.text ?? stored,
        isChanged: changed !== undefined,
        base: changed?.base ?? revision,
        change: text => {
            const base = changed?.base ?? revision;
            setChanged(text === stored && base === revision ? undefined : { text, base });
        },
        discard: () => setChanged(undefined),
    };
}
