import { Trans } from '@lingui/react/macro';
import type { AnyRoute } from '@tanstack/react-router';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@vendure/dashboard';
import { Count } from '../../components/count';
import { useAddressState } from '../../hooks/use-address-state';
import { RunChanges } from './run-changes';
import { RunErrors } from './run-errors';
import { RunLog } from './run-log';
import { RunOverview } from './run-overview';
import type { Run } from './use-run';

/** Of a plan the changes come first: they are what it was made for. */
export function RunTabs({ run, route }: Readonly<{ run: Run; route: AnyRoute }>) {
    const [{ tab }, setState] = useAddressState(route, { tab: run.dryRun ? 'changes' : 'overview' });
    return (
        <Tabs className="flex flex-col" value={tab} onValueChange={value => setState({ tab: String(value) })}>
            <div className="overflow-x-auto">
                <TabsList>
                    <TabsTrigger value="overview">
                        <Trans>Overview</Trans>
                    </TabsTrigger>
                    <TabsTrigger value="changes">
                        {run.dryRun ? <Trans>Plan</Trans> : <Trans>Changes</Trans>}
                    </TabsTrigger>
                    <TabsTrigger value="errors">
                        {run.kind === 'UNDO' ? <Trans>Left as it is</Trans> : <Trans>Errors</Trans>}
                        {run.rejected > 0 && (
                            <span className="text-destructive dark:text-red-400">
                                <Count of={run.rejected} />
                            </span>
                        )}
                    </TabsTrigger>
                    <TabsTrigger value="log">
                        <Trans>Log</Trans>
                    </TabsTrigger>
                </TabsList>
            </div>
            <TabsContent value="overview" className="pt-2">
                <RunOverview run={run} />
            </TabsContent>
            <TabsContent value="changes" className="pt-2">
                <RunChanges run={run} route={route} />
            </TabsContent>
            <TabsContent value="errors" className="pt-2">
                <RunErrors run={run} route={route} />
            </TabsContent>
            <TabsContent value="log" className="pt-2">
                <RunLog run={run} route={route} />
            </TabsContent>
        </Tabs>
    );
}
