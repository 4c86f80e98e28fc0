import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { History } from 'lucide-react';
import { ListTable } from '../../components/list/list-table';
import { pageSize, Pager } from '../../components/list/pager';
import { Loaded, Nothing } from '../../components/page-states';
import { runListDocument } from '../../gql/runs';
import { usePollInterval } from '../../hooks/use-poll-interval';
import { useRunColumns } from '../runs/run-columns';

interface RunsTabProps {
    pipelineId: string;
    page: number;
    onPage: (page: number) => void;
}

export function RunsTab({ pipelineId, page, onPage }: Readonly<RunsTabProps>) {
    const { t } = useLingui();
    const columns = useRunColumns();
    const options = { filter: { pipelineId: { eq: pipelineId } }, skip: (page - 1) * pageSize, take: pageSize };
    const query = useQuery({
        queryKey: ['data-hub-runs', options],
        queryFn: () => api.query(runListDocument, { options }),
        placeholderData: keepPreviousData,
        refetchInterval: usePollInterval(true),
    });
    return (
        <div className="pt-4">
            <Loaded query={query}>
                {({ dataHubRuns: { items, totalItems } }) =>
                    items.length === 0 ? (
                        <Nothing icon={History} title={<Trans>No runs</Trans>}>
                            <Trans>Plans and runs of this pipeline will be listed here.</Trans>
                        </Nothing>
                    ) : (
                        <>
                            <ListTable
                                label={t`Runs of this pipeline`}
                                columns={columns}
                                items={items}
                                keyOf={run => run.id}
                            />
                            <Pager page={page} totalItems={totalItems} onPage={onPage} />
                        </>
                    )
                }
            </Loaded>
        </div>
    );
}
