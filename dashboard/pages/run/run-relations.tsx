import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { RunStatusBadge, type RunStatus } from '../../components/run-status';
import { When } from '../../components/when';
import { RunLink } from './run-link';
import type { Run } from './use-run';

/** The runs that this one has to do with: what it takes back or applies, and what took it back or applied it. */
export function RunRelations({ run: { kind, ofRunId, undoneBy, appliedBy } }: Readonly<{ run: Run }>) {
    if (ofRunId === null && undoneBy.length === 0 && appliedBy.length === 0) return null;
    return (
        <ul className="space-y-1 text-sm" data-testid="run-relations">
            {ofRunId !== null && (
                <li>
                    {kind === 'UNDO' ? (
                        <Trans>
                            Takes back <RunLink id={ofRunId} />.
                        </Trans>
                    ) : (
                        <Trans>
                            Applies the plan <RunLink id={ofRunId} />.
                        </Trans>
                    )}
                </li>
            )}
            {undoneBy.map(undo => (
                <Related key={undo.id} run={undo}>
                    <Trans>
                        Undone by <RunLink id={undo.id} />
                    </Trans>
                </Related>
            ))}
            {appliedBy.map(application => (
                <Related key={application.id} run={application}>
                    <Trans>
                        Applied by <RunLink id={application.id} />
                    </Trans>
                </Related>
            ))}
        </ul>
    );
}

type RelatedRun = Readonly<{ run: { status: RunStatus; createdAt: string }; children: ReactNode }>;

const Related = ({ run: { status, createdAt }, children }: RelatedRun) => (
    <li className="flex flex-wrap items-center gap-2">
        <span>{children}</span>
        <When at={createdAt} />
        <RunStatusBadge status={status} />
    </li>
);
