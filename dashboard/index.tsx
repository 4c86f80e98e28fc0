import { i18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { defineDashboardExtension } from '@vendure/dashboard';
import { Workflow } from 'lucide-react';
import { routes } from './routes';
import { runAlert } from './vendure-pages/insights/alert';
import { DataHubWidget } from './vendure-pages/insights/widget';
import { originBlocks } from './vendure-pages/origin/origin-blocks';

// Vendure's build hands the messages of plugins over as they stand in the catalogues; without this, production shows "{count} read".
i18n.setMessagesCompiler(compileMessage);

defineDashboardExtension({
    navSections: [{ id: 'data-hub', title: /* i18n */ 'Data Hub', icon: Workflow, placement: 'top', order: 350 }],
    routes,
    pageBlocks: originBlocks,
    alerts: [runAlert],
    widgets: [
        {
            id: 'data-hub',
            name: /* i18n */ 'Data Hub',
            component: DataHubWidget,
            defaultSize: { w: 6, h: 4 },
            minSize: { w: 4, h: 3 },
            requiresPermissions: ['ReadDataHubRun'],
        },
    ],
});
