import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Badge } from '@vendure/dashboard';
import { isUnderWay } from '../../components/run-status';
import { When } from '../../components/when';
import type { ResultOf } from '../../gql/graphql';
import type { gateListDocument } from '../../gql/gates';
import { type BadgeVariant, TintedBadge } from '../../components/tinted-badge';

export type ListedGate = ResultOf<typeof gateListDocument>['dataHubGates']['items'][number];
export type GateState = ListedGate['state'];

interface Look {
    variant: BadgeVariant;
    label: MessageDescriptor;
}

export const gateStates: Record<GateState, Look> = {
    WAITING: { variant: 'warning', label: msg`Waiting` },
    APPROVED: { variant: 'success', label: msg`Approved` },
    REJECTED: { variant: 'destructive', label: msg`Rejected` },
};

/** A gate of a run that has ended cannot be decided any more; resumed, the run asks again. */
export const isDecidable = ({ state, runStatus }: ListedGate): boolean => state === 'WAITING' && isUnderWay(runStatus);

export function GateStateBadge({ gate }: Readonly<{ gate: ListedGate }>) {
    const { t } = useLingui();
    if (gate.state === 'WAITING' && !isDecidable(gate))
        return (
            <Badge variant="secondary">
                <Trans>Not decided</Trans>
            </Badge>
        );
    const { variant, label } = gateStates[gate.state];
    return <TintedBadge variant={variant}>{t(label)}</TintedBadge>;
}

/** Until when somebody can decide, and what happens by itself then. */
export function Deadline({ gate: { deadlineAt, onTimeout } }: Readonly<{ gate: ListedGate }>) {
    if (!deadlineAt) return <Trans>None: it waits for as long as it takes.</Trans>;
    return (
        <span>
            <When at={deadlineAt} />;{' '}
            {onTimeout === 'APPROVE' ? (
                <Trans>then it is approved by itself.</Trans>
            ) : (
                <Trans>then it is rejected by itself.</Trans>
            )}
        </span>
    );
}

/** Who decided, and when. */
export function Decision({ gate: { decidedBy, decidedByName, decidedAt } }: Readonly<{ gate: ListedGate }>) {
    return (
        <span>
            {decidedByName ??
                (decidedBy === null ? <Trans>By itself, when the time was up</Trans> : <Trans>User {decidedBy}</Trans>)}
            , <When at={decidedAt} />
        </span>
    );
}
