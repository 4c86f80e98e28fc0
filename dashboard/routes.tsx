import { Trans } from '@lingui/react/macro';
import type { AnyRoute } from '@tanstack/react-router';
import type { DashboardRouteDefinition } from '@vendure/dashboard';
import { lazy, Suspense, type ComponentType, type ReactElement } from 'react';
import { Loading } from './components/page-states';
import { Permitted } from './components/permitted';

/** What each page gets: `route.useParams()` holds the parts of its address. */
export interface PageProps {
    route: AnyRoute;
}

type Page = ComponentType<PageProps>;

/** Loaded when it is opened: the graph and the editor would double the size of the dashboard's first page. */
const pages = {
    pipelines: lazy(() => import('./pages/pipelines/pipelines-page')),
    newPipeline: lazy(() => import('./pages/new-pipeline/new-pipeline-page')),
    pipeline: lazy(() => import('./pages/pipeline/pipeline-page')),
    runs: lazy(() => import('./pages/runs/runs-page')),
    run: lazy(() => import('./pages/run/run-page')),
    quarantine: lazy(() => import('./pages/quarantine/quarantine-page')),
    gates: lazy(() => import('./pages/gates/gates-page')),
} satisfies Record<string, Page>;

const sectionId = 'data-hub';
const toPipelines = { path: '/data-hub/pipelines', label: <Trans>Pipelines</Trans> };
const toRuns = { path: '/data-hub/runs', label: <Trans>Runs</Trans> };

/** Every page with its address, its place in the menu and the permission without which it shows nothing. */
export const routes: DashboardRouteDefinition[] = [
    page('/data-hub/pipelines', pages.pipelines, {
        requires: 'ReadDataHubPipeline',
        breadcrumb: <Trans>Pipelines</Trans>,
        menu: { title: /* i18n */ 'Pipelines', order: 100 },
    }),
    page('/data-hub/pipelines/new', pages.newPipeline, {
        requires: 'CreateDataHubPipeline',
        breadcrumb: [toPipelines, <Trans>New pipeline</Trans>],
    }),
    page('/data-hub/pipelines/$id', pages.pipeline, {
        requires: 'ReadDataHubPipeline',
        breadcrumb: [toPipelines, <Trans>Pipeline</Trans>],
    }),
    page('/data-hub/runs', pages.runs, {
        requires: 'ReadDataHubRun',
        breadcrumb: <Trans>Runs</Trans>,
        menu: { title: /* i18n */ 'Runs', order: 200 },
    }),
    page('/data-hub/runs/$id', pages.run, { requires: 'ReadDataHubRun', breadcrumb: [toRuns, <Trans>Run</Trans>] }),
    page('/data-hub/quarantine', pages.quarantine, {
        requires: 'ReadDataHubRun',
        breadcrumb: <Trans>Quarantine</Trans>,
        menu: { title: /* i18n */ 'Quarantine', order: 300 },
    }),
    page('/data-hub/gates', pages.gates, {
        requires: ['ApproveDataHubGate', 'ReadDataHubRun'],
        breadcrumb: <Trans>Gates</Trans>,
        menu: { title: /* i18n */ 'Gates', order: 400 },
    }),
];

interface PageOptions {
    requires: string | string[];
    breadcrumb: ReactElement | (ReactElement | { path: string; label: ReactElement })[];
    menu?: { title: string; order: number };
}

function page(path: string, Component: Page, { requires, breadcrumb, menu }: PageOptions): DashboardRouteDefinition {
    return {
        path,
        loader: () => ({ breadcrumb }),
        ...(menu && {
            navMenuItem: { sectionId, id: path.slice(1).replaceAll('/', '-'), requiresPermission: requires, ...menu },
        }),
        component: route => (
            <Permitted requires={requires}>
                <Suspense fallback={<Loading />}>
                    <Component route={route} />
                </Suspense>
            </Permitted>
        ),
    };
}
