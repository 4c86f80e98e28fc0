import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { usePermissions } from '@vendure/dashboard';
import type { ReactNode } from 'react';
import { Count } from '../../components/count';
import { RunStatusBadge } from '../../components/run-status';
import { When } from '../../components/when';
import type { ResultOf } from '../../gql/graphql';
import type { gateDocument } from '../../gql/gates';
import { Deadline, Decision } from './gate-state';

type Gate = NonNullable<ResultOf<typeof gateDocument>['dataHubGate']>;
type Counts = NonNullable<Gate['counts']>;

const notified: Record<NonNullable<Gate['webhookState']>, MessageDescriptor> = {
    DUE: msg`not sent yet`,
    SENT: msg`sent`,
    FAILED: msg`failed; the log of the run says why`,
};

/** How many records, since when and until when; and the decision, once there is one. */
export function GateFacts({ gate }: Readonly<{ gate: Gate }>) {
    const { t } = useLingui();
    const { runId, runStatus, waiting, openedAt, state, note, webhookState, emailState } = gate;
    const maySeeRun = usePermissions().hasPermissions(['ReadDataHubRun']);
    return (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
            <Fact name={<Trans>Run</Trans>}>
                <span className="inline-flex flex-wrap items-center gap-2">
                    {maySeeRun ? (
                        <Link className="underline underline-offset-2" to="/data-hub/runs/$id" params={{ id: runId }}>
                            <Trans>Run {runId}</Trans>
                        </Link>
                    ) : (
                        <Trans>Run {runId}</Trans>
                    )}
                    <RunStatusBadge status={runStatus} />
                </span>
            </Fact>
            <Fact name={<Trans>Records</Trans>}>
                <Count of={waiting} />
            </Fact>
            <Fact name={<Trans>Since</Trans>}>
                <When at={openedAt} />
            </Fact>
            {state === 'WAITING' ? (
                <Fact name={<Trans>Deadline</Trans>}>
                    <Deadline gate={gate} />
                </Fact>
            ) : (
                <Fact name={<Trans>Decision</Trans>}>
                    <Decision gate={gate} />
                </Fact>
            )}
            {note && (
                <Fact name={<Trans>Note</Trans>}>
                    <span className="whitespace-pre-wrap">{note}</span>
                </Fact>
            )}
            {webhookState && <Fact name={<Trans>Webhook</Trans>}>{t(notified[webhookState])}</Fact>}
            {emailState && <Fact name={<Trans>E-mail</Trans>}>{t(notified[emailState])}</Fact>}
        </dl>
    );
}

const counted: Record<keyof Counts, MessageDescriptor> = {
    records: msg`Records`,
    changed: msg`Changed`,
    rejected: msg`Refused`,
    prices: msg`Prices changed`,
    priceJumps: msg`Price jumps`,
    disabled: msg`Disabled`,
    deleted: msg`Deleted`,
    stockToZero: msg`Stock to zero`,
};

/** What the guards counted in the plan of the step. */
export function GuardCounts({ counts }: Readonly<{ counts: Counts }>) {
    const { t } = useLingui();
    return (
        <section aria-label={t`What the guards counted`}>
            <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4">
                {Object.entries(counted).map(([name, label]) => (
                    <div key={name} className="rounded-md border bg-card p-2">
                        <dt className="text-xs text-muted-foreground">{t(label)}</dt>
                        <dd className="text-lg">
                            <Count of={counts[name as keyof Counts]} />
                        </dd>
                    </div>
                ))}
            </dl>
        </section>
    );
}

function Fact({ name, children }: Readonly<{ name: ReactNode; children: ReactNode }>) {
    return (
        <>
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="min-w-0">{children}</dd>
        </>
    );
}
