import { Plural, Trans } from '@lingui/react/macro';
import { useLocalFormat } from '@vendure/dashboard';
import { Check } from 'lucide-react';
import type { ChangeAction } from '../../components/changes/action-badge';
import { ConfirmButton } from '../../components/confirm-button';
import { useChangeCounts } from './use-change-counts';
import { useRunCommands } from './use-run-commands';
import type { Run } from './use-run';

/** Writes what the plan shows, after saying what that is. */
export function ApplyPlan({ run }: Readonly<{ run: Run }>) {
    const { apply } = useRunCommands(run);
    const { formatNumber } = useLocalFormat();
    const counts = useChangeCounts(run).data?.dataHubChangeCounts;
    if (!counts) return null;
    const sum = (action: ChangeAction) =>
        formatNumber(counts.items.filter(item => item.action === action).reduce((all, { count }) => all + count, 0));
    const created = sum('CREATE');
    const updated = sum('UPDATE');
    const deleted = sum('DELETE');
    return (
        <ConfirmButton
            title={<Trans>Apply this plan?</Trans>}
            description={
                <Trans>
                    {created} entities of the shop will be created, {updated} updated and {deleted} deleted, exactly as
                    the plan shows; values that have been changed since are left alone and reported.
                </Trans>
            }
            confirmLabel={<Trans>Apply the plan</Trans>}
            onConfirm={apply}
        >
            <Check aria-hidden="true" />
            <Plural value={counts.total} one="Apply this plan (# change)" other="Apply this plan (# changes)" />
        </ConfirmButton>
    );
}
