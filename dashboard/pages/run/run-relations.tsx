import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { RunStatusBadge, type RunStatus } from '../../components/run-status';
import { When } from '../../components/when';
import { RunLink } from './run-link';
import type { Run } from './use-run';

/** The runs that this one has to do with: what it takes back, applies or reads the refused records of, and the other way round. */
export function RunRelations({ run }: Readonly<{ run: Run }>) {
    const { kind, ofRunId, undoneBy, appliedBy, replays, replayedBy } = run;
    if (ofRunId === null && [undoneBy, appliedBy, replays, replayedBy].every(({ length }) => length === 0)) return null;
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
            {replays.map(({ id }) => (
                <li key={id}>
                    <Trans>
                        Replays records of <RunLink id={id} />.
                    </Trans>
                </li>
            ))}
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
            {replayedBy.map(replay => (
                <Related key={replay.id} run={replay}>
                    <Trans>
                        Refused records were sent again in <RunLink id={replay.id} />
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
