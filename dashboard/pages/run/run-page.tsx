import { Trans } from '@lingui/react/macro';
import { FullWidthPageBlock, Page, PageLayout, PageTitle } from '@vendure/dashboard';
import { History } from 'lucide-react';
import { Loaded, Nothing } from '../../components/page-states';
import { RunKindBadge } from '../../components/run-kind';
import { RunStatusBadge } from '../../components/run-status';
import type { PageProps } from '../../routes';
import { RunActions } from './run-actions';
import { RunHeadline } from './run-headline';
import { RunRelations } from './run-relations';
import { RunTabs } from './run-tabs';
import { useRun, type Run } from './use-run';

/** A run, a plan or the preview of an undo: what it does while it runs, and what it did. */
export default function RunPage({ route }: PageProps) {
    const { id }: { id: string } = route.useParams();
    const query = useRun(id);
    const run = query.data?.dataHubRun;
    return (
        <Page pageId="data-hub-run">
            <PageTitle>{run ? <Title run={run} /> : <Trans>Run {id}</Trans>}</PageTitle>
            <PageLayout>
                <FullWidthPageBlock blockId="run">
                    <Loaded query={query}>
                        {({ dataHubRun }) =>
                            dataHubRun ? (
                                <div className="space-y-4" key={dataHubRun.id}>
                                    <RunHeadline run={dataHubRun} />
                                    <RunActions run={dataHubRun} />
                                    <RunRelations run={dataHubRun} />
                                    <RunTabs run={dataHubRun} route={route} />
                                </div>
                            ) : (
                                <Nothing icon={History} title={<Trans>There is no such run</Trans>}>
                                    <Trans>It may have been cleared away, or it belongs to another channel.</Trans>
                                </Nothing>
                            )
                        }
                    </Loaded>
                </FullWidthPageBlock>
            </PageLayout>
        </Page>
    );
}

function Title({ run: { id, pipelineName, status, dryRun, kind } }: Readonly<{ run: Run }>) {
    return (
        <span className="flex flex-wrap items-center gap-2">
            {pipelineName}
            <span className="text-base font-normal text-muted-foreground">
                <Trans>Run {id}</Trans>
            </span>
            <RunStatusBadge status={status} />
            <RunKindBadge kind={kind} dryRun={dryRun} />
        </span>
    );
}
