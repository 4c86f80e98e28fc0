import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '@vendure/dashboard';
import { ShieldCheck } from 'lucide-react';
import { KeysetPager } from '../../components/list/keyset-pager';
import { ListTable, type Column } from '../../components/list/list-table';
import { Loaded, Nothing } from '../../components/page-states';
import {
    RecordErrorStateBadge,
    useRecordName,
    type RecordErrorState,
    type RefusedRecord,
} from '../../components/record-error-state';
import { When } from '../../components/when';
import { recordPageDocument } from '../../gql/quarantine';
import type { ViewProps } from './quarantine-page';
import { quarantineKey } from './scope';

const take = 50;

/** Records of all pipelines one by one: what has been dealt with is not grouped. */
export function RecordList({ view: { state, after }, setView }: Readonly<ViewProps>) {
    const { t } = useLingui();
    const nameOf = useRecordName();
    const variables = { filter: state ? { state: [state as RecordErrorState] } : {}, take, after: after || null };
    const query = useQuery({
        queryKey: [quarantineKey, 'list', variables],
        queryFn: () => api.query(recordPageDocument, variables),
        placeholderData: keepPreviousData,
    });
    const columns: Column<RefusedRecord>[] = [
        {
            key: 'record',
            header: <Trans>Record</Trans>,
            cell: record => (
                <button
                    type="button"
                    className="font-medium hover:underline"
                    onClick={() => setView({ record: record.id })}
                >
                    {nameOf(record)}
                </button>
            ),
        },
        {
            key: 'message',
            header: <Trans>Message</Trans>,
            cell: ({ message }) => <span className="block min-w-48 whitespace-normal">{message}</span>,
        },
        { key: 'state', header: <Trans>State</Trans>, cell: record => <RecordErrorStateBadge state={record.state} /> },
        {
            key: 'run',
            header: <Trans>Run</Trans>,
            isSecondary: true,
            cell: ({ runId }) => (
                <Link className="hover:underline" to="/data-hub/runs/$id" params={{ id: runId }}>
                    {runId}
                </Link>
            ),
        },
        {
            key: 'when',
            header: <Trans>Refused</Trans>,
            isSecondary: true,
            cell: ({ createdAt }) => <When at={createdAt} />,
        },
    ];
    return (
        <Loaded query={query}>
            {({ dataHubRecordErrorPage: { items, nextCursor } }) =>
                items.length === 0 ? (
                    <Nothing icon={ShieldCheck} title={<Trans>Nothing is waiting here</Trans>}>
                        <Trans>No refused record is in this state.</Trans>
                    </Nothing>
                ) : (
                    <>
                        <ListTable label={t`Refused records`} columns={columns} items={items} keyOf={({ id }) => id} />
                        <KeysetPager
                            after={after}
                            nextCursor={nextCursor}
                            shown={items.length}
                            pageSize={take}
                            onAfter={value => setView({ after: value })}
                        />
                    </>
                )
            }
        </Loaded>
    );
}
