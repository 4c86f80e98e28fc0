import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import {
    ActionBarItem,
    api,
    FullWidthPageBlock,
    Page,
    PageActionBar,
    PageLayout,
    PageTitle,
    Tabs,
    TabsContent,
    TabsList,
    TabsTrigger,
    usePermissions,
} from '@vendure/dashboard';
import { Workflow } from 'lucide-react';
import { Loaded, Nothing } from '../../components/page-states';
import type { ResultOf } from '../../gql/graphql';
import { pipelineDocument } from '../../gql/pipelines';
import { useAddressState } from '../../hooks/use-address-state';
import { usePollInterval } from '../../hooks/use-poll-interval';
import type { PageProps } from '../../routes';
import { DefinitionTab } from './definition-tab';
import { LeaveDialog } from './leave-dialog';
import { OverviewTab } from './overview-tab';
import { PipelineFacts } from './pipeline-facts';
import { RevisionsTab } from './revisions-tab';
import { RunButtons } from './run-buttons';
import { RunsTab } from './runs-tab';
import { SettingsTab } from './settings-tab';
import { useDraft } from './use-draft';

export type Pipeline = NonNullable<ResultOf<typeof pipelineDocument>['dataHubPipeline']>;

/** How often to look for what somebody else starts or saves. */
const idlePollMs = 10_000;

export default function PipelinePage({ route }: PageProps) {
    const { id }: { id: string } = route.useParams();
    const query = useQuery({
        queryKey: ['data-hub-pipeline', id],
        queryFn: () => api.query(pipelineDocument, { id }),
        refetchInterval: ({ state }) => (isBusy(state.data?.dataHubPipeline) ? busyPollMs || idlePollMs : idlePollMs),
    });
    const busyPollMs = usePollInterval(true);
    return (
        <Page pageId="data-hub-pipeline">
            <PageTitle>{query.data?.dataHubPipeline?.name ?? <Trans>Pipeline</Trans>}</PageTitle>
            <PageActionBar>
                {/* Both in one item: of several, small screens show the last. */}
                {query.data?.dataHubPipeline && (
                    <ActionBarItem itemId="start">
                        <RunButtons pipeline={query.data.dataHubPipeline} />
                    </ActionBarItem>
                )}
            </PageActionBar>
            <PageLayout>
                <FullWidthPageBlock blockId="pipeline">
                    <Loaded query={query} rows={8}>
                        {({ dataHubPipeline: pipeline }) =>
                            pipeline ? (
                                <PipelineTabs key={pipeline.id} pipeline={pipeline} route={route} />
                            ) : (
                                <Nothing icon={Workflow} title={<Trans>There is no such pipeline</Trans>}>
                                    <Trans>
                                        It may have been deleted. The list of pipelines shows those there are.
                                    </Trans>
                                </Nothing>
                            )
                        }
                    </Loaded>
                </FullWidthPageBlock>
            </PageLayout>
        </Page>
    );
}

function PipelineTabs({ pipeline, route }: Readonly<{ pipeline: Pipeline } & PageProps>) {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const [state, setState] = useAddressState(route, { tab: 'overview', step: '', from: 0, to: 0, page: 1 });
    const draft = useDraft(pipeline);
    const maySeeRuns = hasPermissions(['ReadDataHubRun']);
    const tabs = [
        { value: 'overview', label: t`Overview` },
        { value: 'definition', label: draft.isChanged ? t`Definition (not saved)` : t`Definition` },
        { value: 'revisions', label: t`Revisions` },
        ...(maySeeRuns ? [{ value: 'runs', label: t`Runs` }] : []),
        { value: 'settings', label: t`Settings` },
    ];
    const tab = tabs.some(({ value }) => value === state.tab) ? state.tab : 'overview';
    const openStep = (step: string) => setState({ tab: 'definition', step });
    return (
        <>
            <PipelineFacts pipeline={pipeline} />
            <Tabs
                className="flex-col"
                value={tab}
                onValueChange={value => setState({ tab: String(value), step: '', page: 1 })}
            >
                <div className="max-w-full overflow-x-auto">
                    <TabsList>
                        {tabs.map(({ value, label }) => (
                            <TabsTrigger key={value} value={value}>
                                {label}
                            </TabsTrigger>
                        ))}
                    </TabsList>
                </div>
                <TabsContent value="overview">
                    <OverviewTab
                        pipeline={pipeline}
                        onOpenStep={openStep}
                        onAllRuns={() => setState({ tab: 'runs' })}
                    />
                </TabsContent>
                <TabsContent value="definition">
                    <DefinitionTab
                        pipeline={pipeline}
                        draft={draft}
                        step={state.step}
                        onStep={step => setState({ step })}
                        onCompare={(from, to) => setState({ tab: 'revisions', from, to })}
                    />
                </TabsContent>
                <TabsContent value="revisions">
                    <RevisionsTab pipeline={pipeline} {...state} onChange={setState} />
                </TabsContent>
                <TabsContent value="runs">
                    <RunsTab pipelineId={pipeline.id} page={state.page} onPage={page => setState({ page })} />
                </TabsContent>
                <TabsContent value="settings">
                    <SettingsTab pipeline={pipeline} onDeleted={draft.discard} />
                </TabsContent>
            </Tabs>
            <LeaveDialog isChanged={draft.isChanged} />
        </>
    );
}

const isBusy = (pipeline: Pipeline | null | undefined): boolean =>
    !!(pipeline?.overview?.currentRun ?? pipeline?.overview?.nextRun);
