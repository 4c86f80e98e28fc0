import { Trans } from '@lingui/react/macro';
import { Badge } from '@vendure/dashboard';
import type { ResultOf } from '../gql/graphql';
import type { runListDocument } from '../gql/runs';

type Run = ResultOf<typeof runListDocument>['dataHubRuns']['items'][number];

/** What a run is other than a pipeline that writes. */
export function RunKindBadge({ kind, dryRun }: Readonly<Pick<Run, 'kind' | 'dryRun'>>) {
    if (kind === 'PIPELINE' && !dryRun) return null;
    return <Badge variant="outline">{nameOf(kind, dryRun)}</Badge>;
}

function nameOf(kind: Run['kind'], dryRun: boolean) {
    if (kind === 'UNDO') return dryRun ? <Trans>Preview of an undo</Trans> : <Trans>Undo</Trans>;
    if (kind === 'REPLAY') return dryRun ? <Trans>Preview of a replay</Trans> : <Trans>Replay</Trans>;
    return <Trans>Plan</Trans>;
}
