import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { type BadgeVariant, TintedBadge } from '../tinted-badge';

export type ChangeAction = 'CREATE' | 'UPDATE' | 'UNCHANGED' | 'DELETE';

interface Look {
    variant: BadgeVariant;
    done: MessageDescriptor;
    planned: MessageDescriptor;
}

/** What each action is called when it has happened and when it would. */
export const changeActions: Record<ChangeAction, Look> = {
    CREATE: { variant: 'success', done: msg`Created`, planned: msg`Create` },
    UPDATE: { variant: 'secondary', done: msg`Updated`, planned: msg`Update` },
    DELETE: { variant: 'destructive', done: msg`Deleted`, planned: msg`Delete` },
    UNCHANGED: { variant: 'outline', done: msg`Unchanged`, planned: msg`Unchanged` },
};

export function ActionBadge({ action, applied }: Readonly<{ action: ChangeAction; applied: boolean }>) {
    const { t } = useLingui();
    const { variant, done, planned } = changeActions[action];
    return <TintedBadge variant={variant}>{t(applied ? done : planned)}</TintedBadge>;
}
