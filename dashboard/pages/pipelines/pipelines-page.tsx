import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
    ActionBarItem,
    api,
    Button,
    FullWidthPageBlock,
    Page,
    PageActionBar,
    PageLayout,
    PageTitle,
    usePermissions,
} from '@vendure/dashboard';
import { FilePlus2, Workflow } from 'lucide-react';
import { ChoiceField } from '../../components/list/choice-field';
import { ListTable } from '../../components/list/list-table';
import { pageSize, Pager } from '../../components/list/pager';
import { SearchField } from '../../components/list/search-field';
import { Loaded, Nothing } from '../../components/page-states';
import { pipelineHealths, type PipelineHealth } from '../../components/pipeline-health';
import { pipelineListDocument } from '../../gql/pipelines';
import { useAddressState } from '../../hooks/use-address-state';
import { usePollInterval } from '../../hooks/use-poll-interval';
import type { PageProps } from '../../routes';
import { usePipelineColumns } from './pipeline-columns';

export default function PipelinesPage({ route }: PageProps) {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const initial = { term: '', enabled: '', health: '', page: 1 };
    const [{ term, enabled, health, page }, setState] = useAddressState(route, initial);
    const columns = usePipelineColumns();
    const variables = {
        options: {
            ...(enabled && { filter: { enabled: { eq: enabled === 'yes' } } }),
            sort: { name: 'ASC' as const },
            skip: (page - 1) * pageSize,
            take: pageSize,
        },
        ...(term && { search: term }),
        ...(health && { health: [health as PipelineHealth] }),
    };
    const query = useQuery({
        queryKey: ['data-hub-pipelines', variables],
        queryFn: () => api.query(pipelineListDocument, variables),
        placeholderData: keepPreviousData,
        refetchInterval: usePollInterval(true),
    });
    const isFiltered = !!(term || enabled || health);
    const create = hasPermissions(['CreateDataHubPipeline']) && (
        <Button render={<Link to="/data-hub/pipelines/new" />}>
            <FilePlus2 aria-hidden="true" />
            <Trans>Create from a file</Trans>
        </Button>
    );
    return (
        <Page pageId="data-hub-pipelines">
            <PageTitle>
                <Trans>Pipelines</Trans>
            </PageTitle>
            <PageActionBar>
                {/* What is no item is left out on small screens. */}
                <ActionBarItem itemId="create">{create}</ActionBarItem>
            </PageActionBar>
            <PageLayout>
                <FullWidthPageBlock blockId="pipelines">
                    <div className="mb-4 flex flex-wrap gap-2">
                        <SearchField
                            label={t`Search by name or code`}
                            value={term}
                            onChange={value => setState({ term: value, page: 1 })}
                        />
                        <ChoiceField
                            label={t`Enabled`}
                            all={t`Enabled and disabled`}
                            value={enabled}
                            options={[
                                { value: 'yes', label: t`Enabled` },
                                { value: 'no', label: t`Disabled` },
                            ]}
                            onChange={value => setState({ enabled: value, page: 1 })}
                        />
                        {hasPermissions(['ReadDataHubRun']) && (
                            <ChoiceField
                                label={t`Health`}
                                all={t`Any health`}
                                value={health}
                                options={Object.entries(pipelineHealths).map(([value, { label }]) => ({
                                    value,
                                    label: t(label),
                                }))}
                                onChange={value => setState({ health: value, page: 1 })}
                            />
                        )}
                    </div>
                    <Loaded query={query}>
                        {({ dataHubPipelines: { items, totalItems } }) =>
                            items.length === 0 ? (
                                <Nothing
                                    icon={Workflow}
                                    title={<Trans>No pipelines</Trans>}
                                    action={isFiltered ? undefined : create}
                                >
                                    {isFiltered ? (
                                        <Trans>No pipeline fits what you search for.</Trans>
                                    ) : (
                                        <Trans>
                                            A pipeline moves data in or out of the shop. The quickest way to one is a
                                            file: show it, say what its columns mean, and look at what would change.
                                        </Trans>
                                    )}
                                </Nothing>
                            ) : (
                                <>
                                    <ListTable
                                        label={t`Pipelines`}
                                        columns={columns}
                                        items={items}
                                        keyOf={pipeline => pipeline.id}
                                    />
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
