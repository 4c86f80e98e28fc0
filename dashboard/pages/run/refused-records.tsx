import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { KeysetPager } from '../../components/list/keyset-pager';
import { ListTable, type Column } from '../../components/list/list-table';
import { Loaded } from '../../components/page-states';
import type { ResultOf } from '../../gql/graphql';
import { runRecordErrorsDocument } from '../../gql/run';
import { RunLink } from './run-link';
import { useRunListOptions, type Run } from './use-run';

type Refused = ResultOf<typeof runRecordErrorsDocument>['dataHubRecordErrorPage']['items'][number];

const pageSize = 25;

interface RefusedRecordsProps {
    run: Run;
    cause: string;
    after: string;
    onAfter: (after: string) => void;
}

/** The records of one cause, where they stand in the source and what to do about them. */
export function RefusedRecords({ run, cause, after, onAfter }: Readonly<RefusedRecordsProps>) {
    const { t } = useLingui();
    const variables = {
        runId: run.id,
        filter: { cause: [cause] },
        take: pageSize,
        ...(after && { after }),
    };
    const { keyOf, options } = useRunListOptions(run);
    const query = useQuery({
        queryKey: keyOf('refused', variables),
        queryFn: () => api.query(runRecordErrorsDocument, variables),
        ...options,
    });
    const columns: Column<Refused>[] = [
        { key: 'record', header: <Trans>Record</Trans>, cell: item => <RecordName record={item} /> },
        {
            key: 'problem',
            header: <Trans>Problem</Trans>,
            cell: ({ message, hint, replayRunId }) => (
                <span className="block min-w-48 whitespace-normal">
                    {message} {hint && <span className="text-muted-foreground">{hint}</span>}{' '}
                    {replayRunId !== null && (
                        <Trans>
                            It was sent again in <RunLink id={replayRunId} />.
                        </Trans>
                    )}
                </span>
            ),
        },
        { key: 'step', header: <Trans>Step</Trans>, isSecondary: true, cell: ({ step }) => step },
    ];
    return (
        <Loaded query={query}>
            {({ dataHubRecordErrorPage: { items, nextCursor } }) => (
                <>
                    <ListTable label={t`Rejected records`} columns={columns} items={items} keyOf={({ id }) => id} />
                    <KeysetPager
                        after={after}
                        pageSize={pageSize}
                        shown={items.length}
                        nextCursor={nextCursor}
                        onAfter={onAfter}
                    />
                </>
            )}
        </Loaded>
    );
}

function RecordName({ record: { recordKey, recordIndex, file, line } }: Readonly<{ record: Refused }>) {
    const number = recordIndex + 1;
    return (
        <span className="flex flex-col">
            <span className="font-medium">{recordKey ?? <Trans>Record no. {number}</Trans>}</span>
            {line !== null && (
                <span className="text-xs text-muted-foreground">
                    {file} <Trans>line {line}</Trans>
                </span>
            )}
        </span>
    );
}
