import { useState } from 'react';
import { type Draft, emptyDraft } from './draft';

const storageKey = 'data-hub-new-pipeline';

/**
 * The draft of this tab. It outlives a reload and a visit of other pages; once its pipeline is made, a visit that does not
 * come back to one of its steps begins anew.
 */
export function useDraft(comesBack: boolean): [Draft, (change: (draft: Draft) => Draft) => void] {
    const [draft, setDraft] = useState(() => {
        const stored = read();
        return stored.created && !comesBack ? emptyDraft : stored;
    });
    const change = (changed: (draft: Draft) => Draft) =>
        setDraft(current => {
            const next = changed(current);
            sessionStorage.setItem(storageKey, JSON.stringify(next));
            return next;
        });
    return [draft, change];
}

function read(): Draft {
    try {
        return { ...emptyDraft, ...(JSON.parse(sessionStorage.getItem(storageKey) ?? '{}') as Partial<Draft>) };
    } catch {
        return emptyDraft;
    }
}
