import { Trans } from '@lingui/react/macro';
import type { DashboardPageBlockDefinition } from '@vendure/dashboard';
import { lazy, Suspense } from 'react';
import { Loading } from '../../components/page-states';

const Origin = lazy(() => import('./origin'));

/** On pages of Vendure about what pipelines write: where it comes from. */
export const originBlocks: DashboardPageBlockDefinition[] = [
    originBlock('product-detail', 'Product', 'product-variants-table'),
    // Stands there instead while a product has no variants.
    originBlock('product-detail', 'Product', 'generate-variants'),
    originBlock('product-variant-detail', 'ProductVariant', 'stock'),
];

function originBlock(pageId: string, entityType: string, afterBlockId: string): DashboardPageBlockDefinition {
    return {
        id: `data-hub-origin-after-${afterBlockId}`,
        title: <Trans>Where this comes from</Trans>,
        location: { pageId, column: 'main', position: { blockId: afterBlockId, order: 'after' } },
        requiresPermission: 'ReadDataHubRun',
        // What is being created comes from nowhere yet.
        shouldRender: ({ entity }) => idOf(entity) !== undefined,
        component: ({ context }) => {
            const entityId = idOf(context.entity);
            if (entityId === undefined) return null;
            return (
                <Suspense fallback={<Loading rows={2} />}>
                    <Origin key={entityId} entityType={entityType} entityId={entityId} />
                </Suspense>
            );
        },
    };
}

const idOf = (entity: unknown): string | undefined => (entity as { id?: string } | undefined)?.id;
