import { Trans } from '@lingui/react/macro';
import { Alert, AlertDescription, AlertTitle } from '@vendure/dashboard';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Missing } from './missing';

/** What is probably forgotten; the plan tells for sure, record by record. */
export function MissingNotes({ missing }: Readonly<{ missing: readonly Missing[] }>) {
    if (missing.length === 0) return null;
    return (
        <Alert role="status">
            <TriangleAlert className="size-4" aria-hidden="true" />
            <AlertTitle>
                <Trans>Something may be missing</Trans>
            </AlertTitle>
            <AlertDescription>
                <ul className="list-disc pl-4">
                    {missing.map(each => (
                        <li key={`${each.is} ${each.label}`}>{sentenceOf(each)}</li>
                    ))}
                </ul>
            </AlertDescription>
        </Alert>
    );
}

function sentenceOf({ is, label }: Missing): ReactNode {
    if (is === 'required') return <Trans>No column goes to “{label}”, which every record needs.</Trans>;
    if (is === 'key')
        return (
            <Trans>
                No column goes to “{label}”, by which what exists is found. Map one, or go back and choose another way
                to find it.
            </Trans>
        );
    return (
        <Trans>
            No column goes to “{label}”. What exists can be updated; what does not exist yet will probably be refused.
        </Trans>
    );
}
