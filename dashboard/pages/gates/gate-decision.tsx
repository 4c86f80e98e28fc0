import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { api, toast, usePermissions } from '@vendure/dashboard';
import { useState } from 'react';
import { ConfirmButton } from '../../components/confirm-button';
import { NoteField } from '../../components/note-field';
import { approveGateDocument, rejectGateDocument } from '../../gql/gates';
import type { ListedGate } from './gate-state';

/** Both ways, each with what it does to how many records. */
export function GateDecision({ gate: { runId, stepKey, waiting, kind } }: Readonly<{ gate: ListedGate }>) {
    const { t } = useLingui();
    const [note, setNote] = useState('');
    const client = useQueryClient();
    if (!usePermissions().hasPermissions(['ApproveDataHubGate']))
        return (
            <p className="text-sm text-muted-foreground">
                <Trans>
                    To decide, one needs the permission <code>ApproveDataHubGate</code>.
                </Trans>
            </p>
        );
    const decide = async (isApproved: boolean) => {
        const variables = { runId, stepKey, note: note || null };
        try {
            if (isApproved) await api.mutate(approveGateDocument)(variables);
            else await api.mutate(rejectGateDocument)(variables);
        } finally {
            // Also when somebody else was first: then the page shows who.
            await client.invalidateQueries({ queryKey: ['data-hub-gates'] });
        }
        toast.success(isApproved ? t`Approved; the run goes on.` : t`Rejected; the records are dropped.`);
    };
    const fields = <NoteField value={note} onChange={setNote} />;
    return (
        <div className="flex flex-wrap gap-2">
            <ConfirmButton
                title={<Plural value={waiting} one="Approve # record?" other="Approve # records?" />}
                description={
                    kind === 'GUARD' ? (
                        <Trans>
                            The step writes them although it changes more than its guards allow. They are compared with
                            the shop as it is then.
                        </Trans>
                    ) : (
                        <Trans>
                            They go on behind the gate. What is written is compared with the shop as it is then, not as
                            it was planned.
                        </Trans>
                    )
                }
                confirmLabel={<Plural value={waiting} one="Approve # record" other="Approve # records" />}
                fields={fields}
                onConfirm={() => decide(true)}
            >
                <Plural value={waiting} one="Approve # record" other="Approve # records" />
            </ConfirmButton>
            <ConfirmButton
                variant="destructive"
                title={<Plural value={waiting} one="Reject # record?" other="Reject # records?" />}
                description={
                    <Trans>
                        They are dropped, and the steps behind the gate do not run for them. To load them after all, the
                        pipeline has to run again.
                    </Trans>
                }
                confirmLabel={<Plural value={waiting} one="Reject # record" other="Reject # records" />}
                fields={fields}
                onConfirm={() => decide(false)}
            >
                <Plural
                    value={waiting}
                    one="Reject # record: it is dropped"
                    other="Reject # records: they are dropped"
                />
            </ConfirmButton>
        </div>
    );
}
