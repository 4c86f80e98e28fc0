import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { ResultOf } from '../gql/graphql';
import type { recordPageDocument } from '../gql/quarantine';
import { type BadgeVariant, TintedBadge } from './tinted-badge';

export type RefusedRecord = ResultOf<typeof recordPageDocument>['dataHubRecordErrorPage']['items'][number];
export type RecordErrorState = RefusedRecord['state'];

interface Look {
    variant: BadgeVariant;
    label: MessageDescriptor;
}

export const recordErrorStates: Record<RecordErrorState, Look> = {
    OPEN: { variant: 'warning', label: msg`Open` },
    REPLAYED: { variant: 'secondary', label: msg`Sent again` },
    RESOLVED: { variant: 'success', label: msg`Resolved` },
    IGNORED: { variant: 'outline', label: msg`Ignored` },
};

export function RecordErrorStateBadge({ state }: Readonly<{ state: RecordErrorState }>) {
    const { t } = useLingui();
    const { variant, label } = recordErrorStates[state];
    return <TintedBadge variant={variant}>{t(label)}</TintedBadge>;
}

/** What a record is called by: its key, or else where it stands in what was read. */
export function useRecordName(): (record: RefusedRecord) => string {
    const { t } = useLingui();
    return ({ recordKey, line, recordIndex }) => {
        if (recordKey) return recordKey;
        const number = recordIndex + 1;
        return line === null ? t`Record ${number}` : t`Line ${line}`;
    };
}
