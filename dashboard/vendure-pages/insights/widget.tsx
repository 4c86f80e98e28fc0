import { useLingui } from '@lingui/react/macro';
import { DashboardBaseWidget, type DashboardBaseWidgetProps } from '@vendure/dashboard';
import { lazy, Suspense } from 'react';
import { Loading } from '../../components/page-states';

const Today = lazy(() => import('./today'));

/** On the page Insights: what pipelines did today, what waits for somebody, and the last two weeks. */
export function DataHubWidget({ id }: Readonly<DashboardBaseWidgetProps>) {
    const { t } = useLingui();
    return (
        <DashboardBaseWidget id={id} title={t`Data Hub`} description={t`Runs today, and records of the last 14 days`}>
            <Suspense fallback={<Loading rows={3} />}>
                <Today />
            </Suspense>
        </DashboardBaseWidget>
    );
}
