import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link, type AnyRoute } from '@tanstack/react-router';
import { api, buttonVariants, cn } from '@vendure/dashboard';
import { CircleCheck } from 'lucide-react';
import { Count } from '../../components/count';
import { ListTable, type Column } from '../../components/list/list-table';
import { Loaded, Nothing } from '../../components/page-states';
import type { ResultOf } from '../../gql/graphql';
import { runCausesDocument } from '../../gql/run';
import { useAddressState } from '../../hooks/use-address-state';
import { RefusedRecords } from './refused-records';
import { useRunListOptions, type Run } from './use-run';

type Cause = ResultOf<typeof runCausesDocument>['dataHubRecordErrorCauses'][number];

/** The records that this run refused, by what is wrong with them. */
export function RunErrors({ run, route }: Readonly<{ run: Run; route: AnyRoute }>) {
    const { t } = useLingui();
    const [{ cause, refusedAfter }, setState] = useAddressState(route, {
        cause: '',
        refusedAfter: '',
    });
    const { keyOf, options } = useRunListOptions(run);
    const query = useQuery({
        queryKey: keyOf('causes'),
        queryFn: () => api.query(runCausesDocument, { runId: run.id }),
        ...options,
    });
    const choose = (value: string) => setState({ cause: value === cause ? '' : value, refusedAfter: '' });
    const columns: Column<Cause>[] = [
        {
            key: 'cause',
            header: <Trans>Cause</Trans>,
            cell: item => (
                <button
                    type="button"
                    className="text-left whitespace-normal hover:underline"
                    aria-expanded={item.cause === cause}
                    onClick={() => choose(item.cause)}
                >
                    <span className="block font-medium break-words">{item.message}</span>
                    <code className="text-xs text-muted-foreground">{item.cause}</code>
                </button>
            ),
        },
        { key: 'count', header: <Trans>Records</Trans>, isNumber: true, cell: item => <Count of={item.count} /> },
        { key: 'open', header: <Trans>Open</Trans>, isNumber: true, cell: item => <Count of={item.open} /> },
    ];
    return (
        <Loaded query={query}>
            {({ dataHubRecordErrorCauses: causes }) =>
                causes.length === 0 ? (
                    <Nothing icon={CircleCheck} title={<Trans>No record was rejected</Trans>} />
                ) : (
                    <div className="space-y-4">
                        <Advice run={run} open={causes.reduce((sum, { open }) => sum + open, 0)} />
                        <ListTable label={t`Causes`} columns={columns} items={causes} keyOf={item => item.cause} />
                        {cause && (
                            <RefusedRecords
                                key={cause}
                                run={run}
                                cause={cause}
                                after={refusedAfter}
                                onAfter={value => setState({ refusedAfter: value })}
                            />
                        )}
                    </div>
                )
            }
        </Loaded>
    );
}

/** What a plan or an undo refused is not in the quarantine: there is nothing to send again. */
function Advice({ run, open }: Readonly<{ run: Run; open: number }>) {
    if (run.kind === 'UNDO') {
        return (
            <p>
                <Trans>These have been changed since the run. An undo leaves them as they are.</Trans>
            </p>
        );
    }
    if (run.dryRun) {
        return (
            <p>
                <Trans>These records would be refused. Correct them at their source, or change the pipeline.</Trans>
            </p>
        );
    }
    return (
        <div className="flex flex-wrap items-center gap-3">
            <p>
                <Plural
                    value={open}
                    one="# of these records waits in the quarantine."
                    other="# of these records wait in the quarantine."
                />
            </p>
            <Link
                className={cn(buttonVariants({ variant: 'outline', size: 'sm' }))}
                to="/data-hub/quarantine"
                search={{ run: run.id }}
            >
                <Trans>Open the quarantine</Trans>
            </Link>
        </div>
    );
}
