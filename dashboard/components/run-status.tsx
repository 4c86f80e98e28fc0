import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { ResultOf } from '../gql/graphql';
import type { runListDocument } from '../gql/runs';
import { type BadgeVariant, TintedBadge } from './tinted-badge';

export type RunStatus = ResultOf<typeof runListDocument>['dataHubRuns']['items'][number]['status'];

interface Look {
    variant: BadgeVariant;
    label: MessageDescriptor;
}

/** How each status looks and what it is called, wherever it is shown. */
export const runStatuses: Record<RunStatus, Look> = {
    PENDING: { variant: 'outline', label: msg`Waiting` },
    RUNNING: { variant: 'secondary', label: msg`Running` },
    PAUSED: { variant: 'warning', label: msg`Waits at a gate` },
    COMPLETED: { variant: 'success', label: msg`Completed` },
    COMPLETED_WITH_ERRORS: { variant: 'warning', label: msg`Completed with errors` },
    FAILED: { variant: 'destructive', label: msg`Failed` },
    CANCELLED: { variant: 'outline', label: msg`Cancelled` },
    TIMEOUT: { variant: 'destructive', label: msg`Ran out of time` },
};

export function RunStatusBadge({ status }: Readonly<{ status: RunStatus }>) {
    const { t } = useLingui();
    const { variant, label } = runStatuses[status];
    return <TintedBadge variant={variant}>{t(label)}</TintedBadge>;
}

/** Whether its numbers can still change. */
export const isUnderWay = (status: RunStatus): boolean => ['PENDING', 'RUNNING', 'PAUSED'].includes(status);
