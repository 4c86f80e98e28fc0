import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, FullWidthPageBlock, Page, PageLayout, PageTitle } from '@vendure/dashboard';
import { History } from 'lucide-react';
import { ChoiceField } from '../../components/list/choice-field';
import { ListTable } from '../../components/list/list-table';
import { pageSize, Pager } from '../../components/list/pager';
import { SearchField } from '../../components/list/search-field';
import { Loaded, Nothing } from '../../components/page-states';
import { runStatuses, type RunStatus } from '../../components/run-status';
import { runListDocument } from '../../gql/runs';
import { useAddressState } from '../../hooks/use-address-state';
import { usePollInterval } from '../../hooks/use-poll-interval';
import type { PageProps } from '../../routes';
import { useRunColumns } from './run-columns';

export default function RunsPage({ route }: PageProps) {
    const { t } = useLingui();
    const [{ term, status, page }, setState] = useAddressState(route, { term: '', status: '', page: 1 });
    const columns = useRunColumns();
    const filter = {
        ...(term && { pipelineName: { contains: term } }),
        ...(status && { status: { eq: status as RunStatus } }),
    };
    const options = { filter, skip: (page - 1) * pageSize, take: pageSize };
    const query = useQuery({
        queryKey: ['data-hub-runs', options],
        queryFn: () => api.query(runListDocument, { options }),
        placeholderData: keepPreviousData,
        refetchInterval: usePollInterval(true),
    });
    return (
        <Page pageId="data-hub-runs">
            <PageTitle>
                <Trans>Runs</Trans>
            </PageTitle>
            <PageLayout>
                <FullWidthPageBlock blockId="runs">
                    <div className="mb-4 flex flex-wrap gap-2">
                        <SearchField
                            label={t`Search by pipeline`}
                            value={term}
                            onChange={value => setState({ term: value, page: 1 })}
                        />
                        <ChoiceField
                            label={t`Status`}
                            all={t`Every status`}
                            value={status}
                            options={Object.entries(runStatuses).map(([value, { label }]) => ({
                                value,
                                label: t(label),
                            }))}
                            onChange={value => setState({ status: value, page: 1 })}
                        />
                    </div>
                    <Loaded query={query}>
                        {({ dataHubRuns: { items, totalItems } }) =>
                            items.length === 0 ? (
                                <Nothing icon={History} title={<Trans>No runs</Trans>}>
                                    {term || status ? (
                                        <Trans>No run fits what you search for.</Trans>
                                    ) : (
                                        <Trans>Whatever a pipeline does will be listed here.</Trans>
                                    )}
                                </Nothing>
                            ) : (
                                <>
                                    <ListTable label={t`Runs`} columns={columns} items={items} keyOf={run => run.id} />
                                    <Pager
                                        page={page}
                                        totalItems={totalItems}
                                        onPage={value => setState({ page: value })}
                                    />
                                </>
                            )
                        }
                    </Loaded>
                </FullWidthPageBlock>
            </PageLayout>
        </Page>
    );
}
