import { Collection, CollectionService, TransactionalConnection } from '@vendure/core';
import { UserError } from '../../sdk/errors';
import type { CatalogHost } from '../catalog-scope';

/**
 * Vendure makes the root of the tree when somebody first asks for it, on a connection of its own. That must have happened
 * before a batch opens its transaction, which could not see it.
 */
export async function ensureRootCollection(service: CollectionService, { injector, ctx }: CatalogHost): Promise<void> {
    const repository = injector.get(TransactionalConnection).rawConnection.getRepository(Collection);
    if (await repository.existsBy({ isRoot: true })) return;
    // The breadcrumbs of any collection begin with the root.
    await service.getBreadcrumbs(ctx, new Collection({ id: -1 })).catch(() => undefined);
    if (await repository.existsBy({ isRoot: true })) return;
    throw new UserError(
        'no-root-collection',
        'The shop has no root collection, and Vendure did not make one.',
        'Open the list of collections in the dashboard once: Vendure creates the root then.',
    );
}
