import { Trans, useLingui } from '@lingui/react/macro';
import { Toggle } from '@vendure/dashboard';
import { changeActions, type ChangeAction } from '../../components/changes/action-badge';
import { Count } from '../../components/count';
import type { Run } from './use-run';

interface ChangeCountsProps {
    run: Run;
    counts: readonly { action: ChangeAction; count: number }[];
    chosen: string;
    /** '' for all. */
    onChoose: (action: string) => void;
}

/** How many entities are created, updated and deleted; a press shows only those. Records that stay are not kept one by one. */
export function ChangeCounts({ run, counts, chosen, onChoose }: Readonly<ChangeCountsProps>) {
    const { t } = useLingui();
    const sum = (action: ChangeAction) =>
        counts.filter(item => item.action === action).reduce((total, { count }) => total + count, 0);
    return (
        <div className="flex flex-wrap items-center gap-2" data-testid="change-counts">
            {(['CREATE', 'UPDATE', 'DELETE'] as const).map(action => (
                <Toggle
                    key={action}
                    variant="outline"
                    pressed={chosen === action}
                    onPressedChange={isPressed => onChoose(isPressed ? action : '')}
                >
                    {t(run.dryRun ? changeActions[action].planned : changeActions[action].done)}
                    <span className="font-semibold">
                        <Count of={sum(action)} />
                    </span>
                </Toggle>
            ))}
            <span className="px-2 text-sm text-muted-foreground">
                <Trans>
                    Unchanged records: <Count of={run.unchanged} />
                </Trans>
            </span>
        </div>
    );
}
