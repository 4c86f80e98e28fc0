import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { api, Button, type DashboardAlertDefinition } from '@vendure/dashboard';
import type { ResultOf } from '../../gql/graphql';
import { alertsDocument } from '../../gql/insights';
import { mayInActiveChannel } from './may-in-active-channel';

type Alerts = ResultOf<typeof alertsDocument>['dataHubAlerts'];

/** Null for those who may not see runs. Before the first answer Vendure calls every function here but `check` with undefined. */
type Data = Alerts | null | undefined;

const everyMinuteMs = 60_000;

/** Behind the bell: runs that failed in the last day, and gates at which runs wait. */
export const runAlert: DashboardAlertDefinition<Data> = {
    id: 'data-hub-runs',
    check: askForAlerts,
    recheckInterval: everyMinuteMs,
    shouldShow: data => countOf(data) > 0,
    severity: data => (data && data.failedRuns > 0 ? 'error' : 'warning'),
    title: data => sentencesOf(data)[0] ?? '',
    description: data => sentencesOf(data).slice(1).join(' '),
    actions: [{ component: ({ data }) => <Look data={data} /> }],
};

async function askForAlerts(): Promise<Alerts | null> {
    if (!(await mayInActiveChannel('ReadDataHubRun'))) return null;
    return (await api.query(alertsDocument, {})).dataHubAlerts;
}

const countOf = (data: Data): number => (data ? data.failedRuns + data.openGates : 0);

function sentencesOf(data: Data): string[] {
    if (!data) return [];
    const { failedRuns, openGates, lastFailedRun } = data;
    const name = lastFailedRun?.pipelineName;
    return [
        failedRuns > 0 && plural(failedRuns, { one: '# run has failed', other: '# runs have failed' }),
        openGates > 0 &&
            plural(openGates, { one: '# gate waits for a decision', other: '# gates wait for a decision' }),
        name && t`The last one that failed: ${name}.`,
    ].filter(sentence => typeof sentence === 'string');
}

function Look({ data }: Readonly<{ data: Data }>) {
    const page =
        data && data.failedRuns === 0
            ? { to: '/data-hub/gates' }
            : { to: '/data-hub/runs', search: { status: 'FAILED' } };
    return (
        <Button variant="secondary" size="sm" nativeButton={false} render={<Link {...page} />}>
            <Trans>Look</Trans>
        </Button>
    );
}
