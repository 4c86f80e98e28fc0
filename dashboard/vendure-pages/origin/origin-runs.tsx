import { Trans } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { RunStatusBadge } from '../../components/run-status';
import { When } from '../../components/when';
import type { OriginRun } from './by-entity';

export function OriginRuns({ runs }: Readonly<{ runs: readonly OriginRun[] }>) {
    return (
        <section>
            <h3 className="mb-2 text-sm font-medium">
                <Trans>Runs that changed it</Trans>
            </h3>
            <ul className="space-y-1 text-sm">
                {runs.map(({ id, pipelineName, kind, status, startedAt, createdAt }) => (
                    <li key={id} className="flex flex-wrap items-center gap-2">
                        <Link className="font-medium hover:underline" to="/data-hub/runs/$id" params={{ id }}>
                            {kind === 'UNDO' ? <Trans>Undo of {pipelineName}</Trans> : pipelineName}
                        </Link>
                        <RunStatusBadge status={status} />
                        <span className="text-muted-foreground">
                            <When at={startedAt ?? createdAt} />
                        </span>
                    </li>
                ))}
            </ul>
        </section>
    );
}
